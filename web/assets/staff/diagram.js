// The diagram is an SVG made by the server: wheel and drag move it, the buttons zoom, a step of the list is shown in it.
export function startDiagrams() {
  for (const frame of document.querySelectorAll("[data-diagram]")) start(frame);
}

function start(frame) {
  const drawing = frame.querySelector("svg");
  if (!drawing) return;
  const whole = drawing.viewBox.baseVal;
  const home = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  let view = { ...home };
  const show = () => drawing.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const width = Math.min(home.width * 1.5, Math.max(home.width / 8, view.width * factor));
    const by = width / view.width;
    view = { x: x - (x - view.x) * by, y: y - (y - view.y) * by, width, height: view.height * by };
    show();
  };
  const actions = {
    in: () => zoom(1 / 1.3),
    out: () => zoom(1.3),
    whole: () => {
      view = { ...home };
      show();
    },
  };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.addEventListener("click", actions[button.dataset.zoom]);
  }
  dragging(frame, drawing, () => view, (next) => { view = next; show(); });
  for (const link of document.querySelectorAll("[data-shows]")) {
    link.addEventListener("click", (event) => {
      const shape = drawing.querySelector(`[data-element="${CSS.escape(link.dataset.shows)}"]`);
      if (!shape) return;
      event.preventDefault();
      for (const one of drawing.querySelectorAll(".shown")) one.classList.remove("shown");
      shape.classList.add("shown");
      const box = shape.getBBox();
      view = { ...view, x: box.x + box.width / 2 - view.width / 2, y: box.y + box.height / 2 - view.height / 2 };
      show();
    });
  }
}

function dragging(frame, drawing, current, move) {
  let from = null;
  drawing.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, view: current() };
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointerup", () => (from = null));
  drawing.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = from.view.width / frame.clientWidth;
    move({ ...from.view, x: from.view.x - (event.clientX - from.x) * scale, y: from.view.y - (event.clientY - from.y) * scale });
  });
}
