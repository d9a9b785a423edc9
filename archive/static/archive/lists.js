// The search and lists without new pages: htmx fetches the page of a link or of the form, and puts its results into
// this one.
"use strict";
(() => {
  const results = () => document.getElementById("found");
  const announcement = document.getElementById("announcement");
  const topOf = () => document.getElementById("search-form").getBoundingClientRect().top;
  let focused = "";
  let isPage = false;
  let top = 0;

  // Fields that are left blank are not in the address.
  document.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  document.addEventListener("htmx:beforeRequest", () => {
    results().setAttribute("aria-busy", "true");
    document.getElementById("failed").hidden = true;
  });
  document.addEventListener("htmx:afterRequest", () => results()?.removeAttribute("aria-busy"));
  // What is no page with results (the archive is too busy, the network is gone) is shown as the browser shows it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    isPage = Boolean(requestConfig.elt?.matches?.("a[rel=next], a[rel=prev]"));
    focused = results().contains(document.activeElement) ? document.activeElement.id || "?" : "";
    if (xhr.responseText.includes('id="found"')) return;
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL || requestConfig.path);
  });
  // What stands above the form may go with the first filter: the form stays where it is on the screen.
  document.addEventListener("htmx:oobBeforeSwap", () => (top ||= topOf()));
  document.addEventListener("htmx:afterSwap", () => {
    if (top) scrollBy(0, topOf() - top);
    top = 0;
  });
  // Without a network the results stay, and say so.
  document.addEventListener("htmx:sendError", (event) => {
    const { pathInfo, requestConfig } = event.detail;
    const notice = document.getElementById("failed");
    notice.hidden = false;
    notice.querySelector("button").onclick = () => open(pathInfo.finalRequestPath, requestConfig.elt);
  });
  document.addEventListener("htmx:afterSettle", () => {
    const total = results().querySelector(".problem, .found-total");
    announcement.textContent = total?.textContent ?? "";
    // A further page is read from its beginning; a filter leaves the reader where it is.
    if (isPage) {
      total?.scrollIntoView({ block: "start" });
      total?.focus({ preventScroll: true });
    } else if (focused) (document.getElementById(focused) ?? total)?.focus({ preventScroll: true });
    focused = "";
    isPage = false;
  });

  function open(address, source) {
    htmx.ajax("GET", address, { source, target: "#found", select: "#found", swap: "outerHTML show:none" });
  }

  // The bars of a histogram are links; dragging over some chooses all of them.
  let brush = null;
  const barOf = (target) => target?.closest?.(".histogram .bar");
  const between = (first, last) => {
    const bars = [...first.parentElement.querySelectorAll(".bar")];
    const ends = [bars.indexOf(first), bars.indexOf(last)].sort((a, b) => a - b);
    return bars.slice(ends[0], ends[1] + 1);
  };
  const clear = () => document.querySelectorAll(".brushed").forEach((bar) => bar.classList.remove("brushed"));
  document.addEventListener("pointerdown", (event) => {
    const bar = barOf(event.target);
    if (bar && event.button === 0 && event.pointerType !== "touch") brush = { first: bar, last: bar };
  });
  document.addEventListener("pointermove", (event) => {
    const bar = brush && barOf(event.target);
    if (!bar || bar.parentElement !== brush.first.parentElement || bar === brush.last) return;
    brush.last = bar;
    clear();
    between(brush.first, bar).forEach((part) => part.classList.add("brushed"));
  });
  document.addEventListener("pointerup", () => {
    if (!brush) return;
    const { first, last } = brush;
    brush = null;
    clear();
    if (first === last) return;
    const swallow = (click) => click.preventDefault();
    addEventListener("click", swallow, { capture: true, once: true });
    // No click follows where press and release are on different bars in some browsers.
    setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    const bars = between(first, last);
    const address = new URL(location.href);
    const ends = [bars[0], bars.at(-1)].map((bar) => bar.id.replace("bar-", ""));
    address.searchParams.set("date", `${ends[0].replace("X", "0").replace("0000", "0001")}/${ends[1].replace("X", "9")}`);
    for (const name of ["cursor", "from", "to", "width", "lanes"]) address.searchParams.delete(name);
    open(address.href, results());
  });
  document.addEventListener("pointercancel", () => {
    brush = null;
    clear();
  });
  document.addEventListener("dragstart", (event) => barOf(event.target) && event.preventDefault());
  document.addEventListener("click", (event) => {
    const bar = barOf(event.target);
    if (!bar?.hasAttribute("href") || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(new URL(bar.getAttribute("href"), location.href).href, bar);
  });
})();
