// Who else has this record's form open: says every minute that it is open here, and shows the others above the form.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("#content-main form[id$=_form]");
  if (!form?.querySelector("input[name=_save]") || !/\/\d+\/change\/$/.test(location.pathname)) return;
  const address = location.pathname.replace(/change\/$/, "open/");
  const data = (values = {}) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    return body;
  };
  const note = Object.assign(document.createElement("p"), { id: "open-elsewhere", hidden: true });
  note.setAttribute("role", "status");
  form.before(note);
  const show = (others) => {
    const names = others.map(({ name, since }) => interpolate(gettext("%(name)s (since %(time)s)"), { name, time: since }, true));
    const text = names.length
      ? interpolate(gettext("Also open with %(names)s. What you both save is merged."), { names: names.join(", ") }, true)
      : "";
    // Only a change is announced.
    if (note.textContent !== text) note.textContent = text;
    note.hidden = !text;
  };
  const report = async () => {
    try {
      const response = await fetch(address, { method: "POST", body: data() });
      if (response.ok && !response.redirected) show((await response.json()).others);
    } catch {
      // Without a connection nothing is known of others; the next minute asks again.
    }
  };
  report();
  const timer = setInterval(report, 60_000);
  addEventListener("pagehide", () => {
    clearInterval(timer);
    navigator.sendBeacon(address, data({ left: "1" }));
  });
  // A page from the browser's cache of pages is open again.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
});
