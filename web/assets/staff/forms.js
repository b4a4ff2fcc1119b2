// Task forms: the primary button says what it will do, verdicts are counted, people are chosen by number.
export function startForms() {
  for (const form of document.querySelectorAll("form[data-task]")) {
    nameButton(form);
    form.addEventListener("change", () => nameButton(form));
    form.addEventListener("submit", () => setTimeout(() => form.setAttribute("aria-busy", "true")));
  }
  const checklist = document.querySelector("[data-checklist]");
  if (checklist) startChecklist(checklist);
  for (const button of document.querySelectorAll("[data-picks]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.picks).focus());
  }
}

// The button repeats the answer that decides where the dossier goes: "Đạt, dự thảo Giấy chứng nhận".
function nameButton(form) {
  const button = form.querySelector("button[data-names]");
  if (!button) return;
  const chosen = form.querySelector(`input[name="${CSS.escape(button.dataset.names)}"]:checked`);
  const words = chosen?.closest("label")?.textContent.trim() ?? form.querySelector(`label[for="${chosen?.id}"]`)?.textContent.trim();
  button.querySelector("span").textContent = words || button.dataset.words;
}

function startChecklist(checklist) {
  checklist.addEventListener("change", () => count(checklist));
  checklist.addEventListener("keydown", (event) => onVerdictKey(event, checklist));
  for (const row of checklist.querySelectorAll("[data-component]")) {
    row.addEventListener("focusin", () => markCurrent(checklist, row));
  }
  const rest = checklist.querySelector("[data-rest]");
  rest?.addEventListener("click", () => {
    for (const row of checklist.querySelectorAll("[data-component]")) {
      if (!row.querySelector("input[type=radio]:checked")) row.querySelector("input[value=ok]").checked = true;
    }
    count(checklist);
  });
  count(checklist);
}

function count(checklist) {
  const of = (verdict) => checklist.querySelectorAll(`[data-component] input[value=${verdict}]:checked`).length;
  const [ok, missing, wrong] = ["ok", "missing", "wrong"].map(of);
  const open = checklist.querySelectorAll("[data-component]").length - ok - missing - wrong;
  const say = (selector, words) => {
    const place = document.querySelector(selector);
    if (place) place.textContent = words;
  };
  say("#dem-ket-luan", `Đạt ${ok} · Thiếu ${missing} · Sai ${wrong}${open ? ` · chưa xem ${open}` : ""}`);
  say("#dem-bo-sung", missing + wrong ? `${missing + wrong} nội dung cần bổ sung` : open ? `Còn ${open} thành phần chưa xem` : "Đủ thành phần");
  const accept = document.querySelector("#tiep-nhan");
  const ask = document.querySelector("#soan-bo-sung");
  if (!accept || !ask) return;
  accept.disabled = missing + wrong > 0;
  ask.disabled = missing + wrong === 0;
  accept.classList.toggle("btn-primary", !accept.disabled);
  accept.classList.toggle("btn-o", accept.disabled);
  ask.classList.toggle("btn-primary", !ask.disabled);
  ask.classList.toggle("btn-o", ask.disabled);
}

const VERDICTS = { 1: "ok", 2: "missing", 3: "wrong" };

function onVerdictKey(event, checklist) {
  const row = event.target.closest("[data-component]");
  if (!row || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=text], textarea")) return;
  if (localStorage.getItem("keys-off") !== null) return;
  const all = [...checklist.querySelectorAll("[data-component]")];
  if (VERDICTS[event.key]) {
    event.preventDefault();
    const radio = row.querySelector(`input[value=${VERDICTS[event.key]}]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = all[all.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    (next?.querySelector("input[type=radio]:checked") ?? next?.querySelector("input[type=radio]"))?.focus();
  } else if (event.key.toLowerCase() === "v") {
    event.preventDefault();
    row.querySelector("a[target]")?.click();
  }
}

function markCurrent(checklist, row) {
  for (const one of checklist.querySelectorAll("tr.cur")) one.classList.remove("cur");
  row.classList.add("cur");
  row.nextElementSibling?.matches(".sub") && row.nextElementSibling.classList.add("cur");
}
