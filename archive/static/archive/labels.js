// Names for screen readers: each picker and each field of a table's row is named by its label or its column.
"use strict";
{
  let made = 0;
  const named = (element) => {
    if (!element.id) element.id = `label-${++made}`;
    return element.id;
  };
  // The label of a field; in a table the heading of its column.
  const labelOf = (field) => {
    const label = field.labels?.[0] || (field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`));
    if (label) return label;
    const cell = field.closest("td");
    const table = cell?.closest("table");
    return cell && table ? table.tHead?.querySelector(`th.column-${[...cell.classList].find((name) => name.startsWith("field-"))?.slice(6)}`) : null;
  };
  // The box that deletes a row is named by its column and by what the row holds.
  const wireDeletion = (box) => {
    const heading = box.closest("table").tHead?.rows[0].cells[box.closest("td").cellIndex];
    const row = box.closest("tr").querySelector(".original p");
    if (!heading || box.labels?.length) return;
    box.closest("td").dataset.label = heading.textContent.trim();
    box.setAttribute("aria-labelledby", [heading, row].filter(Boolean).map(named).join(" "));
  };
  const wireField = (field) => {
    if (field.matches(".tabular td.delete input")) {
      wireDeletion(field);
      return;
    }
    const label = labelOf(field);
    // A narrow window has no columns: each cell says which it is.
    const cell = field.closest(".tabular td");
    if (cell && label) cell.dataset.label = label.textContent.trim();
    if (!label || field.labels?.length) return;
    field.setAttribute("aria-labelledby", named(label));
  };
  const wirePicker = (select) => {
    const container = select.nextElementSibling;
    const label = labelOf(select);
    if (!container?.matches(".select2-container") || !label) return;
    const id = named(label);
    const one = container.querySelector(".select2-selection--single");
    if (one) {
      const value = one.querySelector(".select2-selection__rendered");
      one.setAttribute("aria-labelledby", value ? `${id} ${named(value)}` : id);
      // The value within is read with its box, not as a box of its own.
      for (const name of ["role", "aria-readonly"]) value?.removeAttribute(name);
    }
    const many = container.querySelector(".select2-selection--multiple");
    if (many) {
      many.setAttribute("aria-labelledby", id);
      many.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", id);
    }
  };
  const isReal = (element) => !element.name?.includes("__prefix__");
  // The column that says which part a row holds has no heading of its own.
  const nameColumn = (heading) => {
    if (heading.textContent.trim()) return;
    heading.innerHTML = '<span class="visually-hidden">Part</span>';
  };
  // A row's heading is in the language of its text.
  const markRow = (text) => {
    const heading = text.closest("tr")?.querySelector(".original p");
    if (heading) heading.lang = text.lang;
  };
  const wireAll = (root) => {
    root.querySelectorAll(".tabular td.field-text [lang]").forEach(markRow);
    root.querySelectorAll(".tabular thead th.original").forEach(nameColumn);
    root.querySelectorAll("#content-main :is(td, .fieldBox, .form-row) :is(input:not([type=hidden]), textarea, select)")
      .forEach((field) => { if (isReal(field)) wireField(field); });
    root.querySelectorAll("select.admin-autocomplete").forEach((select) => { if (isReal(select)) wirePicker(select); });
  };
  // After Django's own scripts have made pickers of the selects, which they do when jQuery is ready.
  django.jQuery(() => setTimeout(() => wireAll(document)));
  document.addEventListener("formset:added", (event) => setTimeout(() => {
    event.target.querySelectorAll(":is(input:not([type=hidden]), textarea, select)").forEach(wireField);
    event.target.querySelectorAll("select.admin-autocomplete").forEach(wirePicker);
  }));
  // The open list is named by the field that it belongs to, and its search box has what its role needs.
  django.jQuery(document).on("select2:open", (event) => {
    const label = labelOf(event.target);
    const open = document.querySelector(".select2-container--open .select2-dropdown");
    const list = open?.querySelector(".select2-results__options");
    const search = document.querySelector(".select2-container--open .select2-search__field");
    if (!label) return;
    list?.setAttribute("aria-labelledby", named(label));
    // The list stands outside the page's landmarks: it is one by itself.
    open?.parentElement.setAttribute("role", "region");
    open?.parentElement.setAttribute("aria-labelledby", named(label));
    if (list) event.target.nextElementSibling?.querySelector("[role=combobox]")?.setAttribute("aria-controls", named(list));
    if (!search) return;
    search.setAttribute("aria-labelledby", named(label));
    // select2 makes it a search box, which can't say that it is open.
    search.setAttribute("role", "combobox");
    search.setAttribute("aria-expanded", "true");
    if (list) search.setAttribute("aria-controls", named(list));
  });
}
