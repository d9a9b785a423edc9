// What is typed into the panels above a record's form (a note, the description of a file) stays when that form is saved,
// or the page left: it is stored in the browser, encrypted, and shown again. Before anything else is lost, such as a
// chosen file, the browser warns.
"use strict";
window.addEventListener("load", () => {
  const secret = document.querySelector(".record-panel[data-text-key]")?.dataset.textKey;
  const isText = (field) => field.matches("textarea, input[type=text], input:not([type])") && field.name;

  const keepTexts = async (form, button) => {
    const fields = [...form.elements].filter(isText);
    const texts = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
    const isEmpty = () => fields.every((field) => !field.value.trim());
    const store = await draftStore.open(`${location.pathname}#${button.name}`, "", secret);
    const [draft] = isEmpty() ? await store.all() : [];
    const identifier = draft?.identifier ?? crypto.randomUUID();
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "_draft", value: identifier }));
    const stored = { texts: JSON.stringify(texts()) };
    let changes = 0;
    const write = async () => {
      const state = texts();
      const change = ++changes;
      if (isEmpty()) draftStore.remove(identifier);
      else await store.write(identifier, state, () => change === changes).catch(() => { stored.texts = null; });
      if (change === changes && stored.texts !== null) stored.texts = JSON.stringify(state);
    };
    form.addEventListener("input", write);
    if (draft) {
      for (const field of fields) field.value = draft.state[field.name] ?? field.value;
      stored.texts = JSON.stringify(texts());
      form.closest("details")?.setAttribute("open", "");
      const note = Object.assign(document.createElement("p"), { className: "help restored-text" });
      note.setAttribute("role", "status");
      const time = new Date(draft.time).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: draftStore.timeZone });
      note.textContent = interpolate(gettext("Restored what you typed on %(time)s. It is not saved yet."), { time }, true);
      form.append(note);
    }
    form.dataset.texts = "stored";
    return () => stored.texts === JSON.stringify(texts());
  };

  for (const form of document.querySelectorAll(".record-panel form")) {
    const button = form.querySelector("[type=submit]");
    const others = [...form.elements].filter((field) => field.matches("input[type=file], select"));
    const valueOf = (field) => field.value;
    const initial = others.map(valueOf);
    let areTextsStored = () => ![...form.elements].filter(isText).some((field) => field.value !== field.defaultValue);
    let isSent = false;
    form.addEventListener("submit", () => { isSent = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!isSent && (!areTextsStored() || others.some((field, index) => field.value !== initial[index]))) event.preventDefault();
    });
    if (secret && window.isSecureContext && button && [...form.elements].some(isText)) {
      keepTexts(form, button).then((check) => { areTextsStored = check; });
    }
  }
});
