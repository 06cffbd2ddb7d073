// The audit worksheet by keyboard: j and k walk through the claims, 1 to 3 give the verdict,
// m, r and n go to the method, the reference and the note, d to the decision. Never while somebody
// types; the reader can turn the keys off. A chosen method goes for the claims below as well.
const OFF = "plaudit-keys-off";

const claims = [...document.querySelectorAll("[data-worksheet] [data-claim]")];
const toggle = document.querySelector("[data-worksheet] [data-keys-toggle]");

const current = () => claims.indexOf(document.activeElement?.closest("[data-claim]"));
const typing = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
const off = () => localStorage.getItem(OFF) === "1";

document.addEventListener("keydown", (event) => {
  if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const claim = claims[current()];
  if (event.key === "Escape" && claim && typing(event.target)) return claim.focus();
  if (typing(event.target)) return;
  const act = { j: () => walk(1), k: () => walk(-1), d: decision, ...fields(claim) }[event.key] ?? verdict(claim, event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

function walk(step) {
  const at = current();
  const next = claims[at < 0 ? (step > 0 ? 0 : claims.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function decision() {
  document.querySelector("[data-worksheet] .decision button")?.focus();
}

function fields(claim) {
  const to = (selector) => () => claim?.querySelector(`.claim-judge ${selector}`)?.focus();
  return { m: to("select"), r: to("input[type=text]"), n: to("textarea") };
}

for (const claim of claims) {
  claim.querySelector(".claim-judge select")?.addEventListener("change", (event) => {
    event.target.dataset.chosen = "";
    for (const below of claims.slice(claims.indexOf(claim) + 1)) {
      const method = below.querySelector(".claim-judge select");
      if (method && !("chosen" in method.dataset)) method.value = event.target.value;
    }
  });
}

function verdict(claim, key) {
  const choice = claim?.querySelectorAll("input[type=radio]")[Number(key) - 1];
  if (!choice || !/^[1-9]$/.test(key)) return null;
  return () => {
    choice.checked = true;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  };
}

if (toggle) {
  const show = () => toggle.setAttribute("aria-pressed", String(!off()));
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    localStorage.setItem(OFF, off() ? "0" : "1");
    show();
  });
  show();
}
