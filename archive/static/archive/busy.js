// A form whose answer takes seconds: says that it is being worked on, and is not sent twice.
"use strict";
{
  const form = document.getElementById("batch-form");
  const note = document.getElementById("busy");
  const buttons = () => form.querySelectorAll("input[type=submit]");
  form.addEventListener("submit", () => {
    note.textContent = note.dataset.text;
    form.setAttribute("aria-busy", "true");
    // Later: the browser sends the name of the pressed button, which must not be disabled before.
    setTimeout(() => buttons().forEach((button) => { button.disabled = true; }));
  });
  // A page from the browser's cache of pages can be sent again.
  addEventListener("pageshow", () => {
    note.textContent = "";
    form.removeAttribute("aria-busy");
    buttons().forEach((button) => { button.disabled = false; });
  });
}
