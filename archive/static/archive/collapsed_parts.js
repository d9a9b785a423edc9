// Collapsed parts of a long list: opened, a part's heading is replaced by its fields, which are fetched from the form's own
// address. The other scripts wire them as they wire those of a part that is added.
"use strict";
const collapsedParts = (() => {
  const SELECTOR = ".collapsed-part";
  const pending = new Map();

  const linkOf = (row) => row.querySelector("a[href^='?expand=']");
  const fetchRow = async (row) => {
    const url = new URL(location.href);
    url.hash = "";
    url.searchParams.set("expand", new URLSearchParams(linkOf(row).search).get("expand"));
    url.searchParams.set("fragment", "1");
    const response = await fetch(url);
    if (!response.ok || response.redirected) return null;
    const template = document.createElement("template");
    template.innerHTML = await response.text();
    return template.content.querySelector(".has_original");
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
  const load = async (row) => {
    const fresh = await fetchRow(row).catch(() => null);
    if (fresh) show(row, fresh);
    else fail(row);
    return Boolean(fresh);
  };
  // Whether the row has its fields now.
  const expand = (row) => {
    if (!row?.matches(SELECTOR)) return Promise.resolve(Boolean(row));
    if (!pending.has(row)) pending.set(row, load(row).finally(() => pending.delete(row)));
    return pending.get(row);
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
  return { expand, rowOf };
})();
