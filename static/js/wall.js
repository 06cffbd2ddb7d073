// The wall display: the winners in turn; the page asks for itself now and then, and who is new comes first.
const wall = document.querySelector("[data-wall]");
const winners = wall.querySelector("[data-winners]");
const turns = wall.querySelector("[data-turns]");
let tag = null;

setInterval(() => show(current() + 1), wall.dataset.seconds * 1000);
setInterval(look, wall.dataset.poll * 1000);

function current() {
  return [...winners.children].findIndex((winner) => !winner.hidden);
}

function show(place) {
  const now = place % winners.children.length;
  [...winners.children].forEach((winner, index) => { winner.hidden = index !== now; });
  [...turns.children].forEach((turn, index) => turn.classList.toggle("now", index === now));
}

// What cannot be reached now stays as it is: a hall is no place for an error page.
async function look() {
  let answer;
  try {
    answer = await fetch(location.pathname, { headers: tag ? { "If-None-Match": tag } : {} });
  } catch {
    return;
  }
  if (answer.status === 404 || answer.redirected) return location.reload();
  if (!answer.ok) return;
  tag = answer.headers.get("ETag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-winners]");
  if (fresh) take(fresh, page.querySelector("[data-turns]"));
}

function take(fresh, freshTurns) {
  const known = new Set(numbers(winners));
  const shown = winners.children[current()]?.dataset.number;
  const isNew = numbers(fresh).findIndex((number) => !known.has(number));
  const place = isNew >= 0 ? isNew : Math.max(0, numbers(fresh).indexOf(shown));
  winners.replaceChildren(...fresh.children);
  turns.replaceChildren(...freshTurns.children);
  show(place);
}

function numbers(list) {
  return [...list.children].map((winner) => winner.dataset.number);
}
