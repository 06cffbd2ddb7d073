// <form data-upload>: shows how much of a large file has been sent. Small ones go the plain way.
const LARGE = 1024 * 1024;

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || sizeOf(form) < LARGE) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function sizeOf(form) {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  return files.reduce((sum, file) => sum + file.size, 0);
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  const bar = document.createElement("progress");
  const body = new FormData(form, submitter);
  form.querySelector(".sending")?.remove();
  const line = document.createElement("div");
  line.className = "sending";
  line.append(bar);
  (submitter?.closest(".actions") ?? form).after(line);
  for (const button of form.querySelectorAll("button")) button.disabled = true;

  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
  });
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", () => {
    line.textContent = form.dataset.wordFailed;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
  request.open("POST", submitter?.formAction || form.action);
  request.send(body);
}

// The answer is a whole page (a redirect has been followed): put it in this one's place.
function show(request) {
  history.pushState(null, "", request.responseURL);
  document.open();
  document.write(request.responseText);
  document.close();
}
