// <form data-upload>: says that files are on their way, and lets nobody send them twice.
const MEGABYTE = 1024 * 1024;

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (form.querySelector(".sending")) event.preventDefault();
    else if (sizeOf(form) > 0) announce(form, event.submitter);
  });
  addEventListener("pageshow", () => form.querySelector(".sending")?.remove());
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
