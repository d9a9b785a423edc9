// How many characters are left in a field of limited length: shown near the limit, and announced at a few marks on the
// way, not at every key.
"use strict";
{
  const MARKS = [20, 10, 5, 0];
  const near = (limit) => Math.max(20, Math.round(limit / 10));
  const characters = (count) => `${count} character${count === 1 ? "" : "s"}`;

  const wire = (field) => {
    const limit = field.maxLength;
    if (limit <= 0 || field.dataset.counted || field.name.includes("__prefix__") || field.matches(".partial-date, .select2-search__field")) return;
    field.dataset.counted = "yes";
    let counter, visible, announced;
    let last = Infinity;
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
        const doubles = field.parentElement.querySelector(":scope > .doubles");
        (doubles || field).insertAdjacentElement("afterend", counter);
      }
      visible.textContent = text;
    };
    const update = () => {
      const left = Math.max(0, limit - field.value.length);
      const isNear = left <= near(limit);
      if (!isNear && !counter) return;
      show(isNear ? `${characters(left)} left of ${limit}` : "");
      counter.classList.toggle("is-full", left === 0);
      const mark = MARKS.find((value) => left <= value && last > value) ?? (isNear && last > near(limit) ? left : null);
      if (mark !== null) announced.textContent = left ? `${characters(left)} left` : `No character left of ${limit}`;
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
        visible.textContent = announced.textContent = `${characters(lost)} of what you pasted did not fit in ${limit}`;
      });
    });
    if (limit - field.value.length <= near(limit)) last = limit - field.value.length;
  };

  const wireAll = (root) => root.querySelectorAll("#content-main form[id$=_form] :is(input[maxlength], textarea[maxlength])").forEach(wire);
  document.addEventListener("DOMContentLoaded", () => wireAll(document));
  document.addEventListener("formset:added", (event) => event.target.querySelectorAll("[maxlength]").forEach(wire));
}
