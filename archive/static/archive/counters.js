// How many characters are left in a field of limited length: shown near the limit, and announced at a few marks on the
// way, not at every key.
"use strict";
{
  const MARKS = [20, 10, 5, 0];
  const near = (limit) => Math.max(20, Math.round(limit / 10));

  const wire = (field) => {
    const limit = field.maxLength;
    if (limit <= 0 || field.dataset.counted || field.name.includes("__prefix__") || field.matches(".partial-date, .select2-search__field")) return;
    field.dataset.counted = "yes";
    let counter, visible, announced;
    let last = Infinity;
    const filled = (text, count) => interpolate(text, { count, limit }, true);
    const show = (text) => {
      if (!counter) {
        counter = document.createElement("span");
        counter.className = "counter";
        // The number for the eye, which changes with each key, apart from the one that is announced.
        visible = document.createElement("span");
        visible.setAttribute("aria-hidden", "true");
        announced = document.createElement("span");
        announced.className = "visually-hidden";
        announced.setAttribute("aria-live", "polite");
        counter.append(visible, announced);
        const duplicates = field.parentElement.querySelector(":scope > .duplicates");
        (duplicates || field).insertAdjacentElement("afterend", counter);
      }
      visible.textContent = text;
    };
    const update = () => {
      const left = Math.max(0, limit - field.value.length);
      const isNear = left <= near(limit);
      if (!isNear && !counter) return;
      show(isNear ? filled(ngettext("%(count)s character left of %(limit)s", "%(count)s characters left of %(limit)s", left), left) : "");
      counter.classList.toggle("is-full", left === 0);
      const mark = MARKS.find((value) => left <= value && last > value) ?? (isNear && last > near(limit) ? left : null);
      if (mark !== null && left) announced.textContent = filled(ngettext("%(count)s character left", "%(count)s characters left", left), left);
      else if (mark !== null) announced.textContent = filled(gettext("No character left of %(limit)s"));
      else if (left > last) announced.textContent = "";
      last = left;
    };
    field.addEventListener("input", update);
    // The browser cuts what is pasted without a word.
    field.addEventListener("paste", (event) => {
      const pasted = event.clipboardData?.getData("text").replace(/\r\n/g, "\n").length ?? 0;
      const lost = field.value.length - (field.selectionEnd - field.selectionStart) + pasted - limit;
      if (lost <= 0) return;
      setTimeout(() => {
        update();
        const text = ngettext("%(count)s character of what you pasted did not fit in %(limit)s", "%(count)s characters of what you pasted did not fit in %(limit)s", lost);
        visible.textContent = announced.textContent = filled(text, lost);
      });
    });
    if (limit - field.value.length <= near(limit)) last = limit - field.value.length;
  };

  const wireAll = (root) => root.querySelectorAll("#content-main form[id$=_form] :is(input[maxlength], textarea[maxlength])").forEach(wire);
  document.addEventListener("DOMContentLoaded", () => wireAll(document));
  document.addEventListener("formset:added", (event) => event.target.querySelectorAll("[maxlength]").forEach(wire));
}
