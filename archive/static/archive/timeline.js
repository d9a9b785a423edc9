// The drawn timeline: keyboard, wheel and drag change the period by fetching its section of the page.
"use strict";
(() => {
  const DAY = 86400000;
  const section = () => document.getElementById("timeline");
  const svg = () => section()?.querySelector(".timeline-drawing");
  // The request that is under way, with its address.
  let loading = null;
  // The period of that address, from which further steps go on; null where the server chooses it.
  let target = null;
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

  function drawn() {
    const { from, to, left, right } = svg().dataset;
    const first = dayOf(from);
    return { first, days: dayOf(to) - first + 1, left: Number(left), width: Number(right) - Number(left) };
  }
  const period = () => target ?? drawn();
  const here = () => new URL(loading?.address ?? section().dataset.view, location.href);
  function periodOf(address) {
    const [first, last] = ["from", "to"].map((name) => dayOf(address.searchParams.get(name) ?? ""));
    return first <= last ? { first, days: last - first + 1 } : null;
  }
  function withPeriod(address, { first, days }) {
    address.searchParams.set("from", textOf(first));
    address.searchParams.set("to", textOf(first + days - 1));
    return address;
  }

  // Where a link of what is drawn leads to; from a period that is on its way, to what lies as far from that.
  function follow(name) {
    const link = section().querySelector(`a[data-move="${name}"]`);
    if (!link) return;
    const address = new URL(link.getAttribute("href"), location.href);
    const next = periodOf(address);
    if (!target || !next) return load(address, { focus: name });
    const now = drawn();
    const { first, days } = target;
    show(first + ((next.first - now.first) * days) / now.days, (next.days * days) / now.days, { focus: name });
  }

  // Moves and stretches what is drawn to where a period has it, until the server's drawing takes its place.
  function preview({ first, days }) {
    if (!svg()) return;
    const now = drawn();
    const factor = now.days / days;
    const by = now.left * (1 - factor) + ((now.first - first) * now.width) / days;
    const isMoved = factor !== 1 || by !== 0;
    const scene = svg().querySelector(".scene");
    scene.classList.toggle("moved", isMoved);
    scene.style.setProperty("--factor", factor);
    scene.style.transform = isMoved ? `translateX(${by}px) scaleX(${factor})` : "";
    if (isMoved) document.dispatchEvent(new Event("timeline:moved"));
  }

  function show(first, days, options = {}) {
    const last = Math.min(LAST, Math.max(Math.round(first) + Math.max(1, Math.round(days)) - 1, FIRST));
    first = Math.max(FIRST, Math.min(Math.round(first), LAST));
    days = Math.max(1, last - first + 1);
    const now = drawn();
    if (!loading && first === now.first && days === now.days) preview(now);
    else load(withPeriod(here(), { first, days }), options);
  }
  // A step goes on from the period that is on its way; one that only the server knows is waited for.
  async function step(action) {
    if (loading && !target) await loading.done;
    if (svg()) action();
  }

  function load(address, options = {}) {
    loading?.abort();
    address.hash = "";
    loading = Object.assign(new AbortController(), { address });
    target = periodOf(address);
    // Measured before the preview, after which the browser would have to lay out the drawing at once.
    const room = width();
    if (svg()) preview(period());
    loading.done = request(loading, room, options);
  }
  async function request(running, room, { push = true, focus = "" }) {
    const { address, signal } = running;
    const page = new URL(address);
    page.searchParams.set("width", String(room));
    // In a frame the links lead to the whole page, and the period is changed by another address, without history.
    const { source } = section().dataset;
    if (source) page.pathname = source;
    const fragment = new URL(page);
    fragment.searchParams.set("section", "timeline");
    section().setAttribute("aria-busy", "true");
    let response, text;
    try {
      response = await fetch(fragment, { signal });
      text = await response.text();
    } catch {
      if (!signal.aborted && section()) fail(running, { push, focus });
      return;
    }
    // Parsing is a third of the work of a step: in a task of its own, so that a frame can come between.
    const parsed = new DOMParser().parseFromString(text, "text/html");
    await new Promise((resolve) => setTimeout(resolve));
    if (signal.aborted || !section()) return;
    const next = parsed.getElementById("timeline");
    if (!response.ok || !next) return location.assign(source ? page : address);
    loading = target = null;
    replace(next, focus);
    replaceRequests(parsed.getElementById("timeline-reuse"));
    if (push && !source) history.pushState({ timeline: address.href }, "", address);
    query = location.search;
  }
  // Without a network what is drawn stays, and says so.
  function fail({ address }, options) {
    loading = target = null;
    section().removeAttribute("aria-busy");
    preview(drawn());
    const notice = section().querySelector(".drawn-failed");
    notice.hidden = false;
    notice.querySelector("button").onclick = () => load(address, options);
  }

  // Of a cluster the most linked record's; of a record the end of its address.
  const slugOf = (mark) => mark.dataset.slug ?? mark.getAttribute("href").split("/").at(-2);
  const marksOf = (drawing) => [...drawing.querySelectorAll(".mark:not([tabindex])")];
  // The mark of the same record; if it is not in the drawing, that of the record next to it in time.
  function sameMark(active, old, next) {
    const slugs = marksOf(old).map(slugOf);
    const place = slugs.indexOf(slugOf(active));
    const distances = new Map(slugs.map((slug, index) => [slug, Math.abs(index - place)]));
    const distance = (mark) => distances.get(slugOf(mark)) ?? slugs.length;
    return marksOf(next).sort((mark, other) => distance(mark) - distance(other))[0];
  }

  function replace(next, focus) {
    const old = section();
    const opened = [...old.querySelectorAll("details[open]")].map((details) => details.className);
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    const move = focus || active?.dataset?.move;
    const focused = active?.matches(".mark") && sameMark(active, old, next);
    old.replaceWith(next);
    document.dispatchEvent(new Event("timeline:moved"));
    if (moving) preview(moving);
    if (next.dataset.title) document.title = next.dataset.title;
    for (const name of opened) next.querySelector(`details.${name}`)?.setAttribute("open", "");
    if (!active && !focus) return;
    const target = (move && next.querySelector(`a[data-move="${move}"]`)) || focused || next.querySelector(".drawn-scroll");
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

  const zoomed = ({ first, days }, factor, at) => {
    const next = Math.max(1, factor < 1 ? Math.floor(days * factor) : Math.ceil(days * factor));
    return { first: first + Math.round((days - next) * at), days: next };
  };
  const shifted = ({ first, days }, part) => ({
    first: first + Math.sign(part) * Math.max(1, Math.round(Math.abs(part) * days)), days,
  });
  const go = ({ first, days }, options) => show(first, days, options);

  document.addEventListener("keydown", (event) => {
    if (!section()?.querySelector(".drawn-scroll")?.contains(event.target)) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const zoom = (factor) => go(zoomed(period(), factor, 0.5));
    const actions = {
      ArrowLeft: () => go(shifted(period(), -0.25)), ArrowRight: () => go(shifted(period(), 0.25)),
      "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Home: () => follow("busiest"), End: () => follow("all"),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    step(actions[event.key]);
  });

  // The period that a gesture has come to, until it ends.
  let moving = null;
  const move = (next) => preview((moving = next));
  function endMove() {
    const next = moving;
    moving = null;
    if (next && svg()) go(next);
  }

  // The wheel zooms with Ctrl (a pinch on a touch pad) and moves sideways; without, the page scrolls as everywhere.
  let turn = null;
  document.addEventListener(
    "wheel",
    (event) => {
      if (!svg()?.contains(event.target)) return;
      const isZoom = event.ctrlKey || event.metaKey;
      if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      if (drag || pinch) return;
      const { left, width } = drawn();
      const at = Math.max(0, Math.min(1, (event.clientX - svg().getBoundingClientRect().left - left) / width));
      if (turn?.isZoom !== isZoom) turn = { isZoom, from: moving ?? period(), turned: 0, at };
      turn.turned += isZoom ? event.deltaY : event.deltaX;
      const { from, turned } = turn;
      move(isZoom ? zoomed(from, Math.min(16, Math.max(1 / 16, 2 ** (turned / 240))), turn.at)
        : shifted(from, Math.max(-1, Math.min(1, turned / 600))));
      clearTimeout(turn.end);
      turn.end = setTimeout(() => {
        turn = null;
        endMove();
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
  // Where the middle of two fingers is in the drawing, and how far they are from each other.
  const spread = () => {
    const [one, other] = fingers.values();
    const middle = (one.x + other.x) / 2 - svg().getBoundingClientRect().left - drawn().left;
    return { middle, distance: Math.max(20, Math.hypot(one.x - other.x, one.y - other.y)) };
  };
  document.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !svg()?.contains(event.target)) return;
    if (event.pointerType === "touch") fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size > 2) return;
    if (fingers.size === 2) {
      pinch = { ...spread(), from: moving ?? period() };
      drag = null;
    } else drag = { x: event.clientX, from: moving ?? period() };
  });
  document.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (!svg()) return;
    if (pinch && fingers.size === 2) return stretch();
    if (!drag) return;
    const moved = event.clientX - drag.x;
    if (!drag.isMoved && Math.abs(moved) < 5) return;
    drag.isMoved = true;
    svg().classList.add("dragged");
    const { first, days } = drag.from;
    move({ first: first - (moved * days) / drawn().width, days });
  });
  function stretch() {
    const { from, middle, distance } = pinch;
    const now = spread();
    const factor = Math.max(0.125, Math.min(8, now.distance / distance));
    const perPixel = from.days / drawn().width;
    move({ first: from.first + middle * perPixel - (now.middle * perPixel) / factor, days: from.days / factor });
  }
  function end(event) {
    const isPinched = pinch && fingers.has(event.pointerId);
    const isDragged = drag?.isMoved;
    fingers.delete(event.pointerId);
    if (isPinched) pinch = null;
    drag = null;
    svg()?.classList.remove("dragged");
    if (isDragged) {
      const stop = (click) => click.preventDefault();
      addEventListener("click", stop, { capture: true });
      setTimeout(() => removeEventListener("click", stop, { capture: true }), 0); // a finger's drag ends without a click
    }
    return isPinched || isDragged;
  }
  document.addEventListener("pointerup", (event) => end(event) && endMove());
  document.addEventListener("pointercancel", (event) => {
    if (!end(event)) return;
    moving = null;
    if (svg()) preview(period());
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
    if (address.pathname !== section().dataset.address || link.matches(".skip")) return;
    // A cluster that no period divides leads to its records in the list.
    if (link.matches(".mark") && !address.searchParams.has("from")) return;
    event.preventDefault();
    if (link.dataset.move) step(() => follow(link.dataset.move));
    else load(target && link.closest(".drawn-lanes") ? withPeriod(address, target) : address);
  });
  addEventListener("popstate", () => {
    if (!section() || section().dataset.source || location.search === query) return;
    query = location.search;
    // A list and its timeline go back together.
    if (document.getElementById("found")) location.reload();
    else if (location.pathname === section().dataset.address) load(new URL(location.href), { push: false });
    else location.reload();
  });

  // The buttons that copy a text field work by script alone.
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
    step(() => load(withPeriod(here(), period()), { push: false }));
  }
  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(fit, 200);
  });
  const begin = () => {
    query = location.search;
    fit();
  };
  // The results of another filter have a timeline of their own.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "found") return;
    loading?.abort();
    loading = target = moving = null;
    begin();
  });
  begin();
})();
