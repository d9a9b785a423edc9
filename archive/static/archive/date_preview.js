// Previews the text of each date field while the user types: the date in words, its first and last day.
"use strict";
{
  const url = location.pathname.replace(/^(.*\/archive\/[^/]+)\/.*$/, "$1/reading/");

  const previewText = (preview) => {
    if (preview.error) return preview.error;
    if (preview.earliest === preview.latest && preview.earliest) {
      const day = new Date(`${preview.earliest}T00:00:00Z`);
      return `${preview.display}, a ${day.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" })}`;
    }
    return `${preview.display}: ${preview.earliest ?? "…"} to ${preview.latest ?? "…"}`;
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
      const preview = text ? await fetch(`${url}?text=${encodeURIComponent(text)}`).then((r) => (r.ok ? r.json() : null)) : null;
      // A slow response to an earlier text must not replace a later one.
      if (request !== lastRequest) return;
      output.classList.toggle("wrong", Boolean(preview?.error));
      output.textContent = preview ? previewText(preview) : "";
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(update, 150); });
    // A field with an error says what is wrong until the text changes.
    if (!input.closest(".errors")) update();
  };

  const wireAll = (root) => root.querySelectorAll("input.partial-date").forEach(wire);
  document.addEventListener("DOMContentLoaded", () => wireAll(document));
  document.addEventListener("formset:added", (event) => wireAll(event.target));
}
