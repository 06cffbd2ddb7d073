// Work by keyboard, on a page that lists its keys (data-keys): j and k walk through the claims or the
// cases, 1 to 3 give the verdict, m, r and n go to the method, the reference and the note, d to the
// decision, "?" shows the list. Never while somebody types; the reader can turn the keys off.
// A chosen method goes for the claims below as well.
const OFF = "plaudit-keys-off";

const keys = document.querySelector("[data-keys]");
const list = keys?.querySelector("[data-keys-list]");
const claims = [...document.querySelectorAll("[data-worksheet] [data-claim]")];
const stops = claims.length ? claims : [...document.querySelectorAll("main .rows .row-title")];

const current = () => stops.indexOf(document.activeElement?.closest("[data-claim], .row-title"));
const typing = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
const off = () => localStorage.getItem(OFF) === "1";

if (keys) {
  keys.hidden = false;
  keys.querySelector("[data-keys-open]").addEventListener("click", show);
  keys.querySelector("[data-keys-close]").addEventListener("click", () => list.close());
  const toggle = keys.querySelector("[data-keys-toggle]");
  toggle.checked = !off();
  toggle.addEventListener("change", () => localStorage.setItem(OFF, toggle.checked ? "0" : "1"));
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (off() || list.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const claim = claims[current()];
  if (event.key === "Escape" && claim && typing(event.target)) return claim.focus();
  if (typing(event.target)) return;
  const walking = { j: () => walk(1), k: () => walk(-1), "?": show };
  const working = claims.length ? { d: decision, ...fields(claim) } : {};
  const act = { ...walking, ...working }[event.key] ?? verdict(claim, event.key);
  if (!act) return;
  event.preventDefault();
  act();
}

function show() {
  list.showModal();
  list.querySelector("h2").focus();
}

function walk(step) {
  const at = current();
  const next = stops[at < 0 ? (step > 0 ? 0 : stops.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function decision() {
  const buttons = [...document.querySelectorAll("[data-worksheet] .decision button")];
  buttons[(buttons.indexOf(document.activeElement) + 1) % buttons.length]?.focus();
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
