// Sends a chosen file at once, as the body of a request of its own, with its progress; then the row is drawn again.
import { redraw } from "./redraw.js";

export function startUploads() {
  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.dataset.upload) return;
    const form = input.form;
    const status = input.closest(".docrow").querySelector("[data-progress]");
    const troubles = [];
    for (const file of input.files) {
      const trouble = await send(input, file, status, form.elements.csrf_token.value);
      if (trouble) troubles.push(trouble);
    }
    input.value = "";
    if (troubles.length) return show(status, troubles.join(" "));
    await redraw(form, "_refresh", "1");
  });
}

function send(input, file, status, token) {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", file.name);
  status.replaceChildren(file.name, bar);
  const address = `${input.dataset.upload}?${new URLSearchParams({ "thanh-phan": input.dataset.key, ten: file.name })}`;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? (loaded / total) * 100 : 0;
    });
    request.addEventListener("load", () => resolve(request.status === 201 ? "" : sentence(request)));
    request.addEventListener("error", () => resolve(document.getElementById("autosave")?.dataset.offline ?? ""));
    request.send(file);
  });
}

function sentence(request) {
  try {
    const { message, details } = JSON.parse(request.responseText);
    return details.length ? details.join(" ") : message;
  } catch {
    return request.statusText;
  }
}

function show(status, text) {
  const line = document.createElement("div");
  line.className = "errm";
  line.textContent = text;
  status.replaceChildren(line);
}
