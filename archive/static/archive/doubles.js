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

  const item = (double) => {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    const named = (text) => interpolate(text, { record: double.label }, true);
    name.append(link(double.url, double.label, named(gettext("%(record)s, opens in a new tab"))));
    row.append(name, ` ${double.reason}`);
    if (double.merge_url) {
      row.append(" · ", link(double.merge_url, gettext("Compare and merge"), named(gettext("Compare and merge with %(record)s, opens in a new tab"))));
    }
    return row;
  };

  const show = (region, doubles) => {
    region.replaceChildren();
    if (!doubles.length) return;
    const heading = document.createElement("p");
    heading.textContent = doubles.length === 1
      ? gettext("There already, perhaps:")
      : interpolate(gettext("%(count)s there already, perhaps:"), { count: doubles.length }, true);
    const list = document.createElement("ul");
    list.append(...doubles.map(item));
    region.append(heading, list);
  };

  const wire = (input, parameter) => {
    if (input.dataset.doubles || input.name.includes("__prefix__")) return;
    input.dataset.doubles = "yes";
    const region = document.createElement("div");
    region.className = "doubles";
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
      let doubles = [];
      if (text.length > 1) {
        try {
          const response = await fetch(url, { headers: { Accept: "application/json" } });
          doubles = response.ok && !response.redirected ? (await response.json()).doubles : [];
        } catch {
          // Without an answer, such as after a log-out, nothing is suggested.
        }
      }
      // A slow response to an earlier text must not replace a later one.
      if (request === lastRequest) show(region, doubles);
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
    address = document.querySelector("[data-doubles-url]")?.dataset.doublesUrl ?? "";
    if (!address) return;
    wireAll(document);
    document.addEventListener("formset:added", (event) => wireAll(event.target));
  });
}
