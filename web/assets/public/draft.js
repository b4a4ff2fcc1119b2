// Keeps a draft as one types: a moment after the last key, and says when it was kept.

const PAUSE = 1500;

export function startDraft() {
  const form = document.querySelector("form[data-autosave]");
  const note = document.getElementById("autosave");
  if (!form || !note) return;
  const words = note.querySelector("span");
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => save(form, note, words), PAUSE);
  });
}

async function save(form, note, words) {
  const fields = new FormData(form);
  for (const key of [...fields.keys()]) if (key.startsWith("_file.")) fields.delete(key);
  const answer = await fetch(form.dataset.autosave, {
    method: "POST",
    body: fields,
    headers: { Accept: "application/json" },
  }).catch(() => null);
  const isKept = answer?.ok && !answer.redirected;
  note.classList.toggle("t-ok", Boolean(isKept));
  note.classList.toggle("t-warn", !isKept);
  words.textContent = isKept ? `${note.dataset.saved} ${(await answer.json()).saved_at}` : note.dataset.offline;
}
