// Store of drafts of forms in localStorage, encrypted with the user's key. Drafts are removed when they are saved, when
// the user logs out, and after 30 days.
"use strict";
window.draftStore = (() => {
  const { user, timeZone } = document.currentScript.dataset;
  const PREFIX = "draft ";
  const OWN = `${PREFIX}${user} `;
  const COOKIE = "saved_drafts";
  const MAX_AGE = 30 * 24 * 3600 * 1000; // milliseconds

  const names = (prefix) => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  const timeOf = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name))?.time ?? 0;
    } catch {
      return 0;
    }
  };
  const remove = (identifier) => {
    for (const name of names(PREFIX)) if (name.endsWith(` ${identifier}`)) localStorage.removeItem(name);
  };
  const removeOwn = () => names(OWN).forEach((name) => localStorage.removeItem(name));
  const removeOld = () => {
    for (const name of names(PREFIX)) if (Date.now() - timeOf(name) > MAX_AGE) localStorage.removeItem(name);
  };
  // The server names the drafts that it has saved in a cookie.
  const removeSaved = () => {
    const cookie = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
    if (!cookie) return;
    cookie.slice(COOKIE.length + 1).replaceAll('"', "").split(".").filter(Boolean).forEach(remove);
    document.cookie = `${COOKIE}=; Max-Age=0; path=${location.pathname.replace(/^(.*?\/admin\/).*$/, "$1")}`;
  };

  const toText = (bytes) => {
    let text = "";
    for (let start = 0; start < bytes.length; start += 32768) text += String.fromCharCode(...bytes.subarray(start, start + 32768));
    return btoa(text);
  };
  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const importKey = (secret) => crypto.subtle.importKey("raw", toBytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);

  // When the store is full, the oldest drafts make room.
  const setItem = (name, text) => {
    const others = names(PREFIX).filter((other) => other !== name).sort((first, second) => timeOf(first) - timeOf(second));
    for (;;) {
      try {
        localStorage.setItem(name, text);
        return;
      } catch (error) {
        const oldest = others.shift();
        if (!oldest) throw error;
        localStorage.removeItem(oldest);
      }
    }
  };

  // The drafts of one form: its path, the key of the user, and the query of the record that it is filled in from.
  const open = async (path, origin, secret) => {
    const key = await importKey(secret);
    const page = path + origin;
    const nameOf = (identifier) => `${OWN}${page} ${identifier}`;
    const algorithm = (iv, name) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });
    const read = async (name) => {
      const [address, identifier] = name.slice(OWN.length).split(" ");
      try {
        const { time, iv, data } = JSON.parse(localStorage.getItem(name));
        const bytes = await crypto.subtle.decrypt(algorithm(toBytes(iv), name), key, toBytes(data));
        return { identifier, origin: address.slice(path.length), time, state: JSON.parse(new TextDecoder().decode(bytes)) };
      } catch {
        // Encrypted with the key of an earlier password, or damaged.
        localStorage.removeItem(name);
        return null;
      }
    };
    return {
      has: (identifier) => localStorage.getItem(nameOf(identifier)) !== null,
      async write(identifier, state, isCurrent) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const data = await crypto.subtle.encrypt(algorithm(iv, nameOf(identifier)), key, new TextEncoder().encode(JSON.stringify(state)));
        // What was typed while this was encrypted is written by the next call.
        if (isCurrent()) setItem(nameOf(identifier), JSON.stringify({ time: Date.now(), iv: toText(iv), data: toText(new Uint8Array(data)) }));
      },
      // Those of this form; of the empty form also those of forms with its path that were filled in from a record.
      async all() {
        const stored = [...names(`${OWN}${page} `), ...(origin ? [] : names(`${OWN}${path}?`))];
        const drafts = await Promise.all(stored.map(read));
        return drafts.filter(Boolean).sort((first, second) => second.time - first.time);
      },
    };
  };

  removeOld();
  removeSaved();
  document.addEventListener("submit", (event) => { if (event.target.id === "logout-form") removeOwn(); });
  return { open, remove, timeZone };
})();
