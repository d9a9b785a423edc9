// Outcomes of speech acts, recorded in a dialog on the statement's form: the form of the page to which the link leads. What
// is typed in the statement's form stays as it is, and so does what is typed in the dialog until it is recorded or cancelled.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const HEADERS = { Accept: "application/json, text/html;q=0.9" };
  const BODY = "outcome-dialog-body";
  const FIELDS = "input:not([type=hidden], [type=submit]), select, textarea";
  // Address of an act's form -> its dialog, whose entries are not recorded.
  const dialogs = new Map();

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const focusFirst = (form) => {
    const field = form.querySelector("[aria-invalid=true]") || form.querySelector(FIELDS);
    const picker = field?.nextElementSibling;
    (picker?.matches(".select2-container") ? picker.querySelector(".select2-selection--single") : field)?.focus();
  };

  // Puts a form into an open dialog. Other scripts wire its fields as they wire those of a part that is added.
  const show = (dialog, page) => {
    const form = page.getElementById("outcome_form");
    form.querySelectorAll("script, .shortcuts").forEach((item) => item.remove());
    // Without its own list of results, a picker would open it behind the dialog.
    form.querySelectorAll("select.admin-autocomplete").forEach((select) => { select.dataset.dropdownParent = `#${BODY}`; });
    // As on the page: Alt+N is their key.
    form.querySelectorAll(".related-widget-wrapper-link").forEach((link) => { link.tabIndex = -1; });
    const link = form.querySelector(".closelink");
    const cancel = element("button", { type: "button", className: "button", textContent: link.textContent });
    cancel.addEventListener("click", () => {
      if (dialog.dataset.sending) return;
      dialogs.delete(dialog.dataset.url);
      dialog.close();
    });
    link.replaceWith(cancel);
    const title = element("h2", { id: "outcome-dialog-title", textContent: page.querySelector("h1").textContent });
    const body = dialog.firstElementChild;
    body.replaceChildren(title, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(dialog, form, event.submitter?.name || "_save");
    });
    const mark = () => { dialog.dataset.typed = "yes"; };
    form.addEventListener("input", mark);
    django.jQuery(form).on("change", mark);
    body.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "outcome" } }));
    // After the scripts that wait for the pickers.
    setTimeout(() => focusFirst(form));
  };

  // A browser may close a dialog at a second Escape, while its form is on its way.
  const reopen = (dialog) => {
    if (dialog.isConnected) return;
    document.body.append(dialog);
    dialog.showModal();
  };
  const showFailure = (dialog, form, name) => {
    reopen(dialog);
    const note = form.querySelector(`[data-when="${name}"]`);
    note.hidden = false;
    note.focus();
  };

  const post = (dialog, form, button) => {
    const body = new FormData(form);
    body.set(button, "1");
    return fetch(dialog.dataset.url, { method: "POST", body, headers: HEADERS });
  };
  // A token is refused after a log-in in another tab: the page has the one that is valid now.
  const renewToken = async (dialog, form) => {
    const response = await fetch(dialog.dataset.url);
    const page = parsed(await response.text());
    const fresh = page.querySelector("#outcome_form [name=csrfmiddlewaretoken]");
    if (fresh) form.elements.namedItem("csrfmiddlewaretoken").value = fresh.value;
    return { isFresh: Boolean(fresh), isSignedOut: Boolean(page.querySelector("#login-form")) };
  };
  const send = async (dialog, form, button) => {
    if (dialog.dataset.sending) return;
    dialog.dataset.sending = "yes";
    form.querySelectorAll("[data-when]").forEach((note) => { note.hidden = true; });
    try {
      let response = await post(dialog, form, button);
      let isSignedOut = response.redirected;
      if (response.status === 403) {
        const token = await renewToken(dialog, form);
        isSignedOut = token.isSignedOut;
        if (token.isFresh) response = await post(dialog, form, button);
      }
      if (response.status === 201) {
        recorded(dialog, await response.json());
        return;
      }
      const page = response.ok && !response.redirected ? parsed(await response.text()) : null;
      if (page?.getElementById("outcome_form")) {
        reopen(dialog);
        show(dialog, page);
      } else if (isSignedOut || response.redirected) showFailure(dialog, form, "signed-out");
      else showFailure(dialog, form, [403, 404].includes(response.status) ? "refused" : "failed");
    } catch {
      showFailure(dialog, form, "failed");
    } finally {
      delete dialog.dataset.sending;
    }
  };
  // Shows the act's outcomes, as the server has escaped them, and what the archive says about the new one.
  const recorded = (dialog, { messages, outcomes }) => {
    dialogs.delete(dialog.dataset.url);
    const holder = document.getElementById(dialog.dataset.holder);
    holder.firstElementChild.innerHTML = outcomes;
    dialog.close();
    holder.querySelector(".recorded").innerHTML = messages.join("<br>");
  };

  const open = async (holder, url) => {
    holder.querySelector(".recorded").replaceChildren();
    const stored = dialogs.get(url);
    if (stored) {
      document.body.append(stored);
      stored.showModal();
      return;
    }
    let page = null;
    try {
      page = parsed(await (await fetch(url)).text());
    } catch {
      // The page itself says what is wrong.
    }
    if (!page?.getElementById("outcome_form")) {
      location.assign(url);
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const dialog = element("dialog", { className: "outcome-dialog" });
    dialog.setAttribute("aria-labelledby", "outcome-dialog-title");
    Object.assign(dialog.dataset, { url, holder: holder.id });
    dialog.append(element("div", { id: BODY, className: BODY }));
    // One dialog at a time is in the page, because they have the same ids.
    dialog.addEventListener("cancel", (event) => { if (dialog.dataset.sending) event.preventDefault(); });
    dialog.addEventListener("close", () => dialog.remove());
    dialogs.set(url, dialog);
    document.body.append(dialog);
    dialog.showModal();
    show(dialog, page);
  };

  const wire = (link) => {
    const holder = link.closest(".act-outcomes");
    const button = element("button", { type: "button", className: link.className, textContent: link.textContent });
    button.setAttribute("aria-label", link.getAttribute("aria-label"));
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => open(holder, link.href));
    link.replaceWith(button);
    const status = element("div", { className: "recorded" });
    status.setAttribute("role", "status");
    holder.append(status);
  };
  const wireAll = (root) => root.querySelectorAll("a.record-outcome").forEach(wire);
  wireAll(document);
  // The fields of a collapsed speech act come when it is opened.
  document.addEventListener("formset:added", (event) => wireAll(event.target));
  addEventListener("beforeunload", (event) => {
    if ([...dialogs.values()].some((dialog) => dialog.dataset.typed)) event.preventDefault();
  });
});
