// "Tải thêm": htmx fetches the next page and puts its rows under those that are here (attributes in inbox.html).
// Here is what the page adds: the count in words, the cursor, the ticks.
import htmx from "htmx.org";
import { moveCursor } from "./keys.js";

// Before the page is ready, on every page: the content security policy allows neither inline styles nor eval.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;

export function startPages() {
  const body = document.querySelector("#viec tbody");
  if (!body) return;
  let known = rowsOf(body).length;
  body.addEventListener("htmx:beforeRequest", () => (known = rowsOf(body).length));
  body.addEventListener("htmx:afterSettle", () => {
    const rows = rowsOf(body);
    for (const row of rows.slice(known)) row.addEventListener("focusin", () => moveCursor(row));
    const status = document.querySelector("#dem");
    status.textContent = status.dataset.words.replace("{n}", rows.length);
    rows[known]?.querySelector("a")?.focus();
    known = rows.length;
  });
  // A page that can not be fetched in place is opened as a page of its own.
  document.addEventListener("htmx:sendError", (event) => location.assign(event.target.href));
  document.addEventListener("htmx:responseError", (event) => location.assign(event.target.href));
  const all = document.querySelector("#chon-tat-ca");
  all?.addEventListener("change", () => {
    for (const box of document.querySelectorAll("tr[data-row] input[type=checkbox]")) box.checked = all.checked;
    countTicks();
  });
  document.querySelector("#viec")?.addEventListener("change", countTicks);
}

const rowsOf = (body) => [...body.querySelectorAll("tr[data-row]")];

function countTicks() {
  const count = document.querySelectorAll("tr[data-row] input[type=checkbox]:checked").length;
  const status = document.querySelector("#da-chon");
  if (status) status.textContent = status.dataset.words.replace("{n}", count);
}
