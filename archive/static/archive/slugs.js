// The slug of a new record, proposed by the server from date and name until somebody types one.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const constants = document.getElementById("django-admin-prepopulated-fields-constants");
  const fields = JSON.parse(constants?.dataset.prepopulatedFields || "[]").filter((field) => field.id === "#id_slug");
  const address = location.pathname.replace(/^(.*\/archive\/[^/]+)\/.*$/, "$1/slug/");
  for (const field of fields) {
    const slug = document.querySelector(field.id);
    const sources = field.dependency_ids.map((id) => document.querySelector(id));
    // Django's own script, which knows neither ranges nor scripts, stops at a field that was changed.
    django.jQuery(slug).data("_changed", true);
    if (!slug || slug.value) continue;
    let isTyped = false;
    let timer;
    let last = 0;
    slug.addEventListener("input", () => { isTyped = slug.value !== ""; });
    const propose = async () => {
      const number = ++last;
      const named = new URLSearchParams(sources.map((source) => [source.name === "date" ? "date" : "name", source.value]));
      const response = await fetch(`${address}?${named}`);
      if (!response.ok || number !== last || isTyped) return;
      slug.value = (await response.json()).slug;
    };
    for (const source of sources) {
      source.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(propose, 100); });
    }
  }
});
