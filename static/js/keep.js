// Typed text that the server does not have yet, kept in this browser for its writer alone.
// One copy per reader and page, for a day; signing out throws every copy away.
const PREFIX = "plaudit:";
const A_DAY = 24 * 60 * 60 * 1000;
const SECRET = /^(csrf_token|version|request_key)$|password/;

const keyOf = (path) => `${PREFIX}${document.body.dataset.reader ?? "guest"}:${path}`;

export function entriesOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !SECRET.test(name));
}

export function keep(form, sent = false) {
  try {
    localStorage.setItem(keyOf(location.pathname), JSON.stringify({ sent, at: Date.now(), entries: entriesOf(form) }));
  } catch {
    // A full or forbidden store: the text is still in the page.
  }
}

export function kept() {
  try {
    return JSON.parse(localStorage.getItem(keyOf(location.pathname)));
  } catch {
    return null;
  }
}

export function drop() {
  localStorage.removeItem(keyOf(location.pathname));
}

export function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
}

// A form was sent from another page and its reader is still signed in: it has arrived.
export function forgetSent() {
  const here = keyOf(location.pathname);
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(keyOf("")) && key !== here && JSON.parse(localStorage.getItem(key)).sent) localStorage.removeItem(key);
  }
}

// What nobody came back for, whoever they were, does not lie here longer than on the server.
try {
  for (const key of Object.keys(localStorage)) {
    const isFresh = () => JSON.parse(localStorage.getItem(key)).at > Date.now() - A_DAY;
    if (key.startsWith(PREFIX) && !isFresh()) localStorage.removeItem(key);
  }
} catch {
  // A forbidden store keeps nothing.
}
