// Beside each date field, as one types: how the text reads, and its first and last day.
"use strict";
{
  const address = location.pathname.replace(/^(.*\/archive\/[^/]+)\/.*$/, "$1/reading/");

  const told = (found) => {
    if (found.error) return found.error;
    if (found.earliest === found.latest && found.earliest) {
      const day = new Date(`${found.earliest}T00:00:00Z`);
      return `${found.display}, a ${day.toLocaleDateString("en", { weekday: "long", timeZone: "UTC" })}`;
    }
    return `${found.display}: ${found.earliest ?? "…"} to ${found.latest ?? "…"}`;
  };

  const wire = (input) => {
    if (input.dataset.wired || input.name.includes("__prefix__")) return;
    input.dataset.wired = "yes";
    const output = document.createElement("output");
    output.className = "date-reading";
    output.htmlFor.add(input.id);
    input.insertAdjacentElement("afterend", output);
    let timer;
    let asked = 0;
    const read = async () => {
      const text = input.value.trim();
      const mine = ++asked;
      const found = text ? await fetch(`${address}?text=${encodeURIComponent(text)}`).then((r) => (r.ok ? r.json() : null)) : null;
      // A slow answer to what was typed before must not cover the last one.
      if (mine !== asked) return;
      output.classList.toggle("wrong", Boolean(found?.error));
      output.textContent = found ? told(found) : "";
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(read, 150); });
    // Beside an error of the form there is nothing to add until the text changes.
    if (!input.closest(".errors")) read();
  };

  const wireAll = (root) => root.querySelectorAll("input.partial-date").forEach(wire);
  document.addEventListener("DOMContentLoaded", () => wireAll(document));
  document.addEventListener("formset:added", (event) => wireAll(event.target));
}
