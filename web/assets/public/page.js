// Small things of any page: focus on the faults, questions before what cannot be undone, printing, a dropped file.

export function startPage() {
  document.documentElement.classList.add("has-js");
  document.querySelector("[data-take-focus]")?.focus();
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-print]")) window.print();
    const question = target?.closest("[data-confirm]")?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.busy && !event.defaultPrevented) {
      button.setAttribute("aria-busy", "true");
      button.lastChild.textContent = button.dataset.busy;
    }
  });
  for (const area of document.querySelectorAll("[data-drop]")) takeDroppedFile(area);
}

function takeDroppedFile(area) {
  const input = area.querySelector("input[type=file]");
  const mark = (isOver) => (event) => {
    event.preventDefault();
    area.classList.toggle("is-over", isOver);
  };
  area.addEventListener("dragover", mark(true));
  area.addEventListener("dragleave", mark(false));
  area.addEventListener("drop", (event) => {
    mark(false)(event);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}
