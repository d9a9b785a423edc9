// Keyboard shortcuts of admin pages (the form's first line lists them), and relations that open on typing.
"use strict";
{
  const selectOf = (element) => element?.closest(".select2-container")?.previousElementSibling;
  // Elements in closed details have a layout but are not visible.
  const isVisible = (element) => element.checkVisibility();
  const fields = "input:not([type=hidden]):not([type=checkbox]), textarea, select:not(.admin-autocomplete), .select2-selection--single, .select2-search__field";
  const firstField = (part) => [...part.querySelectorAll(fields)].find(isVisible);

  const openDialog = () => document.querySelector("dialog[open]");
  const press = (names) => {
    const dialog = openDialog();
    if (dialog) {
      dialog.querySelector("input[type=submit]")?.click();
      return true;
    }
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
    const select = selectOf(document.activeElement);
    const link = select?.closest(".related-widget-wrapper")?.querySelector(".add-related");
    link?.click();
    return Boolean(link);
  };

  // The stops of Alt+J and Alt+K: fieldsets, rows of parts, the first of several collapsed ones, and the add links of
  // empty groups.
  const stops = () => {
    const parts = [...document.querySelectorAll("#content-main fieldset.module, #content-main .inline-group .add-row")]
      .filter((part) => !part.closest(".empty-form") && !part.querySelector(":scope .inline-related, :scope .add-row"));
    const rows = [...document.querySelectorAll("#content-main .tabular tr.form-row:not(.empty-form)")];
    const folded = [...document.querySelectorAll("#content-main :is(details.folding:not([open]), .collapsed-part:not(tr, .collapsed-part + .collapsed-part))")];
    const elements = [...parts, ...rows, ...folded].map((part) => firstField(part) || part.querySelector("summary, a")).filter(Boolean);
    return [...new Set(elements)].filter(isVisible)
      .sort((first, second) => (first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  };

  const goTo = (step) => {
    const focused = document.activeElement;
    const all = stops();
    const before = all.filter((stop) => stop.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING);
    const after = all.filter((stop) => focused.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    const hasNoFocus = focused === document.body;
    const next = step > 0 ? (hasNoFocus ? all[0] : after[0]) : before.at(-1);
    next?.focus();
    next?.scrollIntoView({ block: "center" });
    return true;
  };

  const shortcut = (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && event.key.toLowerCase() === "s") return press(["_continue", "_save"]);
    if (control && !event.altKey && event.key === "Enter") return press(event.shiftKey ? ["_addnext", "_addanother"] : ["_save"]);
    if (!event.altKey || control) return false;
    if (event.code === "KeyN") return addRelated();
    if (openDialog()) return false;
    if (event.code === "KeyA") return addRow();
    if (event.code === "KeyJ") return goTo(1);
    if (event.code === "KeyK") return goTo(-1);
    return false;
  };

  // Typing in a closed relation opens it, with the letter in its search box.
  const openOnTyping = (event) => {
    const box = event.target.closest?.(".select2-selection--single");
    if (!box || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
    const select = selectOf(box);
    if (!select || select.disabled) return;
    event.preventDefault();
    django.jQuery(select).select2("open");
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (!search) return;
    search.value = event.key;
    search.dispatchEvent(new Event("input", { bubbles: true }));
    search.dispatchEvent(new Event("keyup", { bubbles: true }));
  };

  // On a list: Alt+/ goes to the search box.
  const focusSearch = (event) => {
    const search = document.getElementById("searchbar");
    if (!search || !event.altKey || event.ctrlKey || event.code !== "Slash") return false;
    search.focus();
    search.select();
    return true;
  };

  // In the capture phase: select2's search boxes stop the propagation of keys.
  document.addEventListener("keydown", (event) => {
    if (focusSearch(event)) event.preventDefault();
    else if (!document.querySelector("#content-main form[id$=_form]")) return;
    else if (shortcut(event)) event.preventDefault();
    else openOnTyping(event);
  }, true);
}
