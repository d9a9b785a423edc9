// Where one is on a form: at its first field, at the first error, or after saving where one was; and a question
// before unsaved work is left.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#content-main form[id$=_form]");
  if (!form || !document.querySelector(".submit-row")) return;

  const fields = "input:not([type=hidden]):not([type=checkbox]), textarea, select:not(.admin-autocomplete), .select2-selection--single, .select2-search__field";
  const firstField = (part) => [...part.querySelectorAll(fields)].find((field) => field.checkVisibility());
  const relation = (element) => element.closest(".select2-container")?.previousElementSibling;
  // By the form, not the address: a new record is saved from ".../add/" and comes back at its own address.
  const place = `focus ${form.id}`;

  django.jQuery(document).on("select2:open", () => {
    document.querySelector(".select2-container--open .select2-search__field")?.focus();
  });
  document.addEventListener("formset:added", (event) => {
    // After the row's relations have become autocompletes.
    setTimeout(() => firstField(event.target)?.focus());
  });
  form.querySelectorAll(".related-widget-wrapper-link").forEach((link) => { link.tabIndex = -1; });

  // A relation is focused by its autocomplete.
  const shown = (field) => {
    const beside = field.nextElementSibling;
    return beside?.matches(".select2-container") ? beside.querySelector(".select2-selection--single, .select2-search__field") : field;
  };
  // The field of that name, as it was left.
  const fieldNamed = (name) => {
    const field = name && form.elements.namedItem(name);
    return field instanceof HTMLElement ? shown(field) : null;
  };
  // The first wrong field, else the first field beside an error that is about no field alone.
  const wrongField = () => {
    const field = form.querySelector("[aria-invalid=true]:not(.empty-form *)");
    const wrong = field || form.querySelector(".errorlist");
    wrong?.closest("details")?.setAttribute("open", "");
    if (field) return shown(field);
    const box = wrong?.closest(".form-row, td, .inline-related, tr");
    return box && (firstField(box) || firstField(box.parentElement));
  };
  const start = () => {
    const wrong = wrongField();
    if (wrong) return wrong;
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) {
      target.closest("details")?.setAttribute("open", "");
      return target.matches(fields) ? shown(target) : firstField(target) || target.querySelector(".add-row a");
    }
    const left = sessionStorage.getItem(place);
    return fieldNamed(left) || [...form.querySelectorAll("fieldset.module")].map(firstField).find(Boolean);
  };
  // Django's own script, at a time of its own, puts the focus on the first button, which is Save.
  window.addEventListener("load", () => {
    const isUntouched = document.activeElement === document.body || document.activeElement.closest(".submit-row");
    const field = start();
    sessionStorage.removeItem(place);
    if (!isUntouched || !field) return;
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  let isChanged = Boolean(document.querySelector(".errornote"));
  const changed = () => { isChanged = true; };
  form.addEventListener("input", changed);
  django.jQuery(form).on("select2:select select2:unselect", changed);
  // A form that the server would refuse unread is not sent, so that nothing in it is lost.
  const isTooLarge = () => {
    const limit = Number(form.querySelector("[data-body-limit]")?.dataset.bodyLimit);
    const size = new Blob([new URLSearchParams(new FormData(form)).toString()]).size;
    if (!limit || size <= limit) return false;
    let note = form.querySelector("#too-large");
    if (!note) {
      form.insertAdjacentHTML("afterbegin", '<p id="too-large" class="errornote" role="alert" tabindex="-1"></p>');
      note = form.querySelector("#too-large");
    }
    const inMegabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
    note.textContent = `Not sent: got a form of ${inMegabytes(size)} MB, expected at most ${inMegabytes(limit)} MB. Shorten a text, then save again; nothing is lost.`;
    note.focus();
    return true;
  };
  form.addEventListener("submit", (event) => {
    if (isTooLarge()) {
      event.preventDefault();
      return;
    }
    isChanged = false;
    const here = document.activeElement;
    if (event.submitter?.name === "_continue" && here !== event.submitter) {
      sessionStorage.setItem(place, (relation(here) || here).name || "");
    }
  });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
});
