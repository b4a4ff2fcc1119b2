// A button with data-confirm asks first, in its dialog; the dialog's own button then sends the form as that button would.
export function startConfirmations() {
  for (const button of document.querySelectorAll("button[data-confirm]")) {
    button.addEventListener("click", (event) => {
      const dialog = document.getElementById(button.dataset.confirm);
      if (!dialog?.showModal || button.dataset.agreed) return;
      event.preventDefault();
      if (!button.formNoValidate && !button.form.reportValidity()) return;
      ask(dialog, button);
    });
  }
}

function ask(dialog, button) {
  const agree = dialog.querySelector("[data-agree]");
  const decide = () => {
    dialog.close();
    button.dataset.agreed = "1";
    button.form.requestSubmit(button);
    delete button.dataset.agreed;
  };
  agree.addEventListener("click", decide, { once: true });
  dialog.addEventListener("close", () => agree.removeEventListener("click", decide), { once: true });
  dialog.showModal();
  dialog.querySelector("[data-back]").focus();
}
