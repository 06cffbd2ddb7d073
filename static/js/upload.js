// <input type=file data-upload-to="url">: sends a file as soon as it is picked and says how far it is.
// The answer is JSON: {"listed": html, "version": 3}, or {"message": "why not"}.
// What else is typed stays where it is; without script the file goes with the form.
const MEGABYTE = 1024 * 1024;

for (const input of document.querySelectorAll("input[type=file][data-upload-to]")) {
  input.addEventListener("change", () => input.files.length && send(input, input.files[0]));
}

// <form data-upload>: says that files are on their way, and lets nobody send them twice.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (form.querySelector("p.sending")) event.preventDefault();
    else if (sizeOf(form) > 0) announce(form, event.submitter);
  });
  addEventListener("pageshow", () => form.querySelector("p.sending")?.remove());
}

function send(input, file) {
  const { form } = input;
  const words = form.dataset;
  const line = lineBelow(input);
  if (file.size > input.dataset.megabytes * MEGABYTE) {
    input.value = "";
    return line.say(words.wordTooLarge.replace("{size}", input.dataset.megabytes), true);
  }
  const body = new FormData();
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", input.dataset.uploadTo);
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => line.show(file.name, event.loaded / event.total));
  request.addEventListener("load", () => {
    const answer = request.response ?? {};
    if (request.status === 200) {
      input.closest(".claim-edit").querySelector("[data-evidence]").innerHTML = answer.listed;
      if (form.elements.version) form.elements.version.value = answer.version;
      line.say(words.wordAttached);
    } else line.say(answer.message ?? words.wordNotSent, true);
    if (request.status === 200 || answer.message) input.value = "";
  });
  request.addEventListener("error", () => line.say(words.wordNotSent, true));
  line.show(file.name, 0);
  request.send(body);
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
