// On every page: the menu, the focus after a refused form; what some pages need looks for its own.
import "./autosave.js";
import "./find.js";
import { forget, forgetSent } from "./keep.js";
import "./keyboard.js";
import "./upload.js";

const menu = document.querySelector("[data-menu]");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

const said = document.querySelector("[data-focus]");
const told = document.querySelector(".unsent") ?? document.querySelector(".flash");
if (said) said.focus();
else begin(document.querySelector("[data-begin]"));
document.querySelector("[data-sign-out]")?.addEventListener("submit", () => forget());
if (document.body.dataset.reader) forgetSent();

// Where work begins, of a form its first field: at once, or (data-begin="after") when an act has led
// here; what it did is read out with it.
function begin(begins) {
  const first = begins?.matches("form") ? begins.querySelector("input:not([type=hidden]), textarea") : begins;
  const place = (first?.type === "radio" && begins.querySelector("input[type=radio]:checked")) || first;
  if (!place || (begins.dataset.begin === "after" && !told)) return;
  if (told) {
    told.id = "done";
    place.setAttribute("aria-describedby", `${place.getAttribute("aria-describedby") ?? ""} done`.trim());
  }
  place.focus({ preventScroll: true });
}
