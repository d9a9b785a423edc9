// Lists records that are likely the same as the one in the form, below the name, heading or address that is typed.
"use strict";
{
  let address = "";
  const HEADINGS = "#id_name, #id_title, [name^='names-'][name$='-text']";
  const ADDRESSES = "#id_url, #id_archived_url";
  const DATES = "#id_date, #id_published, #id_in_force";

  const link = (url, text, label) => {
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.textContent = text;
    // What is typed stays in the form.
    anchor.target = "_blank";
    anchor.rel = "noopener";
    if (label) anchor.setAttribute("aria-label", label);
    return anchor;
  };

  const item = (duplicate) => {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    const named = (text) => interpolate(text, { record: duplicate.label }, true);
    name.append(link(duplicate.url, duplicate.label, named(gettext("%(record)s, opens in a new tab"))));
    row.append(name, ` ${duplicate.reason}`);
    if (duplicate.merge_url) {
      row.append(" · ", link(duplicate.merge_url, gettext("Compare and merge"), named(gettext("Compare and merge with %(record)s, opens in a new tab"))));
    }
    return row;
  };

  const show = (region, duplicates) => {
    region.replaceChildren();
    if (!duplicates.length) return;
    const heading = document.createElement("p");
    heading.textContent = duplicates.length === 1
      ? gettext("There already, perhaps:")
      : interpolate(gettext("%(count)s there already, perhaps:"), { count: duplicates.length }, true);
    const list = document.createElement("ul");
    list.append(...duplicates.map(item));
    region.append(heading, list);
  };

  const wire = (input, parameter) => {
    if (input.dataset.duplicates || input.name.includes("__prefix__")) return;
    input.dataset.duplicates = "yes";
    const region = document.createElement("div");
    region.className = "duplicates";
    // Announced when it changes, without moving the focus.
    region.setAttribute("aria-live", "polite");
    input.insertAdjacentElement("afterend", region);
    let timer;
    let lastRequest = 0;
    const update = async () => {
      const request = ++lastRequest;
      const text = input.value.trim();
      const url = new URL(address, location.href);
      url.searchParams.set(parameter, text);
      const date = parameter === "name" ? document.querySelector(DATES)?.value.trim() : "";
      if (date) url.searchParams.set("date", date);
      let duplicates = [];
      if (text.length > 1) {
        try {
          const response = await fetch(url, { headers: { Accept: "application/json" } });
          duplicates = response.ok && !response.redirected ? (await response.json()).duplicates : [];
        } catch {
          // Without an answer, such as after a log-out, nothing is suggested.
        }
      }
      // A slow response to an earlier text must not replace a later one.
      if (request === lastRequest) show(region, duplicates);
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(update, 350); };
    input.addEventListener("input", later);
    if (parameter === "name" && !input.name.startsWith("names-")) {
      document.querySelector(DATES)?.addEventListener("input", later);
    }
  };

  const wireAll = (root) => {
    root.querySelectorAll(HEADINGS).forEach((input) => wire(input, "name"));
    root.querySelectorAll(ADDRESSES).forEach((input) => wire(input, "url"));
  };
  document.addEventListener("DOMContentLoaded", () => {
    address = document.querySelector("[data-duplicates-url]")?.dataset.duplicatesUrl ?? "";
    if (!address) return;
    wireAll(document);
    document.addEventListener("formset:added", (event) => wireAll(event.target));
  });
}
