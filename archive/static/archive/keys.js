// Entry without the mouse. Ctrl+S saves and stays, Ctrl+Enter saves, Alt+A adds another row where one is,
// Alt+N enters a new record for the relation in focus; typing opens a relation. Leaving with unsaved work asks first.
"use strict";
{
  const inAutocomplete = (element) => element?.closest(".select2-container")?.previousElementSibling;
  const fields = "input:not([type=hidden]):not([type=checkbox]), textarea, select:not(.admin-autocomplete), .select2-selection";

  const press = (names) => {
    const button = names.map((name) => document.querySelector(`#content-main input[name="${name}"]`)).find(Boolean);
    button?.click();
    return Boolean(button);
  };

  const addRow = () => {
    const groups = [...document.querySelectorAll(".inline-group")];
    const group = document.activeElement?.closest(".inline-group") || groups[0];
    const link = group?.querySelector(".add-row a");
    link?.click();
    return Boolean(link);
  };

  const addRelated = () => {
    const select = inAutocomplete(document.activeElement);
    const link = select?.closest(".related-widget-wrapper")?.querySelector(".add-related");
    link?.click();
    return Boolean(link);
  };

  const shortcut = (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && event.key.toLowerCase() === "s") return press(["_continue", "_save"]);
    if (control && !event.altKey && event.key === "Enter") return press(["_save"]);
    if (event.altKey && !control && event.code === "KeyA") return addRow();
    if (event.altKey && !control && event.code === "KeyN") return addRelated();
    return false;
  };

  // A closed relation opens on the first letter, which goes into its search box.
  const openOnTyping = (event) => {
    const box = event.target.closest?.(".select2-selection--single");
    if (!box || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
    const select = inAutocomplete(box);
    if (!select || select.disabled) return;
    event.preventDefault();
    django.jQuery(select).select2("open");
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (!search) return;
    search.value = event.key;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    search.dispatchEvent(new Event("keyup", { bubbles: true }));
  };

  // On the way down: the search boxes of relations let no key through on the way up.
  document.addEventListener("keydown", (event) => {
    if (shortcut(event)) event.preventDefault();
    else openOnTyping(event);
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#content-main form[id$=_form]");
    if (!form || !document.querySelector(".submit-row")) return;

    django.jQuery(document).on("select2:open", () => {
      document.querySelector(".select2-container--open .select2-search__field")?.focus();
    });
    document.addEventListener("formset:added", (event) => {
      // After the row's relations have become autocompletes.
      setTimeout(() => [...event.target.querySelectorAll(fields)].find((field) => field.offsetParent)?.focus());
    });
    form.querySelectorAll(".related-widget-wrapper-link").forEach((link) => { link.tabIndex = -1; });

    // Django's own script, at a time of its own, puts the focus on the first button, which is Save.
    const first = [...form.querySelectorAll("fieldset.module")].flatMap((part) => [...part.querySelectorAll(fields)])
      .find((field) => field.offsetParent);
    window.addEventListener("load", () => {
      const isUntouched = document.activeElement === document.body || document.activeElement.closest(".submit-row");
      if (/\/add\/$/.test(location.pathname) && isUntouched) first?.focus();
    });

    let isChanged = Boolean(document.querySelector(".errornote"));
    const changed = () => { isChanged = true; };
    form.addEventListener("input", changed);
    django.jQuery(form).on("select2:select select2:unselect", changed);
    form.addEventListener("submit", () => { isChanged = false; });
    window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
  });
}
