// The diagram is an SVG made by the server: drag moves it, the buttons zoom, a step of the list is shown in it.
export function startDiagrams() {
  for (const frame of document.querySelectorAll("[data-diagram]")) start(frame);
}

function start(frame) {
  const drawing = frame.querySelector("svg");
  if (!drawing) return;
  const { x, y, width, height } = drawing.viewBox.baseVal;
  const home = { x, y, width, height };
  let view = { ...home };
  const show = (next) => {
    view = next;
    drawing.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  };
  drawing.setAttribute("width", "100%");
  drawing.setAttribute("height", "100%");
  drawing.setAttribute("preserveAspectRatio", "xMidYMid meet");
  const centre = (shape, wide) => {
    const box = shape.getBBox();
    const high = (wide * frame.clientHeight) / frame.clientWidth;
    show({ x: box.x + box.width / 2 - wide / 2, y: box.y + box.height / 2 - high / 2, width: wide, height: high });
  };
  const zoom = (factor) => {
    const wide = Math.min(home.width * 1.5, Math.max(home.width / 8, view.width * factor));
    const by = wide / view.width;
    show({ x: view.x + (view.width * (1 - by)) / 2, y: view.y + (view.height * (1 - by)) / 2, width: wide, height: view.height * by });
  };
  const actions = { in: () => zoom(1 / 1.3), out: () => zoom(1.3), whole: () => show({ ...home }) };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.addEventListener("click", actions[button.dataset.zoom]);
  }
  frame.addEventListener("keydown", (event) => onKey(event, actions, view, show));
  startDragging(frame, drawing, () => view, show);
  startLinks(drawing, (shape) => centre(shape, Math.min(home.width, Math.max(frame.clientWidth, 480))));
  const here = drawing.querySelector(".is-here .bpmn-shape, .is-here");
  if (here && home.width > frame.clientWidth * 1.6) centre(here, frame.clientWidth * 1.3);
}

function onKey(event, actions, view, show) {
  const step = view.width / 10;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (event.key === "+") actions.in();
  else if (event.key === "-") actions.out();
  else if (moves[event.key]) show({ ...view, x: view.x + moves[event.key][0], y: view.y + moves[event.key][1] });
  else return;
  event.preventDefault();
}

function startLinks(drawing, centre) {
  for (const link of document.querySelectorAll("[data-shows]")) {
    link.addEventListener("click", (event) => {
      const shape = drawing.querySelector(`[data-element="${CSS.escape(link.dataset.shows)}"]`);
      if (!shape) return;
      event.preventDefault();
      for (const one of drawing.querySelectorAll(".shown")) one.classList.remove("shown");
      shape.classList.add("shown");
      centre(shape);
    });
  }
  drawing.addEventListener("dblclick", (event) => {
    const call = event.target.closest("[data-opens-diagram]");
    if (call) location.assign(call.dataset.opensDiagram);
  });
}

function startDragging(frame, drawing, current, show) {
  let from = null;
  drawing.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, view: current() };
    drawing.setPointerCapture(event.pointerId);
  });
  for (const name of ["pointerup", "pointercancel"]) drawing.addEventListener(name, () => (from = null));
  drawing.addEventListener("pointermove", (event) => {
    if (!from) return;
    const scale = from.view.width / frame.clientWidth;
    show({ ...from.view, x: from.view.x - (event.clientX - from.x) * scale, y: from.view.y - (event.clientY - from.y) * scale });
  });
}
