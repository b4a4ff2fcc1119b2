// The document beside the form changes at once when another one is chosen, and previews follow what is typed.
const PAUSE = 900;

export function startViewer() {
  for (const select of document.querySelectorAll("select[data-submits]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
    select.form.querySelector("[data-needless]")?.setAttribute("hidden", "");
  }
  for (const button of document.querySelectorAll("button[data-live]")) {
    if (button.dataset.live === "now") button.form.requestSubmit(button);
    let timer = 0;
    button.form.addEventListener("input", (event) => {
      if (event.target.type === "password" || event.target.closest("[data-no-preview]")) return;
      clearTimeout(timer);
      timer = setTimeout(() => refresh(button), PAUSE);
    });
  }
}

// The browser's own checks must not keep an unfinished text out of its preview: the button has formnovalidate.
function refresh(button) {
  const isTyping = document.activeElement;
  button.form.requestSubmit(button);
  isTyping?.focus();
}
