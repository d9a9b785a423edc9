// A list of several speech acts: each stored one folds, and a list of contents leads to them. Few of them stay as they are;
// many come collapsed from the server, and fold once they have their fields.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const LONG = 5;
  const MAX_TEXT = 90;
  const group = document.getElementById("speech_acts-group");
  const stored = [...(group?.querySelectorAll(".inline-related.has_original") ?? [])];
  if (stored.length < LONG) return;
  const collapsed = () => stored.filter((act) => act.matches(".collapsed-part"));
  const isLong = collapsed().length > 0;

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
    // What is wrong, or was expanded alone, is never hidden.
    details.open = isLong || Boolean(details.querySelector(".errorlist, .errors"));
    details.addEventListener("toggle", () => labelToggle());
    return details;
  };
  const folded = new Map(stored.filter((act) => !act.matches(".collapsed-part")).map((act) => [act, fold(act)]));

  const contents = document.createElement("nav");
  contents.className = "contents";
  contents.setAttribute("aria-label", gettext("Speech acts of this statement"));
  const list = document.createElement("ol");
  const toggle = document.createElement("button");
  toggle.type = "button";
  const isAllOpen = () => !collapsed().length && [...folded.values()].every((details) => details.open);
  function labelToggle() { toggle.textContent = isAllOpen() ? gettext("Fold all") : gettext("Unfold all"); }
  toggle.addEventListener("click", async () => {
    const open = !isAllOpen();
    if (open) await collapsedParts.expandAll(collapsed());
    for (const details of folded.values()) details.open = open;
    labelToggle();
    // After the parts that were fetched, of which each takes the focus.
    setTimeout(() => toggle.focus());
  });

  const nameOf = (act) => {
    const kind = act.querySelector("select[name$=-kind] option:checked")?.text;
    const text = act.querySelector("textarea[name$=-text]")?.value.trim() || act.querySelector(".field-text .readonly")?.textContent.trim() || "";
    if (act.matches(".collapsed-part")) return act.querySelector(".inline_label a")?.textContent || gettext("Speech act");
    const name = [kind, text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text].filter(Boolean).join(": ");
    return name || act.querySelector(".part-name")?.textContent.trim() || gettext("Speech act");
  };
  const lead = async (event, act) => {
    event.preventDefault();
    if (!await collapsedParts.expand(act)) return;
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
  // After the other scripts, one of which puts the focus into the part: what has the focus loses it where it is moved.
  document.addEventListener("formset:added", ({ target }) => {
    if (!stored.includes(target) || folded.has(target)) return;
    const focused = document.activeElement;
    folded.set(target, fold(target));
    if (target.contains(focused) && focused !== document.activeElement) focused.focus();
    labelToggle();
  });
  labelToggle();
  contents.append(toggle, list);
  stored[0].before(contents);
});
