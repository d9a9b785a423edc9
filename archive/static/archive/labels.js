// Accessible names: each autocomplete and each field of a table row is labelled by its label or its column, each part by its
// heading.
"use strict";
{
  let count = 0;
  const idOf = (element) => {
    if (!element.id) element.id = `label-${++count}`;
    return element.id;
  };
  // The label of a field; in a table the header of its column.
  const labelOf = (field) => {
    const label = field.labels?.[0] || (field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`));
    if (label) return label;
    const cell = field.closest("td");
    const table = cell?.closest("table");
    return cell && table ? table.tHead?.querySelector(`th.column-${[...cell.classList].find((name) => name.startsWith("field-"))?.slice(6)}`) : null;
  };
  // The checkbox that deletes a row is labelled by its column and the row's heading.
  const labelDeletion = (box) => {
    const heading = box.closest("table").tHead?.rows[0].cells[box.closest("td").cellIndex];
    const row = box.closest("tr").querySelector(".original p");
    if (!heading || box.labels?.length) return;
    box.closest("td").dataset.label = heading.textContent.trim();
    box.setAttribute("aria-labelledby", [heading, row].filter(Boolean).map(idOf).join(" "));
  };
  const labelField = (field) => {
    if (field.matches(".tabular td.delete input")) {
      labelDeletion(field);
      return;
    }
    const label = labelOf(field);
    // CSS shows the label in each cell where the window is too narrow for columns.
    const cell = field.closest(".tabular td");
    if (cell && label) cell.dataset.label = label.textContent.trim();
    if (!label || field.labels?.length) return;
    field.setAttribute("aria-labelledby", idOf(label));
  };
  const labelAutocomplete = (select) => {
    const container = select.nextElementSibling;
    const label = labelOf(select);
    if (!container?.matches(".select2-container") || !label) return;
    const id = idOf(label);
    const single = container.querySelector(".select2-selection--single");
    if (single) {
      const value = single.querySelector(".select2-selection__rendered");
      single.setAttribute("aria-labelledby", value ? `${id} ${idOf(value)}` : id);
      // Not a textbox of its own: the value is part of its combobox.
      for (const name of ["role", "aria-readonly"]) value?.removeAttribute(name);
    }
    const multiple = container.querySelector(".select2-selection--multiple");
    if (multiple) {
      multiple.setAttribute("aria-labelledby", id);
      multiple.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", id);
    }
  };
  const isNotTemplate = (element) => !element.name?.includes("__prefix__");
  // The first column of a table of parts has no header.
  const nameColumn = (heading) => {
    if (heading.textContent.trim()) return;
    const name = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: gettext("Part") });
    heading.replaceChildren(name);
  };
  // Each part that is no row of a table is a group, named by its heading; so is the checkbox that deletes it.
  const nameGroup = (part) => {
    const name = part.querySelector(":scope > h3 .part-name") ?? part.querySelector(":scope > h3 .inline_label");
    if (!name || part.matches(".collapsed-part")) return;
    const type = part.querySelector(":scope > h3 > b");
    part.setAttribute("role", "group");
    part.setAttribute("aria-labelledby", [type, name].filter(Boolean).map(idOf).join(" "));
    const box = part.querySelector(":scope > h3 .delete input");
    if (box?.labels?.length) box.setAttribute("aria-labelledby", `${idOf(box.labels[0])} ${idOf(name)}`);
  };
  // Sets the language of a row's heading to that of its text.
  const markRow = (text) => {
    const heading = text.closest("tr")?.querySelector(".original p");
    if (heading) heading.lang = text.lang;
  };
  const labelAll = (root) => {
    root.querySelectorAll(".tabular td.field-text [lang]").forEach(markRow);
    root.querySelectorAll(".tabular thead th.original").forEach(nameColumn);
    root.querySelectorAll(".inline-related:not(.tabular, .empty-form)").forEach(nameGroup);
    root.querySelectorAll("#content-main :is(td, .fieldBox, .form-row) :is(input:not([type=hidden]), textarea, select)")
      .forEach((field) => { if (isNotTemplate(field)) labelField(field); });
    root.querySelectorAll("select.admin-autocomplete").forEach((select) => { if (isNotTemplate(select)) labelAutocomplete(select); });
  };
  // After Django's scripts have initialized the autocompletes, which they do when jQuery is ready.
  django.jQuery(() => setTimeout(() => labelAll(document)));
  document.addEventListener("formset:added", (event) => setTimeout(() => {
    if (event.target.matches(".inline-related")) nameGroup(event.target);
    event.target.querySelectorAll(":is(input:not([type=hidden]), textarea, select)").forEach(labelField);
    event.target.querySelectorAll("select.admin-autocomplete").forEach(labelAutocomplete);
  }));
  // An open list is labelled by its field, and its search box gets the attributes of a combobox.
  django.jQuery(document).on("select2:open", (event) => {
    const label = labelOf(event.target);
    const open = document.querySelector(".select2-container--open .select2-dropdown");
    const list = open?.querySelector(".select2-results__options");
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (!label) return;
    list?.setAttribute("aria-labelledby", idOf(label));
    // The list is outside the page's landmarks, so it becomes one.
    open?.parentElement.setAttribute("role", "region");
    open?.parentElement.setAttribute("aria-labelledby", idOf(label));
    if (list) event.target.nextElementSibling?.querySelector("[role=combobox]")?.setAttribute("aria-controls", idOf(list));
    if (!search) return;
    search.setAttribute("aria-labelledby", idOf(label));
    // select2 sets the role searchbox, which has no aria-expanded.
    search.setAttribute("role", "combobox");
    search.setAttribute("aria-expanded", "true");
    if (list) search.setAttribute("aria-controls", idOf(list));
  });
}
