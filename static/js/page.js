// On every page: the menu, the focus after a refused form; what some pages need looks for its own.
import "./autosave.js";
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

document.querySelector("[data-focus]")?.focus();
document.querySelector("[data-sign-out]")?.addEventListener("submit", () => forget());
if (document.body.dataset.reader) forgetSent();
