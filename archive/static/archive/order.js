// Order of numbered rows of parts: dragged by a handle, or moved by Alt+Up and Alt+Down. Only the numbers in the rows'
// fields change; without this script they are typed.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const group = document.querySelector("input[data-position]")?.closest(".inline-group");
  const body = group?.querySelector("tbody");
  if (!body) return;
  const status = document.createElement("p");
  status.className = "visually-hidden order-status";
  status.setAttribute("aria-live", "polite");
  const help = document.createElement("p");
  help.className = "help order-help";
  help.innerHTML = gettext("Drag the handle of a row, or press <kbd>Alt+Up</kbd> and <kbd>Alt+Down</kbd> in it.");
  group.querySelector("table").before(help, status);

  const rows = () => [...body.querySelectorAll(":scope > tr.form-row:not(.empty-form)")];
  const fieldOf = (row) => row.querySelector("input[data-position]");
  const numberOf = (row) => Number(fieldOf(row).value) || Infinity;
  const indexOf = (row) => Number(row.id.split("-").at(-1));
  const isRemoved = (row) => Boolean(row.querySelector("input[name$=-DELETE]:checked"));
  // A row in which nothing is entered gets no number: it would count as a part.
  const isFilled = (row) => [...row.querySelectorAll("input:not([type=hidden], [type=checkbox]), select, textarea")].some((field) => field.value);
  const labelOf = (row) => {
    const text = row.querySelector("td:is(.original, [colspan]) p")?.firstChild?.textContent.trim().replace(/^\d+\. /, "");
    const chosen = [...row.querySelectorAll("select option:checked")].find((option) => option.value)?.text;
    return chosen || text || gettext("the new row");
  };

  // The errors of a row stand in a row of their own above it.
  const withErrors = (row) => (row.previousElementSibling?.matches(".row-form-errors") ? [row.previousElementSibling, row] : [row]);
  const arrange = (sorted) => {
    const last = body.querySelector(":scope > tr.empty-form, :scope > tr.add-row");
    const focused = document.activeElement;
    for (const part of sorted.flatMap(withErrors)) body.insertBefore(part, last);
    if (focused !== document.activeElement) focused.focus();
  };
  const byNumber = (first, second) => {
    const [a, b] = [numberOf(first), numberOf(second)];
    return a === b ? indexOf(first) - indexOf(second) : a - b;
  };
  const sortRows = () => arrange(rows().sort(byNumber));

  // The numbers that the rows have already, in the new order: a dossier numbered 10, 20, 30 stays so.
  const renumber = (sorted) => {
    const numbered = sorted.filter((row) => isFilled(row) && !isRemoved(row));
    const numbers = [...new Set(numbered.map(numberOf).filter(Number.isFinite))].sort((a, b) => a - b);
    while (numbers.length < numbered.length) numbers.push((numbers.at(-1) ?? 0) + 1);
    numbered.forEach((row, index) => {
      const field = fieldOf(row);
      if (field.value === String(numbers[index])) return;
      field.value = numbers[index];
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
    });
    return numbered;
  };
  const place = (row, index) => {
    const sorted = rows().filter((other) => other !== row);
    sorted.splice(index, 0, row);
    arrange(sorted);
    const numbered = renumber(sorted);
    const values = { row: labelOf(row), place: numbered.indexOf(row) + 1, count: numbered.length };
    status.textContent = interpolate(gettext("%(row)s: %(place)s of %(count)s."), values, true);
  };
  const move = (row, step) => {
    if (!isFilled(row)) {
      status.textContent = gettext("Nothing is entered in this row yet.");
      return;
    }
    sortRows();
    const index = rows().indexOf(row) + step;
    if (index < 0 || index >= rows().length) {
      const text = step < 0 ? gettext("%(row)s: it is the first already.") : gettext("%(row)s: it is the last already.");
      status.textContent = interpolate(text, { row: labelOf(row) }, true);
      return;
    }
    place(row, index);
    row.scrollIntoView({ block: "nearest" });
  };

  // In the capture phase: select2 opens a closed picker on Alt+Down.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest?.("tr.form-row");
    if (!step || !event.altKey || event.ctrlKey || event.shiftKey || !rows().includes(row)) return;
    if (document.querySelector(".select2-container--open")) return;
    event.preventDefault();
    event.stopPropagation();
    move(row, step);
  }, true);

  const EDGE = 48; // pixels at the window's top and bottom in which dragging scrolls
  // Listens on the document: a row that is moved loses the capture of the pointer.
  const drag = (row) => {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    sortRows();
    row.classList.add("is-dragged");
    document.addEventListener("pointermove", (event) => {
      if (event.clientY < EDGE) window.scrollBy(0, -EDGE / 2);
      if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, EDGE / 2);
      const sorted = rows().filter((other) => other !== row);
      const index = sorted.filter((other) => {
        const box = other.getBoundingClientRect();
        return box.top + box.height / 2 < event.clientY;
      }).length;
      if (index === rows().indexOf(row)) return;
      sorted.splice(index, 0, row);
      arrange(sorted);
    }, options);
    const drop = (event) => {
      controller.abort();
      row.classList.remove("is-dragged");
      if (event.type === "pointerup") place(row, rows().indexOf(row));
      else sortRows();
    };
    document.addEventListener("pointerup", drop, options);
    document.addEventListener("pointercancel", drop, options);
  };

  const addHandle = (row) => {
    if (row.querySelector(".order-handle")) return;
    const handle = document.createElement("span");
    handle.className = "order-handle";
    handle.setAttribute("aria-hidden", "true");
    handle.title = gettext("Drag to another place");
    handle.textContent = "⠿";
    fieldOf(row).before(handle);
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      if (isFilled(row)) drag(row);
    });
  };

  // The heading of a stored row begins with its number.
  const numberHeading = (row) => {
    const text = (row.querySelector("a[href^='?expand=']") ?? row.querySelector("td.original p"))?.firstChild;
    if (text?.nodeType === Node.TEXT_NODE && fieldOf(row).value) text.data = text.data.replace(/^(\s*)\d+\. /, `$1${fieldOf(row).value}. `);
  };

  rows().forEach(addHandle);
  rows().forEach(numberHeading);
  sortRows();
  body.addEventListener("input", (event) => { if (event.target.matches("[data-position]")) numberHeading(event.target.closest("tr")); });
  document.addEventListener("formset:added", (event) => {
    if (!rows().includes(event.target)) return;
    addHandle(event.target);
    numberHeading(event.target);
  });
  // Django's script numbers the names of the fields by the order of the rows when one is removed, and stored rows must
  // come first: it gets them in the order in which they came.
  document.addEventListener("formset:removed", () => {
    arrange(rows().sort((first, second) => indexOf(first) - indexOf(second)));
    queueMicrotask(sortRows);
  });
});
