// Previews the text of each date field while the user types: the date in words, its first and last day. For a text that is
// no date but has one reading a button, the next stop of Tab, puts that date into the field.
"use strict";
{
  const url = location.pathname.replace(/^(.*\/archive\/[^/]+)\/.*$/, "$1/reading/");

  const previewText = (preview) => {
    if (preview.error) return preview.error;
    if (preview.earliest === preview.latest && preview.earliest) {
      const day = new Date(`${preview.earliest}T00:00:00Z`);
      const weekday = day.toLocaleDateString(document.documentElement.lang, { weekday: "long", timeZone: "UTC" });
      return interpolate(gettext("%(date)s, a %(weekday)s"), { date: preview.display, weekday }, true);
    }
    const values = { date: preview.display, first: preview.earliest ?? "…", last: preview.latest ?? "…" };
    return interpolate(gettext("%(date)s: %(first)s to %(last)s"), values, true);
  };

  const wire = (input) => {
    if (input.dataset.wired || input.name.includes("__prefix__")) return;
    input.dataset.wired = "yes";
    const output = document.createElement("output");
    output.className = "date-reading";
    output.htmlFor.add(input.id);
    input.insertAdjacentElement("afterend", output);
    let timer;
    let lastRequest = 0;
    const update = async () => {
      const text = input.value.trim();
      const request = ++lastRequest;
      const preview = text ? await fetch(`${url}?text=${encodeURIComponent(text)}`).then((r) => (r.ok && !r.redirected ? r.json() : null)).catch(() => null) : null;
      // A slow response to an earlier text must not replace a later one.
      if (request !== lastRequest) return;
      output.classList.toggle("wrong", Boolean(preview?.error));
      output.textContent = !preview || (preview.error && hasError) ? "" : previewText(preview);
      if (!preview?.suggestion) return;
      const [before, after = ""] = gettext("Did you mean %(date)s?").split("%(date)s");
      output.append(` ${before}`, suggestionButton(preview), after);
    };
    const suggestionButton = (preview) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "date-suggestion";
      button.textContent = `${preview.suggestion}, ${preview.display}`;
      button.addEventListener("click", () => {
        input.value = preview.suggestion;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.focus();
      });
      return button;
    };
    // A field with an error says what is wrong, above it, until the text changes.
    let hasError = Boolean(input.closest(".errors"));
    input.addEventListener("input", () => { hasError = false; clearTimeout(timer); timer = setTimeout(update, 150); });
    update();
  };

  const wireAll = (root) => root.querySelectorAll("input.partial-date").forEach(wire);
  document.addEventListener("DOMContentLoaded", () => wireAll(document));
  document.addEventListener("formset:added", (event) => wireAll(event.target));
}
