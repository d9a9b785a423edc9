// The ledger: moving the slider shows the state on that day, by fetching the same page; without it the form does.
"use strict";
(() => {
  const slider = document.getElementById("ledger-at");
  const field = document.getElementById("filter-day");
  if (!slider || !field) return;
  const form = slider.form;
  const output = form.querySelector("output");
  const PAUSE = 150;
  const EPOCH = 719163; // the ordinal of 1 January 1970, where the year 1 begins with 1
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const words = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  let timer = null;
  let loading = null;

  const dateOf = (ordinal) => new Date((Number(ordinal) - EPOCH) * 86400000);

  function describe() {
    const date = dateOf(slider.value);
    const text = words.format(date);
    slider.setAttribute("aria-valuetext", text);
    output.value = text;
    field.value = date.toISOString().slice(0, 10);
  }

  async function load() {
    loading?.abort();
    const request = (loading = new AbortController());
    const address = new URL(location.href);
    address.searchParams.set("day", field.value);
    for (const name of ["at", "cursor"]) address.searchParams.delete(name);
    const region = document.getElementById("ledger");
    region.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: request.signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const next = page.getElementById("ledger");
      if (!response.ok || !next) throw new Error(`HTTP ${response.status}`);
      region.replaceWith(next);
      document.title = page.title;
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  }

  form.classList.add("is-live");
  slider.setAttribute("aria-valuetext", output.value);
  slider.addEventListener("input", () => {
    describe();
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE);
  });
})();
