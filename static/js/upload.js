// <input type=file data-upload-to="url">: sends a file as soon as it is picked and says how far it is.
// The answer is JSON: {"listed": html, "version": 3}, or {"message": "why not"}.
// What else is typed stays where it is; without script the file goes with the form.
const MEGABYTE = 1024 * 1024;

for (const input of document.querySelectorAll("input[type=file][data-upload-to]")) {
  input.addEventListener("change", () => input.files.length && send(input, input.files[0]));
}

// <input type=file data-stage-to="url">: the same, but the file is named when the form is sent.
// The answer is {"name", "token"} or {"message"}; the token becomes a ticked box below the field.
for (const input of document.querySelectorAll("input[type=file][data-stage-to]")) {
  input.addEventListener("change", () => input.files.length && stage(input));
}

// <form data-upload>: says that files are on their way, and lets nobody send them twice.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (form.querySelector("p.sending")) event.preventDefault();
    else if (sizeOf(form) > 0) announce(form, event.submitter);
  });
  addEventListener("pageshow", () => form.querySelector("p.sending")?.remove());
}

async function send(input, file) {
  const { form } = input;
  const words = form.dataset;
  const line = lineBelow(input);
  if (file.size > input.dataset.megabytes * MEGABYTE) {
    input.value = "";
    return line.say(words.wordTooLarge.replace("{size}", input.dataset.megabytes), true);
  }
  const { isTaken, answer } = await post(input.dataset.uploadTo, form, file, line);
  if (isTaken) {
    input.closest(".claim-edit").querySelector("[data-evidence]").innerHTML = answer.listed;
    if (form.elements.version) form.elements.version.value = answer.version;
    line.say(words.wordAttached);
  } else line.say(answer.message ?? words.wordNotSent, true);
  if (isTaken || answer.message) input.value = "";
}

// One after another; a refused one is named, and keeps none of the others back. What did not arrive
// stays chosen and goes with the form: the same file twice is one.
async function stage(input) {
  const words = input.dataset;
  const line = lineBelow(input);
  const refused = [];
  for (const file of [...input.files]) {
    const isLarge = file.size > words.megabytes * MEGABYTE;
    const tooLarge = { isTaken: false, answer: { message: words.wordTooLarge.replace("{size}", words.megabytes) } };
    const { isTaken, answer } = isLarge ? tooLarge : await post(words.stageTo, input.form, file, line);
    if (isTaken) tick(input, answer);
    else if (answer.message) refused.push(`${file.name} · ${answer.message}`);
    else return line.say(words.wordNotSent, true);
  }
  input.value = "";
  line.say(refused.join(" ") || words.wordArrived, refused.length > 0);
}

function tick(input, { name, token }) {
  const list = input.form.querySelector(`[data-staged="${input.name}"]`);
  const item = document.createElement("li");
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  label.className = "form-check";
  Object.assign(box, { type: "checkbox", className: "form-check-input", name: `kept_${input.name}`, value: token, checked: true });
  Object.assign(text, { className: "form-check-label", textContent: name });
  label.append(box, " ", text);
  item.append(label);
  list.append(item);
}

// Sends one file while its line says how far it is; a broken connection is an answer without a message.
function post(address, form, file, line) {
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => line.show(file.name, event.loaded / event.total));
  line.show(file.name, 0);
  return new Promise((done) => {
    request.addEventListener("load", () => done({ isTaken: request.status === 200, answer: request.response ?? {} }));
    request.addEventListener("error", () => done({ isTaken: false, answer: {} }));
    request.send(body);
  });
}

// The line under a field that says how far its file is, and then what came of it.
function lineBelow(input) {
  input.parentElement.querySelector(".sending")?.remove();
  const line = document.createElement("div");
  const text = document.createElement("p");
  const bar = document.createElement("progress");
  line.className = "sending";
  text.setAttribute("role", "status");
  bar.max = 1;
  line.append(text, bar);
  input.after(line);
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  return {
    show(name, share) {
      bar.value = share;
      bar.textContent = percent.format(share);
      text.textContent = `${name} · ${percent.format(share)}`;
      bar.setAttribute("aria-label", name);
    },
    say(sentence, isRefused = false) {
      bar.remove();
      text.textContent = sentence;
      line.classList.toggle("is-refused", isRefused);
    },
  };
}

function sizeOf(form) {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  return files.reduce((sum, file) => sum + file.size, 0);
}

function announce(form, submitter) {
  const size = (sizeOf(form) / MEGABYTE).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const line = document.createElement("p");
  line.className = "sending";
  line.setAttribute("role", "status");
  line.textContent = form.dataset.upload.replace("{size}", size);
  const place = submitter?.closest(".actions");
  if (place) place.after(line);
  else form.append(line);
}
