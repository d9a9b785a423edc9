// Focus on a form: the first field, the first error, or after saving the field focused before; and a warning before
// the page is left with unsaved changes.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#content-main form[id$=_form]");
  if (!form || !document.querySelector(".submit-row")) return;

  const fields = "input:not([type=hidden]):not([type=checkbox]), textarea, select:not(.admin-autocomplete), .select2-selection--single, .select2-search__field";
  const firstField = (part) => [...part.querySelectorAll(fields)].find((field) => field.checkVisibility());
  const selectOf = (element) => element.closest(".select2-container")?.previousElementSibling;
  // By the form, not the URL: a new record is saved from ".../add/" and redirects to its own URL.
  const storageKey = `focus ${form.id}`;

  django.jQuery(document).on("select2:open", () => {
    document.querySelector(".select2-container--open .select2-search__field")?.focus();
  });
  document.addEventListener("formset:added", (event) => {
    // After Django's script has initialized the row's autocompletes.
    setTimeout(() => firstField(event.target)?.focus());
  });
  form.querySelectorAll(".related-widget-wrapper-link").forEach((link) => { link.tabIndex = -1; });

  // The element that takes the focus: for a relation that of its autocomplete.
  const focusable = (field) => {
    const container = field.nextElementSibling;
    return container?.matches(".select2-container") ? container.querySelector(".select2-selection--single, .select2-search__field") : field;
  };
  const fieldNamed = (name) => {
    const field = name && form.elements.namedItem(name);
    if (!(field instanceof HTMLElement)) return null;
    field.closest("details")?.setAttribute("open", "");
    return focusable(field);
  };
  // The first invalid field, else the first field near an error, else the error of the whole form or group itself.
  const invalidField = () => {
    const field = form.querySelector("[aria-invalid=true]:not(.empty-form *)");
    const error = field || form.querySelector(".errorlist");
    error?.closest("details")?.setAttribute("open", "");
    if (field) return focusable(field);
    const box = error?.closest(".form-row, td, .inline-related, tr");
    const near = box && (firstField(box) || firstField(box.parentElement));
    if (error && !near) error.tabIndex = -1;
    return near || error;
  };
  // The field that had the focus before the form was saved, in a part that may be collapsed now.
  const focusAgain = async (name) => {
    if (await collapsedParts.expand(collapsedParts.rowOf(name))) setTimeout(() => fieldNamed(name)?.focus());
  };
  const initialField = () => {
    const invalid = invalidField();
    if (invalid) return invalid;
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) {
      target.closest("details")?.setAttribute("open", "");
      return target.matches(fields) ? focusable(target) : firstField(target) || target.querySelector(".add-row a");
    }
    return fieldNamed(sessionStorage.getItem(storageKey));
  };
  // On load, because Django's own script focuses the first button, Save, before that; and when jQuery is ready, which can
  // be later than that, because Django's inlines get their links to add a part then.
  window.addEventListener("load", () => django.jQuery(() => {
    const isUntouched = document.activeElement === document.body || document.activeElement.closest(".submit-row");
    const target = initialField();
    const stored = sessionStorage.getItem(storageKey);
    sessionStorage.removeItem(storageKey);
    if (!isUntouched) return;
    if (stored && !target) focusAgain(stored);
    target?.focus();
    target?.scrollIntoView({ block: "center" });
    // The first field takes the focus without moving the page: remarks and contradictions stand above the form.
    if (!target) [...form.querySelectorAll("fieldset.module")].map(firstField).find(Boolean)?.focus({ preventScroll: true });
  }));

  let isChanged = Boolean(document.querySelector(".errornote"));
  const markChanged = () => { isChanged = true; };
  form.addEventListener("input", markChanged);
  django.jQuery(form).on("select2:select select2:unselect", markChanged);
  // A form that is too large for the server is not sent, so that its values are not lost.
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
    const text = gettext("Not sent: got a form of %(size)s MB, expected at most %(limit)s MB. Shorten a text, then save again; nothing is lost.");
    note.textContent = interpolate(text, { size: inMegabytes(size), limit: inMegabytes(limit) }, true);
    note.focus();
    return true;
  };
  form.addEventListener("submit", (event) => {
    if (isTooLarge()) {
      event.preventDefault();
      return;
    }
    isChanged = false;
    const focused = document.activeElement;
    if (event.submitter?.name === "_continue" && focused !== event.submitter) {
      sessionStorage.setItem(storageKey, (selectOf(focused) || focused).name || "");
    }
  });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
});
