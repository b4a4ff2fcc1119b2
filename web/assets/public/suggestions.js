// Suggestions under the search box while one types: arrows choose, Enter opens, Escape closes.

const PAUSE = 200;

export function startSuggestions() {
  for (const form of document.querySelectorAll("form[data-suggest]")) startOne(form);
}

function startOne(form) {
  const input = form.querySelector("input[type=search]");
  const box = form.querySelector("[data-suggestions]");
  const count = form.querySelector("[data-suggest-count]");
  let timer = 0;
  let chosen = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "procedure-suggestions");

  const options = () => [...box.querySelectorAll("[role=option]")];
  const close = () => {
    box.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    const all = options();
    if (!all.length) return;
    chosen = (number + all.length) % all.length;
    all.forEach((each, index) => {
      each.classList.toggle("on", index === chosen);
      each.setAttribute("aria-selected", String(index === chosen));
    });
    input.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const load = async () => {
    const text = input.value.trim();
    if (!text) return close();
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ tim: text })}`).catch(() => null);
    if (!answer?.ok || input.value.trim() !== text) return;
    close();
    box.innerHTML = await answer.text();
    const found = options().length;
    input.setAttribute("aria-expanded", String(found > 0));
    count.textContent = found ? `${found} ${count.dataset.some}` : count.dataset.none;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(options()[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  box.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
}
