// The drawings on the page of a record: drawn again by the server for a narrower or a wider screen.
"use strict";
(() => {
  const sections = () => [...document.querySelectorAll("[data-redraw]")];
  const room = (section) => {
    const width = section.querySelector(".drawn-scroll").clientWidth;
    return Math.max(280, Math.min(width >= 960 && width < 1010 ? 990 : Math.floor(width / 10) * 10, 4000));
  };
  const fits = (section) => Math.abs(Number(section.querySelector("svg").getAttribute("width")) - room(section)) < 10;

  async function fit() {
    const old = sections().find((section) => !fits(section));
    if (!old) return;
    const address = new URL(location.href);
    address.hash = "";
    address.searchParams.set("width", String(room(old)));
    address.searchParams.set("section", "drawings");
    try {
      const response = await fetch(address);
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const section of sections()) {
        const [next, key] = [".drawn-scroll", ".drawn-key"].map((part) => page.getElementById(section.id)?.querySelector(part));
        if (!next) continue;
        // What two drawings of a page define, such as hatching, is in the first.
        const drawn = document.querySelector("svg defs");
        if (drawn && !section.contains(drawn)) next.querySelector("defs")?.remove();
        section.querySelector(".drawn-scroll").replaceWith(next);
        // A narrower drawing may have signs that the wider one had not, such as clusters.
        if (key) section.querySelector(".drawn-key")?.replaceWith(key);
      }
    } catch {
      // Without the server the first drawing stays, in a box that scrolls.
    }
  }
  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(fit, 200);
  });
  fit();
})();
