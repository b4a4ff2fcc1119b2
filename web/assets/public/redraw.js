// Draws the fields of a form again as the server sees them: after a row is added or removed, a file is dropped, or an
// answer changes that others depend on. The focus stays where it was, and so does what is typed in the meantime.
let running = Promise.resolve();

export function startRedraw() {
  const form = document.querySelector("form[data-redraw-into]");
  if (!form) return;
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-asked]")) redraw(form, "_refresh", "1");
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches("[data-redraw]")) return;
    event.preventDefault();
    redraw(form, button.name, button.value);
  });
}

// One after the other: an answer that comes late must not undo a newer one.
export function redraw(form, name, value) {
  const draw = () => drawAgain(form, name, value);
  running = running.then(draw, draw);
  return running;
}

async function drawAgain(form, name, value) {
  const fields = new FormData(form);
  for (const key of [...fields.keys()]) if (key.startsWith("_file.")) fields.delete(key);
  fields.append(name, value);
  const sent = answers(form);
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (!answer || answer.redirected) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Without a row the numbers of those below it change: what is typed there would come into another one.
  const typed = name.startsWith("_remove.") ? new Map() : changes(sent, answers(form));
  const place = rememberFocus(name);
  replace(form.dataset.redrawInto, page);
  replace("checks", page);
  for (const control of controls(form)) if (typed.has(key(control))) enter(control, typed.get(key(control)));
  restoreFocus(place);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

const isTicked = (control) => control.matches("[type=checkbox], [type=radio]");
const key = (control) => (isTicked(control) ? `${control.name}=${control.value}` : control.name);
const controls = (form) =>
  [...form.querySelectorAll("input[name], select[name], textarea[name]")].filter((one) => !["file", "hidden"].includes(one.type));
const answers = (form) => new Map(controls(form).map((one) => [key(one), isTicked(one) ? one.checked : one.value]));
const changes = (before, now) => new Map([...now].filter(([name, value]) => before.has(name) && before.get(name) !== value));

function enter(control, value) {
  if (isTicked(control)) control.checked = value;
  else control.value = value;
}

function replace(id, page) {
  const fresh = page.getElementById(id);
  if (fresh) document.getElementById(id)?.replaceWith(document.importNode(fresh, true));
}

function rememberFocus(name) {
  const { id, type, name: field, value } = document.activeElement ?? {};
  return { id, type, field, value, added: name.startsWith("_add.") ? name.slice(5) : "" };
}

function restoreFocus({ id, type, field, value, added }) {
  const rows = added ? document.querySelectorAll(`[data-list="${CSS.escape(added)}"] > .rrow`) : [];
  const inNewRow = rows.length ? rows[rows.length - 1].querySelector("input:not([type=hidden]), select, textarea") : null;
  const sameAnswer = type === "radio" && document.querySelector(`input[name="${CSS.escape(field)}"][value="${CSS.escape(value)}"]`);
  const target = inNewRow ?? (sameAnswer || (id && document.getElementById(id)));
  (target || document.getElementById("noi-dung"))?.focus({ preventScroll: !inNewRow });
}
