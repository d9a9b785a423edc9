// The ledger: moving the slider shows the state on that day, by fetching the same page; without it the form does.
"use strict";
(() => {
  const PAUSE = 150;
  const EPOCH = 719163; // the ordinal of 1 January 1970, where the year 1 begins with 1
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const words = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  let timer = null;

  function load(slider, day) {
    const address = new URL(location.href);
    address.searchParams.set("day", day);
    for (const name of ["at", "cursor"]) address.searchParams.delete(name);
    htmx.ajax("GET", address.href, { source: slider, target: "#found", select: "#found", swap: "outerHTML show:none" });
  }

  document.addEventListener("input", ({ target: slider }) => {
    if (slider.id !== "ledger-at") return;
    const date = new Date((Number(slider.value) - EPOCH) * 86400000);
    const day = date.toISOString().slice(0, 10);
    const text = words.format(date);
    slider.setAttribute("aria-valuetext", text);
    slider.form.querySelector("output").value = text;
    document.getElementById("filter-day").value = day;
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE, slider, day);
  });
})();
