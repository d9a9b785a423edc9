// The card of a mark of the drawn timeline: on hover and focus, and at the first touch, which opens no link.
"use strict";
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const section = () => document.getElementById("timeline");
  const svg = () => section()?.querySelector(".timeline-drawing");

  // What, when, which kind, which the list has; sources and those who took part come from the API.
  const card = document.createElement("div");
  card.className = "drawn-card";
  card.hidden = true;
  card.setAttribute("aria-hidden", "true"); // all of it is in the mark's label or on its page
  let about = null;
  let touched = null;
  let waiting = 0;
  let leaving = 0;
  const details = new Map();

  function line(text, name) {
    const element = document.createElement("p");
    element.className = name;
    element.dir = "auto";
    element.textContent = text;
    return element;
  }
  // The list has the marks in their order, but for those that repeat a record in another lane.
  function itemOf(mark) {
    const listed = [...svg().querySelectorAll(".mark:not([tabindex])")];
    const place = mark.matches("[tabindex]")
      ? listed.findIndex((other) => other.getAttribute("href") === mark.getAttribute("href"))
      : listed.indexOf(mark);
    return section().querySelectorAll(".drawn-list li")[place];
  }
  function showCard(mark) {
    clearTimeout(leaving);
    if (about === mark) return;
    about = mark;
    const item = itemOf(mark);
    // Of a cluster the most linked record's; of a record the end of its address.
    const slug = mark.dataset.slug ?? mark.getAttribute("href").split("/").at(-2);
    const text = (part) => item.querySelector(part).textContent;
    card.replaceChildren(line(text("span"), "when"), line(text("a"), "what"), line(text(".chip"), "chip"));
    section().append(card);
    card.hidden = false;
    place(mark);
    document.querySelectorAll(".arrow").forEach((arrow) => {
      arrow.classList.toggle("near", arrow.dataset.ends.split(" ").includes(slug));
    });
    clearTimeout(waiting);
    waiting = setTimeout(() => more(mark), 250);
  }
  async function more(mark) {
    const match = mark.getAttribute("href").match(/\/((events|statements|measures)\/[^/?]+\/)$/);
    if (!match) return;
    const include = { events: "participations,citations", statements: "citations", measures: "citations" }[match[2]];
    const address = `/api/v1/${match[1]}?include=${include}`;
    if (!details.has(address)) {
      details.set(address, fetch(address).then((response) => (response.ok ? response.json() : {})).catch(() => ({})));
    }
    const record = await details.get(address);
    if (about !== mark) return;
    const names = (record.participations ?? []).map((row) => row.party?.name ?? row.body?.name ?? row.official?.name);
    const who = [...names, record.speaker?.name ?? record.body?.name].filter(Boolean);
    const sources = new Set((record.citations ?? []).map((row) => row.source?.name).filter(Boolean));
    if (who.length) card.append(line(who.slice(0, 4).join(", ") + (who.length > 4 ? ", …" : ""), "who"));
    if (sources.size) card.append(line(`${section().dataset.sources}: ${[...sources].slice(0, 3).join("; ")}`, "sources"));
    place(mark);
  }
  function place(mark) {
    const box = mark.getBoundingClientRect();
    const around = section().getBoundingClientRect();
    const x = Math.max(0, Math.min(box.left - around.left, around.width - card.offsetWidth));
    const above = box.top - around.top - card.offsetHeight - 8;
    const y = box.top > card.offsetHeight + 12 ? above : box.bottom - around.top + 8;
    card.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
  function hideCard() {
    clearTimeout(waiting);
    clearTimeout(leaving);
    about = touched = null;
    card.hidden = true;
    document.querySelectorAll(".arrow.near").forEach((arrow) => arrow.classList.remove("near"));
  }
  const markOf = (target) => target.closest?.("#timeline .mark");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || event.buttons) return;
    const mark = markOf(event.target);
    clearTimeout(leaving);
    if (mark) showCard(mark);
    // The pointer may go into the card, to read or to copy it.
    else if (about && !about.contains(document.activeElement) && !card.contains(event.target)) {
      leaving = setTimeout(hideCard, 300);
    }
  });
  document.addEventListener("timeline:moved", hideCard);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hideCard());
  // A finger has no hover: the first touch of a record shows its card, which leads to it, as the second does.
  addEventListener(
    "click",
    (event) => {
      const mark = event.pointerType === "touch" && !event.defaultPrevented && markOf(event.target);
      if (!mark || mark === touched || mark.matches(".cluster")) return;
      event.preventDefault();
      showCard(mark);
      touched = mark;
      const link = line(section().dataset.open, "open");
      link.firstChild.replaceWith(Object.assign(document.createElement("a"), { href: mark.href.baseVal, tabIndex: -1, textContent: link.textContent }));
      card.append(link);
      place(mark);
    },
    { capture: true },
  );
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event.target);
    if (!mark) return card.contains(event.target) || hideCard();
    mark.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still.matches ? "auto" : "smooth" });
    showCard(mark);
  });

})();
