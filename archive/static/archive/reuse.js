// The day of access of a citation: the reader's own, which a stored page cannot have.
"use strict";
for (const place of document.querySelectorAll("[data-accessed]")) {
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const day = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", year: "numeric" }).format(new Date());
  place.textContent = `${place.dataset.accessed}${day}`;
}
