// Draws the fields of a form again as the server sees them: after a row is added or removed, a file is dropped, or an
// answer changes that others depend on. The focus stays where it was.

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

export async function redraw(form, name, value) {
  const fields = new FormData(form);
  for (const key of [...fields.keys()]) if (key.startsWith("_file.")) fields.delete(key);
  fields.append(name, value);
  const place = rememberFocus(name);
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (!answer || answer.redirected) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  replace(form.dataset.redrawInto, page);
  replace("checks", page);
  restoreFocus(place);
  form.dispatchEvent(new Event("input", { bubbles: true }));
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
