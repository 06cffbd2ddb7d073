// <div data-found="id">: what the page shows for the text of that field, kept up while one types.
// The page itself is asked with ?id=text; without script, its button does the same.
const PAUSE = 250;

for (const place of document.querySelectorAll("[data-found]")) watch(place, document.getElementById(place.dataset.found));

function watch(place, field) {
  let timer = null;
  let newest = 0;

  field?.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(look, PAUSE);
  });
  field?.addEventListener("compositionend", look);
  // Somebody types before this script has come, and a browser fills in again after a reload.
  if (field && field.value !== field.defaultValue) look();

  async function look() {
    const asked = ++newest;
    const address = new URL(location.pathname, location.href);
    address.searchParams.set(field.name, field.value.trim());
    const answer = await fetch(address, { redirect: "error" }).catch(() => null);
    if (!answer?.ok || asked !== newest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asked === newest) place.replaceChildren(...(page.querySelector(`[data-found="${field.id}"]`)?.childNodes ?? []));
  }
}
