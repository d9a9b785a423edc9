// Fills in the slug that the server proposes from date and name, until the user types one. The server makes the slug of
// what is saved before a proposal has arrived: the hidden field says which slug was proposed, and typed by nobody.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const constants = document.getElementById("django-admin-prepopulated-fields-constants");
  const fields = JSON.parse(constants?.dataset.prepopulatedFields || "[]").filter((field) => field.id === "#id_slug");
  const url = location.pathname.replace(/^(.*\/archive\/[^/]+)\/.*$/, "$1/slug/");
  for (const field of fields) {
    const slug = document.querySelector(field.id);
    const sources = field.dependency_ids.map((id) => document.querySelector(id));
    // Stops Django's own script, which handles neither date ranges nor other scripts, from changing the field.
    django.jQuery(slug).data("_changed", true);
    const hidden = document.getElementById("id_proposed_slug");
    if (!slug || slug.value !== hidden.value) continue;
    const remark = Object.assign(document.createElement("p"), { className: "help", id: "slug-remark" });
    remark.setAttribute("role", "status");
    slug.closest(".form-row").append(remark);
    let isTyped = false;
    let timer;
    let lastRequest = 0;
    slug.addEventListener("input", () => {
      isTyped = slug.value !== "";
      hidden.value = "";
      remark.textContent = "";
    });
    const propose = async () => {
      const request = ++lastRequest;
      const params = new URLSearchParams(sources.map((source) => [source.name === "date" ? "date" : "name", source.value]));
      const response = await fetch(`${url}?${params}`);
      if (!response.ok || response.redirected || request !== lastRequest || isTyped) return;
      const { slug: proposed, note } = await response.json();
      slug.value = hidden.value = proposed;
      remark.textContent = note;
    };
    // A form that is filled in from another record has a date and a name before anything is typed.
    if (!slug.value && sources.some((source) => source.value)) propose();
    for (const source of sources) {
      source.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(propose, 100); });
    }
  }
});
