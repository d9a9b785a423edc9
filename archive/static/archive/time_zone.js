// Offers the browser's own time zone on the page on which one is chosen.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const select = document.getElementById("id_zone");
  const button = document.getElementById("browser-zone");
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (![...select.options].some((option) => option.value === zone) || select.value === zone) return;
  button.textContent += zone.replaceAll("_", " ");
  button.hidden = false;
  button.addEventListener("click", () => {
    select.value = zone;
    select.focus();
  });
});
