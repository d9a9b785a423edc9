// Collapsed parts of a long list: opened, a part's heading is replaced by its fields, which are fetched from the form's own
// address. The other scripts wire them as they wire those of a part that is added.
"use strict";
const collapsedParts = (() => {
  const SELECTOR = ".collapsed-part";
  const pending = new Map();

  const linkOf = (row) => row.querySelector("a[href^='?expand=']");
  const keyOf = (row) => new URLSearchParams(linkOf(row).search).get("expand");
  // The rows' parts with their fields, by their keys.
  const fetchRows = async (rows) => {
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.delete("expand");
    for (const row of rows) url.searchParams.append("expand", keyOf(row));
    url.searchParams.set("fragment", "1");
    const response = await fetch(url);
    if (!response.ok || response.redirected) return new Map();
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    const prefixOf = (fresh) => fresh.id.replace(/-\d+$/, "");
    const primaryKeyOf = (fresh) => fresh.querySelector(`input[name="${fresh.id}-id"]`)?.value;
    return new Map([...template.content.querySelectorAll(".has_original")].map((fresh) => [`${prefixOf(fresh)}-${primaryKeyOf(fresh)}`, fresh]));
  };
  // Others may have added or deleted parts since: the row keeps its own number.
  const renumber = (fresh, id) => {
    if (fresh.id === id) return;
    const pattern = new RegExp(`\\b${fresh.id}(?=-|\\b)`);
    for (const element of [fresh, ...fresh.querySelectorAll("*")]) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(pattern, id));
      }
    }
  };
  const show = (row, fresh) => {
    renumber(fresh, row.id);
    const moved = row.querySelector("input[data-position]");
    const position = moved && [...fresh.querySelectorAll("input")].find((input) => input.name === moved.name);
    if (position) position.value = moved.value;
    // As on the page: Alt+N is their key.
    fresh.querySelectorAll(".related-widget-wrapper-link").forEach((link) => { link.tabIndex = -1; });
    row.replaceChildren(...fresh.childNodes);
    row.classList.remove("collapsed-part");
    row.querySelectorAll(".related-widget-wrapper select").forEach((select) => updateRelatedObjectLinks(select));
    const formsetName = row.id.replace(/-\d+$/, "");
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName } }));
  };
  const fail = (row) => {
    const note = row.querySelector(".expand-failed") || document.createElement("span");
    note.className = "expand-failed";
    note.setAttribute("role", "alert");
    linkOf(row).after(" ", note);
    note.textContent = gettext("Not opened: the server did not send its fields. Somebody may have deleted it, or you are signed out.");
  };
  const load = async (rows) => {
    const fresh = await fetchRows(rows).catch(() => new Map());
    for (const row of rows) {
      const part = fresh.get(keyOf(row));
      if (part) show(row, part);
      else fail(row);
    }
  };
  const isExpanded = (row) => !row.matches(SELECTOR);
  const LIMIT = 40; // parts in one request: the address names each
  // Expands the rows that are collapsed, and waits for those that are being expanded.
  const expandAll = async (rows) => {
    const missing = rows.filter((row) => !isExpanded(row) && !pending.has(row));
    for (let start = 0; start < missing.length; start += LIMIT) {
      const chunk = missing.slice(start, start + LIMIT);
      const loading = load(chunk).finally(() => chunk.forEach((row) => pending.delete(row)));
      chunk.forEach((row) => pending.set(row, loading));
    }
    await Promise.all(rows.map((row) => pending.get(row)));
  };
  // Whether the row has its fields now.
  const expand = async (row) => {
    if (!row) return false;
    await expandAll([row]);
    return isExpanded(row);
  };
  // The row of a field that may be collapsed.
  const rowOf = (name) => document.getElementById(name.match(/^.+-\d+(?=-)/)?.[0] ?? "");

  document.addEventListener("DOMContentLoaded", () => {
    for (const row of document.querySelectorAll(SELECTOR)) {
      const link = linkOf(row);
      link?.setAttribute("role", "button");
      link?.setAttribute("aria-expanded", "false");
    }
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("a[href^='?expand=']")?.closest(SELECTOR);
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    expand(row);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.(`${SELECTOR} a[href^='?expand=']`)) return;
    event.preventDefault();
    expand(event.target.closest(SELECTOR));
  });
  return { expand, expandAll, rowOf };
})();
