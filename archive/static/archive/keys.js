// Entry without the mouse: the shortcuts that the form's first line names, and relations that open as one types.
"use strict";
{
  const inAutocomplete = (element) => element?.closest(".select2-container")?.previousElementSibling;
  // What lies in closed details has a place on the page, and is not seen.
  const isSeen = (element) => element.checkVisibility();
  const fields = "input:not([type=hidden]):not([type=checkbox]), textarea, select:not(.admin-autocomplete), .select2-selection--single, .select2-search__field";
  const firstField = (part) => [...part.querySelectorAll(fields)].find(isSeen);

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

  // The stops of a long page: its groups of fields, each row of its parts, and where a group is empty its add link.
  const stops = () => {
    const parts = [...document.querySelectorAll("#content-main fieldset.module, #content-main .inline-group .add-row")]
      .filter((part) => !part.closest(".empty-form") && !part.querySelector(":scope .inline-related, :scope .add-row"));
    const rows = [...document.querySelectorAll("#content-main .tabular tr.form-row:not(.empty-form)")];
    const found = [...parts, ...rows].map((part) => firstField(part) || part.querySelector("summary, a")).filter(Boolean);
    return [...new Set(found)].filter(isSeen)
      .sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  };

  const goTo = (step) => {
    const here = document.activeElement;
    const all = stops();
    const before = all.filter((stop) => stop.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING);
    const after = all.filter((stop) => here.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_FOLLOWING);
    const isNowhere = here === document.body;
    const next = step > 0 ? (isNowhere ? all[0] : after[0]) : before.at(-1);
    next?.focus();
    next?.scrollIntoView({ block: "center" });
    return true;
  };

  const shortcut = (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && event.key.toLowerCase() === "s") return press(["_continue", "_save"]);
    if (control && !event.altKey && event.key === "Enter") return press(["_save"]);
    if (!event.altKey || control) return false;
    if (event.code === "KeyA") return addRow();
    if (event.code === "KeyN") return addRelated();
    if (event.code === "KeyJ") return goTo(1);
    if (event.code === "KeyK") return goTo(-1);
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

  // On a list: Alt+/ goes to the search box.
  const toSearch = (event) => {
    const search = document.getElementById("searchbar");
    if (!search || !event.altKey || event.ctrlKey || event.code !== "Slash") return false;
    search.focus();
    search.select();
    return true;
  };

  // On the way down: the search boxes of relations let no key through on the way up.
  document.addEventListener("keydown", (event) => {
    if (toSearch(event)) event.preventDefault();
    else if (!document.querySelector("#content-main form[id$=_form]")) return;
    else if (shortcut(event)) event.preventDefault();
    else openOnTyping(event);
  }, true);
}
