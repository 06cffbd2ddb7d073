// <form data-autosave="url">: posts the form as it is, a moment after the last key.
// The answer is JSON: {"saved": "14:02", "version": 3, "known": [7]}, or {"message": "what to mend"};
// version is optional, and so is known: which references another nomination names already, for their
// lines with data-known.
// Where the text could not be saved it is kept in this browser and offered back.
import { drop, entriesOf, keep, kept } from "./keep.js";

const PAUSE = 1200;

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const line = form.querySelector("[data-saved]");
  const words = line.dataset;
  let timer = null;
  let busy = false;
  let dirty = false;

  offer(form, line);
  form.addEventListener("input", changed);
  if ([...form.elements].some(typedAlready)) changed();
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
    keep(form, true);
  });
  addEventListener("pagehide", () => dirty && keep(form));
  addEventListener("online", () => dirty && save());

  function changed() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    if (busy) return;
    busy = true;
    dirty = false;
    say(words.wordSaving);
    const answer = await post(form).catch(() => ({}));
    if (answer.saved) {
      if (answer.version !== undefined && form.elements.version) form.elements.version.value = answer.version;
      for (const known of form.querySelectorAll("[data-known]")) {
        known.hidden = !answer.known?.includes(Number(known.dataset.known));
      }
      if (dirty) changed();
      else drop();
      say(`${words.wordSaved} ${answer.saved}`);
    } else {
      dirty = true;
      keep(form);
      say([answer.message, words.wordKept].filter(Boolean).join(/^zh/.test(document.documentElement.lang) ? "" : " "), true);
    }
    busy = false;
  }

  function say(sentence, isKept = false) {
    line.textContent = sentence;
    line.classList.toggle("is-kept", isKept);
  }
}

// Somebody types before this script has come, and a browser fills in again after a reload.
function typedAlready(field) {
  return /^(text|textarea|date|number)$/.test(field.type) && field.value !== field.defaultValue;
}

async function post(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const response = await fetch(form.dataset.autosave, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    redirect: "error",
  });
  return response.ok || response.status === 422 ? response.json() : {};
}

function offer(form, line) {
  const copy = kept();
  if (!copy) return;
  if (copy.sent && document.querySelector(".flash-success")) return drop();
  if (JSON.stringify(copy.entries) === JSON.stringify(entriesOf(form))) return drop();
  line.textContent = `${line.dataset.wordFound} `;
  line.classList.add("is-kept");
  line.append(
    button(line.dataset.wordRestore, () => {
      restore(form, copy.entries);
      drop();
      line.textContent = "";
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }),
    " ",
    button(line.dataset.wordDiscard, () => {
      drop();
      line.textContent = "";
    }),
  );
  form.prepend(line);
}

function button(word, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
}

function restore(form, entries) {
  const values = new Map();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "file") continue;
    const given = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = given.includes(option.value);
    else if (given.length) field.value = given.shift();
  }
}
