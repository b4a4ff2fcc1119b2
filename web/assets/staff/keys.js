// One-letter keys. They rest while one types, in a dialog, with a modifier held, and when switched off (WCAG 2.1.4).
const OFF = "keys-off";
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select, [contenteditable]";
let isGoing = false;

export function startKeys() {
  const help = document.querySelector("#phim-tat");
  const toggle = document.querySelector("#phim-tat-bat");
  if (toggle) {
    toggle.checked = localStorage.getItem(OFF) === null;
    toggle.addEventListener("change", () => {
      if (toggle.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.opens);
      if (!dialog?.showModal) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
  for (const back of document.querySelectorAll("dialog [data-closes]")) {
    back.addEventListener("click", () => back.closest("dialog").close());
  }
  for (const row of rows()) row.addEventListener("focusin", () => moveCursor(row));
  document.addEventListener("keydown", (event) => onKey(event, help));
}

function onKey(event, help) {
  if (event.ctrlKey && event.key === "Enter") return press(event, "ctrl-enter");
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^F\d+$/.test(event.key)) return press(event, event.key.toLowerCase());
  if (localStorage.getItem(OFF) !== null || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.(TYPING)) return;
  const key = event.key.toLowerCase();
  if (isGoing) {
    isGoing = false;
    return press(event, `g-${key}`);
  }
  if (key === "g" && document.querySelector('[data-key^="g-"]')) {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1500);
    return;
  }
  if (event.key === "?" && help) {
    event.preventDefault();
    help.showModal();
  } else if (key === "j" || key === "k") {
    if (!step(event, key === "j" ? 1 : -1)) press(event, key);
  } else if (key === "x") {
    cursor()?.querySelector("input[type=checkbox]")?.click();
  } else press(event, event.key === "/" ? "/" : key);
}

// An element names its key in data-key; a field is focused, anything else is clicked.
function press(event, key) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.offsetParent !== null && !one.disabled);
  if (!target) return;
  event.preventDefault();
  if (target.matches(TYPING)) {
    target.focus();
    target.select?.();
  } else target.click();
}

const rows = () => [...document.querySelectorAll("tr[data-row]")];
const cursor = () => document.querySelector("tr[data-row].cur");

function step(event, by) {
  const all = rows();
  if (all.length === 0) return false;
  event.preventDefault();
  const at = all.indexOf(cursor());
  const row = all[Math.min(all.length - 1, Math.max(0, at + by))];
  moveCursor(row);
  // The link, not the box before it: Enter opens the task.
  (row.querySelector("a") ?? row.querySelector("input"))?.focus();
  return true;
}

export function moveCursor(row) {
  cursor()?.classList.remove("cur");
  row.classList.add("cur");
}
