// The drawn timeline: keyboard, wheel and drag change the period by fetching its section of the page; a card tells of
// a mark.
"use strict";
(() => {
  const DAY = 86400000;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const section = () => document.getElementById("timeline");
  const svg = () => section()?.querySelector(".timeline-drawing");
  let loading = null;
  // The query of the address that is shown: with a link to a part of the page the address changes without it.
  let query = location.search;

  // Days are numbers of days since 1970, so that no time zone or daylight saving moves them.
  const dayOf = (text) => {
    const [year, month, day] = text.split("-").map(Number);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    return Math.round(date.getTime() / DAY);
  };
  const textOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const FIRST = dayOf("0001-01-01");
  const LAST = dayOf("9999-12-31");

  function period() {
    const { from, to, left, right } = svg().dataset;
    return { first: dayOf(from), last: dayOf(to), left: Number(left), right: Number(right) };
  }

  function show(first, last, options = {}) {
    first = Math.max(FIRST, Math.min(Math.round(first), LAST));
    last = Math.min(LAST, Math.max(Math.round(last), first));
    const now = period();
    if (first === now.first && last === now.last) return;
    const address = new URL(section().dataset.view, location.href);
    address.searchParams.set("from", textOf(first));
    address.searchParams.set("to", textOf(last));
    load(address, options);
  }

  async function load(address, { push = true, focus = "" } = {}) {
    loading?.abort();
    const request = (loading = new AbortController());
    address.hash = "";
    const drawn = new URL(address);
    drawn.searchParams.set("width", String(width()));
    // In a frame the links lead to the whole page, and the period is changed by another address, without history.
    const { source } = section().dataset;
    if (source) drawn.pathname = source;
    const alone = new URL(drawn);
    alone.searchParams.set("section", "timeline");
    section().setAttribute("aria-busy", "true");
    try {
      const response = await fetch(alone, { signal: request.signal });
      const text = await response.text();
      if (!section()) return;
      const page = new DOMParser().parseFromString(text, "text/html");
      const next = page.getElementById("timeline");
      if (!response.ok || !next) throw new Error(`HTTP ${response.status}`);
      // Parsing is a third of the work of a step: in a task of its own, so that a frame can come between.
      await new Promise((resolve) => setTimeout(resolve));
      if (request.signal.aborted || !section()) return;
      replace(next, focus);
      replaceRequests(page.getElementById("timeline-reuse"));
      if (push && !source) history.pushState({ timeline: address.href }, "", address);
      query = location.search;
    } catch (error) {
      if (error.name !== "AbortError") location.assign(source ? drawn : address);
    }
  }

  // Of a cluster the most linked record's; of a record the end of its address.
  const slugOf = (mark) => mark.dataset.slug ?? mark.getAttribute("href").split("/").at(-2);

  function replace(next, focus) {
    const old = section();
    const opened = [...old.querySelectorAll("details[open]")].map((details) => details.className);
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const move = focus || active?.dataset?.move;
    const slug = active?.matches(".mark") && slugOf(active);
    hideCard();
    old.replaceWith(next);
    if (next.dataset.title) document.title = next.dataset.title;
    offerCopies();
    for (const name of opened) next.querySelector(`details.${name}`)?.setAttribute("open", "");
    if (!active && !focus) return;
    const target =
      (move && next.querySelector(`a[data-move="${move}"]`)) ||
      (slug && [...next.querySelectorAll(".mark:not([tabindex])")].find((mark) => slugOf(mark) === slug)) ||
      next.querySelector(".drawn-scroll");
    target?.focus({ preventScroll: true });
  }

  // The requests that give the same are those of the period that is drawn.
  function replaceRequests(next) {
    const old = document.getElementById("timeline-reuse");
    if (!old || !next) return;
    next.querySelector("details").open = old.querySelector("details").open;
    old.replaceWith(next);
  }

  // The width of the place that the drawing has, in steps, so that few different addresses are asked for.
  function width() {
    const scroll = section().querySelector(".drawn-scroll");
    const room = scroll ? scroll.clientWidth : 990;
    return Math.max(280, Math.min(room >= 960 && room < 1010 ? 990 : Math.floor(room / 10) * 10, 4000));
  }

  function zoom(factor, at = 0.5) {
    const { first, last } = period();
    const days = last - first + 1;
    const next = Math.max(1, factor < 1 ? Math.floor(days * factor) : Math.ceil(days * factor));
    const start = first + Math.round((days - next) * at);
    show(start, start + next - 1);
  }
  function shift(part) {
    const { first, last } = period();
    const by = Math.sign(part) * Math.max(1, Math.round(Math.abs(part) * (last - first + 1)));
    show(first + by, last + by);
  }
  const share = (event) => {
    const box = svg().getBoundingClientRect();
    const { left, right } = period();
    return Math.max(0, Math.min(1, (event.clientX - box.left - left) / (right - left)));
  };

  document.addEventListener("keydown", (event) => {
    if (!section()?.querySelector(".drawn-scroll")?.contains(event.target)) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const whole = section().querySelector('a[data-move="whole"]');
    const actions = {
      ArrowLeft: () => shift(-0.25), ArrowRight: () => shift(0.25), "+": () => zoom(0.5), "=": () => zoom(0.5),
      "-": () => zoom(2), Home: () => whole && load(new URL(whole.href)), Escape: hideCard,
    };
    const action = actions[event.key];
    if (!action) return;
    if (event.key !== "Escape") event.preventDefault();
    action();
  });

  // The wheel zooms with Ctrl (a pinch on a touch pad) and moves sideways; without, the page scrolls as everywhere.
  let turned = 0;
  let turning = 0;
  document.addEventListener(
    "wheel",
    (event) => {
      if (!svg()?.contains(event.target)) return;
      const isZoom = event.ctrlKey || event.metaKey;
      if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      turned += isZoom ? event.deltaY : event.deltaX;
      const at = share(event);
      clearTimeout(turning);
      turning = setTimeout(() => {
        if (isZoom) zoom(Math.min(4, Math.max(0.25, 2 ** (turned / 240))), at);
        else shift(Math.max(-1, Math.min(1, turned / 600)));
        turned = 0;
      }, 90);
    },
    { passive: false },
  );

  // Dragging moves the drawing under the pointer, and fetches the period that is then seen. Two fingers zoom: the days
  // under them stay under them. The page itself scrolls up and down as everywhere.
  document.documentElement.classList.add("scripted");
  let drag = null;
  let pinch = null;
  const fingers = new Map();
  const spread = () => {
    const [one, other] = fingers.values();
    const middle = (one.x + other.x) / 2;
    return { middle, distance: Math.max(20, Math.hypot(one.x - other.x, one.y - other.y)) };
  };
  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !svg()?.contains(event.target)) return;
    if (event.pointerType === "touch") fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size > 2) return;
    if (fingers.size === 2) {
      drag = null;
      pinch = { ...spread(), drawing: svg(), box: svg().getBoundingClientRect(), factor: 1, shift: 0 };
      svg().style.transform = "";
    } else drag = { x: event.clientX, moved: 0, drawing: svg() };
  });
  document.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch && fingers.size === 2) return void stretch();
    if (!drag) return;
    drag.moved = event.clientX - drag.x;
    if (Math.abs(drag.moved) < 5) return;
    hideCard();
    drag.drawing.classList.add("dragged");
    drag.drawing.style.transform = `translateX(${drag.moved}px)`;
  });
  function stretch() {
    const { middle, distance } = spread();
    pinch.factor = Math.max(0.125, Math.min(8, distance / pinch.distance));
    pinch.shift = middle - pinch.box.left - pinch.factor * (pinch.middle - pinch.box.left);
    hideCard();
    pinch.drawing.style.transformOrigin = "0 0";
    pinch.drawing.style.transform = `translateX(${pinch.shift}px) scaleX(${pinch.factor})`;
  }
  function endPinch() {
    const { drawing, factor, shift } = pinch;
    pinch = null;
    const { first, last, left, right } = period();
    const perDay = (right - left) / (last - first + 1);
    const start = first + ((left - shift) / factor - left) / perDay;
    const days = Math.max(1, Math.round((last - first + 1) / factor));
    const isShown = Math.round(start) === first && days === last - first + 1;
    if (isShown || drawing !== svg()) drawing.style.transform = "";
    else show(start, Math.round(start) + days - 1);
  }
  const endDrag = () => {
    if (!drag) return;
    const { moved, drawing } = drag;
    drag = null;
    if (Math.abs(moved) < 5) return;
    const stop = (click) => click.preventDefault();
    addEventListener("click", stop, { capture: true });
    setTimeout(() => {
      removeEventListener("click", stop, { capture: true }); // a finger's drag ends without a click
      drawing.classList.remove("dragged");
    }, 0);
    const { first, last, left, right } = period();
    const by = Math.round((-moved / (right - left)) * (last - first + 1));
    if (by) show(first + by, last + by);
    else drawing.style.transform = "";
  };
  document.addEventListener("pointerup", (event) => {
    if (pinch && fingers.has(event.pointerId)) endPinch();
    fingers.delete(event.pointerId);
    endDrag();
  });
  document.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    const moved = drag ?? pinch;
    drag = pinch = null;
    if (moved) moved.drawing.style.transform = "";
  });
  document.addEventListener("dragstart", (event) => {
    if (svg()?.contains(event.target)) event.preventDefault();
  });

  // Links of the section that change the view: steps in time, lanes, clusters, the overview.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link || !section()?.contains(link) || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.hasAttribute("download")) return;
    const address = new URL(link.getAttribute("href"), location.href);
    if (address.pathname !== section().dataset.address) return;
    // A cluster that no period divides leads to its records in the list.
    if (link.matches(".mark") && !address.searchParams.has("from")) return;
    event.preventDefault();
    load(address, { focus: link.dataset.move });
  });
  addEventListener("popstate", () => {
    if (!section() || section().dataset.source || location.search === query) return;
    query = location.search;
    // A list and its timeline go back together.
    if (document.getElementById("found")) location.reload();
    else if (location.pathname === section().dataset.address) load(new URL(location.href), { push: false });
    else location.reload();
  });

  // The card of a mark: what, when, which kind, which the list has; its sources and those who took part come from the API.
  const card = document.createElement("div");
  card.className = "drawn-card";
  card.hidden = true;
  card.setAttribute("aria-hidden", "true"); // all of it is in the mark's label or on its page
  let about = null;
  let waiting = 0;
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
    if (about === mark) return;
    about = mark;
    const item = itemOf(mark);
    const slug = slugOf(mark);
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
    about = null;
    card.hidden = true;
    document.querySelectorAll(".arrow.near").forEach((arrow) => arrow.classList.remove("near"));
  }
  const markOf = (target) => target.closest?.("#timeline .mark");
  document.addEventListener("pointerover", (event) => {
    const mark = !drag && event.pointerType !== "touch" && markOf(event.target);
    if (mark) showCard(mark);
    else if (about && !about.contains(document.activeElement)) hideCard();
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event.target);
    if (!mark) return hideCard();
    mark.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still.matches ? "auto" : "smooth" });
    showCard(mark);
  });

  // The buttons that copy a text field work by script alone.
  function offerCopies() {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    const isCopied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    button.parentElement.querySelector("[role=status]").textContent = isCopied ? button.dataset.copied : button.dataset.selected;
  });

  // The server draws for a usual screen: a narrower or wider one is drawn again.
  function fit() {
    if (!svg() || Math.abs(Number(svg().getAttribute("width")) - width()) < 10) return;
    const { first, last } = period();
    const address = new URL(section().dataset.view, location.href);
    address.searchParams.set("from", textOf(first));
    address.searchParams.set("to", textOf(last));
    load(address, { push: false });
  }
  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(fit, 200);
  });
  const begin = () => {
    query = location.search;
    offerCopies();
    fit();
  };
  // The results of another filter have a timeline of their own.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "found") return;
    loading?.abort();
    begin();
  });
  begin();
})();
