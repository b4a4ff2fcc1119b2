// A button with data-confirm asks first, in its dialog; the dialog's own button then sends the form as that button would.
export function startConfirmations() {
  for (const button of document.querySelectorAll("button[data-confirm]")) {
    button.addEventListener("click", (event) => {
      const dialog = document.getElementById(button.dataset.confirm);
      if (!dialog?.showModal || button.dataset.agreed || !isAsked(button)) return;
      event.preventDefault();
      if (!button.formNoValidate && !button.form.reportValidity()) return;
      ask(dialog, button);
    });
  }
}

// data-confirm-when="field=answer": the question is only asked for that answer.
function isAsked(button) {
  const [field, answer] = (button.dataset.confirmWhen ?? "").split("=");
  return !field || button.form.querySelector(`input[name="${CSS.escape(field)}"]:checked`)?.value === answer;
}

function ask(dialog, button) {
  const back = dialog.querySelector("[data-back]");
  const close = () => dialog.close();
  const agree = dialog.querySelector("[data-agree]");
  const decide = () => {
    dialog.close();
    button.dataset.agreed = "1";
    button.form.requestSubmit(button);
    delete button.dataset.agreed;
  };
  agree.addEventListener("click", decide, { once: true });
  back.addEventListener("click", close, { once: true });
  dialog.addEventListener("close", () => agree.removeEventListener("click", decide), { once: true });
  dialog.showModal();
  back.focus();
}
