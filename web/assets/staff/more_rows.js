// "Tải thêm": the next page is fetched and its rows are put under those that are here.
import { moveCursor } from "./keys.js";

export function startPages() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-more]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const words = link.textContent;
    link.setAttribute("aria-busy", "true");
    link.textContent = link.dataset.busy;
    try {
      await append(link);
    } catch {
      link.removeAttribute("aria-busy");
      link.textContent = words;
      location.assign(link.href);
    }
  });
  const all = document.querySelector("#chon-tat-ca");
  all?.addEventListener("change", () => {
    for (const box of document.querySelectorAll("tr[data-row] input[type=checkbox]")) box.checked = all.checked;
    countTicks();
  });
  document.querySelector("#viec")?.addEventListener("change", countTicks);
}

async function append(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = document.querySelector("#viec tbody");
  const fresh = [...page.querySelectorAll("#viec tbody tr[data-row]")];
  for (const row of fresh) {
    row.addEventListener("focusin", () => moveCursor(row));
    body.append(row);
  }
  document.querySelector("#trang").replaceWith(page.querySelector("#trang"));
  const total = body.querySelectorAll("tr[data-row]").length;
  document.querySelector("#dem").textContent = document.querySelector("#dem").dataset.words.replace("{n}", total);
  fresh[0]?.querySelector("a")?.focus();
}

function countTicks() {
  const count = document.querySelectorAll("tr[data-row] input[type=checkbox]:checked").length;
  const status = document.querySelector("#da-chon");
  if (status) status.textContent = status.dataset.words.replace("{n}", count);
}
