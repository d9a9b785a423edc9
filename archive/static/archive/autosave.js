// Autosave of a record's form: what is typed is stored in the browser, and offered again when the page is opened after an
// expired session, a refused token or a crash. The hidden state of the form is stored too, so that a restored draft is
// merged with what others have saved meanwhile.
"use strict";
window.addEventListener("load", () => django.jQuery(async () => {
  const form = document.querySelector("#content-main form[id$=_form]");
  const secret = form?.querySelector("[data-draft-key]")?.dataset.draftKey;
  const note = document.getElementById("draft-state");
  if (!secret || !form.querySelector("input[name=_save], input[name=_read]")) {
    note?.remove();
    return;
  }
  if (!window.isSecureContext) {
    note.textContent = gettext("What you type is not stored in this browser: the connection is not encrypted.");
    return;
  }
  // A clone, and the next record after another, are forms of their own: their drafts are not those of the empty form.
  const source = location.search.match(/[?&]((?:clone|previous)=\d+)(?:&|$)/);
  const origin = source ? `?${source[1]}` : "";
  const store = await draftStore.open(location.pathname, origin, secret);
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "_draft", value: form.querySelector("[data-draft]")?.dataset.draft || crypto.randomUUID() });
  form.append(field);
  // A draft whose lock is held is open in another tab, which is not a crash.
  const hold = () => navigator.locks.request(field.value, () => new Promise(() => {}));
  const heldLocks = async () => new Set((await navigator.locks.query()).held.map((lock) => lock.name));

  const isStored = (element) => element.name && !["csrfmiddlewaretoken", "_draft", "_popup", "_to_field"].includes(element.name)
    && !element.name.includes("__prefix__") && !["submit", "button", "file", "image"].includes(element.type);
  const isHiddenState = (name) => /(^|-)(id|read|read_version|form_state|collapsed|(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)$/.test(name);
  const valueOf = (element) => {
    if (element.type === "checkbox" || element.type === "radio") return element.checked;
    if (element.matches("select")) return [...element.selectedOptions].filter((option) => option.value).map((option) => [option.value, option.text]);
    return element.value;
  };
  const snapshot = () => Object.fromEntries([...form.elements].filter(isStored).map((element) => [element.name, valueOf(element)]));
  const isEmpty = (value) => value === undefined || value === "" || value === false || value.length === 0;
  const differ = (first, second) => [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((name) => !isHiddenState(name))
    .some((name) => !(isEmpty(first[name]) && isEmpty(second[name])) && JSON.stringify(first[name]) !== JSON.stringify(second[name]));

  // Parts are paired by their primary key, because others may have added or deleted parts meanwhile.
  const prefixes = (state) => Object.keys(state).filter((name) => name.endsWith("-TOTAL_FORMS")).map((name) => name.slice(0, -12));
  const rowsOf = (state, prefix) => Array.from({ length: Number(state[`${prefix}-TOTAL_FORMS`]) }, (_, index) => `${prefix}-${index}`);
  const namesOf = (state, row) => Object.keys(state).filter((name) => name.startsWith(`${row}-`));
  const addRow = (prefix) => {
    document.querySelector(`#${CSS.escape(prefix)}-group .add-row a`)?.click();
    return `${prefix}-${Number(form.elements.namedItem(`${prefix}-TOTAL_FORMS`).value) - 1}`;
  };
  const setValue = (name, value) => {
    const element = form.elements.namedItem(name);
    if (!(element instanceof HTMLElement) || element.disabled) return;
    if (element.type === "checkbox") {
      element.checked = value;
    } else if (element.matches("select")) {
      const keys = value.map(([key]) => key);
      for (const [key, text] of value) if (![...element.options].some((option) => option.value === key)) element.add(new Option(text, key));
      for (const option of element.options) option.selected = keys.includes(option.value) || (!keys.length && !option.value);
      django.jQuery(element).trigger("change");
    } else {
      element.value = value;
    }
    // Only what has listeners of its own, such as the preview of a date, needs the event.
    element.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const isCollapsed = (state, row) => `${row}-collapsed` in state;
  const isMoved = (state, row) => Object.entries(state).some(([name, value]) => name.startsWith(`${row}-`) && !isHiddenState(name) && value !== state[`${row}-collapsed`]);
  // Collapsed parts in which something was typed get their fields first. False if the server did not send them.
  const expandParts = async (state) => {
    const current = snapshot();
    for (const prefix of prefixes(state)) {
      const expanded = new Set(rowsOf(state, prefix).filter((row) => !isCollapsed(state, row)).map((row) => state[`${row}-id`]));
      const rows = rowsOf(current, prefix).filter((row) => isCollapsed(current, row) && expanded.has(current[`${row}-id`]));
      for (const row of rows) if (!await collapsedParts.expand(document.getElementById(row))) return false;
    }
    return true;
  };
  const restoreParts = (state, prefix) => {
    const current = snapshot();
    const unused = rowsOf(current, prefix);
    let deleted = 0;
    for (const row of rowsOf(state, prefix)) {
      const key = state[`${row}-id`] ?? "";
      const fields = namesOf(state, row);
      if (!key && fields.every((name) => isHiddenState(name) || isEmpty(state[name]))) continue;
      const index = unused.findIndex((candidate) => (current[`${candidate}-id`] ?? "") === key);
      if (isCollapsed(state, row) && (index < 0 || !isMoved(state, row))) continue;
      const target = index >= 0 ? unused.splice(index, 1)[0] : addRow(prefix);
      if (key && index < 0) deleted += 1;
      for (const name of fields) {
        const ending = name.slice(row.length);
        if (isHiddenState(name) && (!key || index < 0 || ending === "-id")) continue;
        setValue(`${target}${ending}`, state[name]);
      }
    }
    return deleted;
  };
  // Back and Reload open the empty form, which offers what was typed, instead of asking to send the article again.
  if (form.dataset.restoredBy) history.replaceState(null, "", location.href);
  // The forms of what was read in an article depend on its text: the server makes them, with the restored values.
  const restoreByServer = (state) => {
    const others = Object.keys(state).filter((name) => !form.elements.namedItem(name));
    for (const name of others) {
      const value = state[name] === true ? "on" : state[name] || [];
      for (const text of typeof value === "string" ? [value] : value.map(([key]) => key)) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: text }));
      }
    }
    if (others.length) form.requestSubmit(form.querySelector(`[name=${form.dataset.restoredBy}]`));
  };
  const restore = (state) => {
    const ofParts = prefixes(state);
    const isOfPart = (name) => ofParts.some((prefix) => name.startsWith(`${prefix}-`));
    const deleted = ofParts.filter((prefix) => form.elements.namedItem(`${prefix}-TOTAL_FORMS`))
      .reduce((count, prefix) => count + restoreParts(state, prefix), 0);
    // After the parts: the proposal of a slug must not replace the restored one.
    for (const name of Object.keys(state)) if (!isOfPart(name)) setValue(name, state[name]);
    return deleted;
  };

  const language = document.documentElement.lang;
  const timeZone = draftStore.timeZone;
  const time = (moment) => new Date(moment).toLocaleString(language, { dateStyle: "long", timeStyle: "short", timeZone });
  const make = (tag, text = "", values = {}) => Object.assign(document.createElement(tag), { textContent: text, ...values });
  const button = (text, act) => {
    const element = make("button", text, { type: "button" });
    element.addEventListener("click", act);
    return element;
  };
  // The empty form offers drafts of all; a form that is filled in from a record only its own.
  const offerText = (draft) => {
    const values = { time: time(draft.time), name: document.querySelector("#prefilled bdi")?.textContent };
    const isClone = draft.origin.startsWith("?clone");
    if (!draft.origin) return interpolate(gettext("You typed something here on %(time)s that was not saved."), values, true);
    if (!origin) {
      return isClone
        ? interpolate(gettext("You typed something in a clone of another record on %(time)s that was not saved."), values, true)
        : interpolate(gettext("You typed something in a form filled in from the record before on %(time)s that was not saved."), values, true);
    }
    return isClone
      ? interpolate(gettext("You typed something in this clone of “%(name)s” on %(time)s that was not saved."), values, true)
      : interpolate(gettext("You typed something in this form, filled in from “%(name)s”, on %(time)s that was not saved."), values, true);
  };
  const initial = snapshot();
  let last = JSON.stringify(initial);
  let timer;
  let changes = 0;
  // A log-out in any tab and a full store remove drafts of forms that are still open.
  let wasWritten = false;
  const isRemoved = () => wasWritten && !store.has(field.value);
  const write = async (event) => {
    const state = snapshot();
    const text = JSON.stringify(state);
    if (text === last && !(event?.type === "submit" && isRemoved())) return;
    const change = ++changes;
    try {
      await store.write(field.value, state, () => change === changes);
      last = text;
      wasWritten = true;
      note.textContent = interpolate(gettext("Stored in this browser at %(time)s, not saved yet."), { time: new Date().toLocaleTimeString(language, { timeZone }) }, true);
    } catch {
      note.textContent = gettext("What you type is not stored in this browser: its storage is full or switched off.");
    }
  };
  // The form of a clone is given a slug without anybody's typing: leaving it is not worth a draft.
  let isTyped = false;
  const later = () => { isTyped = true; clearTimeout(timer); timer = setTimeout(write, 500); };
  form.addEventListener("input", later);
  django.jQuery(form).on("change select2:select select2:unselect", later);
  document.addEventListener("formset:removed", later);
  document.addEventListener("visibilitychange", () => { if (document.hidden && isTyped) write(); });
  form.addEventListener("submit", write);
  const reportRemoval = () => {
    if (isRemoved()) note.textContent = gettext("What you typed is no longer stored in this browser, for you logged out or its storage is full. It is stored again when you type on.");
  };
  addEventListener("storage", reportRemoval);
  document.addEventListener("submit", reportRemoval);
  hold();
  // A form with errors is not saved: it continues its draft. A hidden note is one that a script may show later.
  if (document.querySelector(".errornote:not([hidden])")) {
    last = "";
    write();
  }

  // The field in which the user types, unless the focus is on the offer.
  const focusForm = (region) => {
    if (region.contains(document.activeElement)) form.querySelector("fieldset input:not([type=hidden]), fieldset select, fieldset textarea, [name]:not([type=hidden])")?.focus();
  };
  let restoreOffered = null;
  document.addEventListener("keydown", (event) => {
    if (!restoreOffered || !event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyR") return;
    event.preventDefault();
    restoreOffered();
  });
  // The offer takes no focus: who types on opening types into the first field. Alt+R restores from there.
  const offer = (drafts) => {
    document.getElementById("draft-offer")?.remove();
    restoreOffered = null;
    const [draft, ...others] = drafts;
    if (!draft) return;
    const region = make("section", "", { id: "draft-offer" });
    region.setAttribute("aria-label", gettext("Unsaved work"));
    const text = make("p", "", { id: "draft-text", role: "status" });
    region.append(text);
    form.before(region);
    // A text that is put into the status after it is in the page is read out.
    setTimeout(() => { text.textContent ||= offerText(draft); }, 100);
    const restoreDraft = async () => {
      restoreOffered = null;
      if (!await expandParts(draft.state)) {
        text.textContent = gettext("Not restored yet: the server did not send the fields of some parts. Try again; what you typed is still stored.");
        restoreOffered = restoreDraft;
        return;
      }
      const deleted = restore(draft.state);
      draftStore.remove(field.value);
      // It is stored again below, under this form.
      if (draft.origin !== origin) draftStore.remove(draft.identifier);
      field.value = draft.identifier;
      hold();
      focusForm(region);
      const texts = [interpolate(gettext("Restored what you typed on %(time)s. It is not saved yet."), { time: time(draft.time) }, true)];
      if (deleted) texts.push(interpolate(gettext("Others have deleted %(count)s of the parts since: saving adds them again."), { count: deleted }, true));
      text.textContent = texts.join(" ");
      region.replaceChildren(text);
      write();
      if (form.dataset.restoredBy) restoreByServer(draft.state);
    };
    restoreOffered = restoreDraft;
    const take = button(gettext("Restore"), () => restoreOffered?.());
    take.append(" ", make("kbd", "Alt+R", { ariaHidden: "true" }));
    take.setAttribute("aria-keyshortcuts", "Alt+R");
    const discard = button(gettext("Discard"), () => {
      draftStore.remove(draft.identifier);
      focusForm(region);
      offer(others);
    });
    for (const element of [take, discard]) element.setAttribute("aria-describedby", text.id);
    region.append(take, discard);
  };
  const held = await heldLocks();
  const drafts = (await store.all()).filter((draft) => draft.identifier !== field.value && !held.has(draft.identifier));
  const changed = drafts.filter((draft) => differ(draft.state, initial));
  drafts.filter((draft) => !changed.includes(draft)).forEach((draft) => draftStore.remove(draft.identifier));
  offer(changed);
  form.dataset.autosave = "ready";
}));
