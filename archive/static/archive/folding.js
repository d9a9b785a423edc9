// A list of several speech acts: each stored one folds, and a list of contents leads to them. Few of them stay as they are,
// and many come collapsed from the server.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const LONG = 5;
  const MAX_TEXT = 90;
  const group = document.getElementById("speech_acts-group");
  const stored = [...(group?.querySelectorAll(".inline-related.has_original") ?? [])];
  if (stored.length < LONG || group.querySelector(".collapsed-part")) return;

  const fold = (act) => {
    const details = document.createElement("details");
    details.className = "folding";
    const summary = document.createElement("summary");
    summary.textContent = gettext("Fields");
    const heading = act.querySelector(":scope > h3");
    details.append(summary, ...[...act.children].filter((child) => child !== heading));
    act.append(details);
    if (heading) {
      heading.id ||= `${act.id}-heading`;
      summary.id = `${act.id}-fields`;
      summary.setAttribute("aria-labelledby", `${summary.id} ${heading.id}`);
    }
    // What is wrong is never hidden.
    details.open = Boolean(details.querySelector(".errorlist, .errors"));
    return details;
  };
  const folded = new Map(stored.map((act) => [act, fold(act)]));

  const contents = document.createElement("nav");
  contents.className = "contents";
  contents.setAttribute("aria-label", gettext("Speech acts of this statement"));
  const list = document.createElement("ol");
  const toggle = document.createElement("button");
  toggle.type = "button";
  const isAllOpen = () => [...folded.values()].every((details) => details.open);
  const labelToggle = () => { toggle.textContent = isAllOpen() ? gettext("Fold all") : gettext("Unfold all"); };
  toggle.addEventListener("click", () => {
    const open = !isAllOpen();
    for (const details of folded.values()) details.open = open;
    labelToggle();
  });
  for (const details of folded.values()) details.addEventListener("toggle", labelToggle);

  const nameOf = (act) => {
    const kind = act.querySelector("select[name$=-kind] option:checked")?.text;
    const text = act.querySelector("textarea[name$=-text]")?.value.trim() || act.querySelector(".field-text .readonly")?.textContent.trim() || "";
    const name = [kind, text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text].filter(Boolean).join(": ");
    return name || act.querySelector(".inline_label")?.firstChild?.textContent.trim() || gettext("Speech act");
  };
  const lead = (event, act) => {
    event.preventDefault();
    const details = folded.get(act);
    details.open = true;
    const first = [...details.querySelectorAll("select, input:not([type=hidden]), textarea, a")].find((field) => field.checkVisibility());
    (first || details.querySelector("summary")).focus();
    act.scrollIntoView({ block: "start" });
  };
  for (const act of stored) {
    const link = document.createElement("a");
    link.href = `#${act.id}`;
    link.textContent = nameOf(act);
    link.addEventListener("click", (event) => lead(event, act));
    act.addEventListener("change", () => { link.textContent = nameOf(act); });
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  labelToggle();
  contents.append(toggle, list);
  stored[0].before(contents);
});
