/* The form of indicators: every row saves itself. Without this file one button saves everything.

   A row is "dirty" from the first key until the server says it has it. Meanwhile what was typed waits in the browser's
   local storage, under user and form, for at most a day; portal.js erases it at signing out. */
"use strict";

(function () {
  const form = document.getElementById("formulier");
  if (!form || !window.fetch || !window.FormData) return;

  const USER = form.dataset.user;
  const STORE = `portal:${USER}:${form.dataset.form}`;
  const TYPING_PAUSE = 800;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 30000;
  const rows = new Map();
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(STORE) : null;
  const saveState = document.querySelector("[data-save-state]");
  let signedOut = false;
  let offline = false;
  let retryDelay = FIRST_RETRY;
  let retryTimer = 0;
  let lastSaved = "";
  let leaving = false;

  /* Small helpers ---------------------------------------------------------------------------------------------------- */

  function icon(name) {
    return document.getElementById(`icon-${name}`).content.cloneNode(true);
  }

  function status(kind, text, iconName) {
    const span = document.createElement("span");
    span.className = `status ${kind}`;
    if (iconName) span.append(icon(iconName), " ");
    span.append(text);
    return span;
  }

  function csrfToken() {
    const pair = document.cookie.split("; ").find((part) => part.startsWith(`${form.dataset.csrf}=`));
    return pair ? decodeURIComponent(pair.slice(form.dataset.csrf.length + 1)) : form.elements.csrfmiddlewaretoken.value;
  }

  function post(url, body) {
    return fetch(url, {
      method: "POST",
      body: body,
      credentials: "same-origin",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    });
  }

  /* The browser's own memory of what the server does not have yet ----------------------------------------------------- */

  function remembered() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || {};
    } catch (error) {
      return {};
    }
  }

  function remember(change) {
    const all = remembered();
    change(all);
    try {
      if (Object.keys(all).length) localStorage.setItem(STORE, JSON.stringify(all));
      else localStorage.removeItem(STORE);
    } catch (error) {
      /* full or forbidden: the text still stands on the screen, and the page warns before it is left */
    }
  }

  /* A row ------------------------------------------------------------------------------------------------------------- */

  class Row {
    constructor(element) {
      this.element = element;
      this.key = element.dataset.row;
      this.url = element.dataset.url;
      this.edits = 0; // counts what was typed; a save acknowledges the edits it carried
      this.saved = 0;
      this.busy = false;
      this.failed = false;
      this.conflict = Boolean(element.querySelector("[data-conflict-slot] .conflict"));
      this.message = "";
      this.timer = 0;
      this.savedAt = "";
    }

    get dirty() {
      return this.edits > this.saved;
    }

    field(name) {
      return form.elements[`${this.key}.${name}`];
    }

    controls() {
      return Array.from(this.element.querySelectorAll("input, textarea")).filter(
        (control) => control.name && control.type !== "file" && !control.closest("noscript")
      );
    }

    get text() {
      return this.element.querySelector("textarea");
    }

    values() {
      const found = {};
      for (const control of this.controls()) {
        if (control.type === "radio") found[control.name] = control.checked ? control.value : found[control.name] || "";
        else found[control.name] = control.value;
      }
      return found;
    }

    fill(values) {
      for (const control of this.controls()) {
        if (!(control.name in values)) continue;
        if (control.type === "radio") control.checked = control.value === values[control.name];
        else control.value = values[control.name];
      }
      this.showClearButtons();
    }

    edited(pause) {
      this.edits += 1;
      this.message = "";
      remember((all) => {
        all[this.key] = { at: Date.now(), values: this.values() };
      });
      this.show();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), pause);
    }

    async save(extra) {
      clearTimeout(this.timer);
      if (this.busy || signedOut || (this.conflict && !(extra && extra.resolve))) return;
      if (!this.dirty && !extra) return;
      this.busy = true;
      const carried = this.edits;
      const body = new FormData();
      for (const [name, value] of Object.entries(this.values())) body.append(name, value);
      for (const [name, value] of Object.entries(extra || {})) body.append(name, value);
      body.append("row", this.key);
      body.append("user", USER);
      let answer = null;
      try {
        const response = await post(this.url, body);
        answer = await this.read(response, carried, Boolean(extra));
      } catch (error) {
        this.failed = true;
        connectionLost();
      }
      this.busy = false;
      this.show();
      if (answer && this.dirty && !this.conflict && !this.message) {
        this.timer = setTimeout(() => this.save(), TYPING_PAUSE);
      }
    }

    /* What the server said. Returns whether it has what was sent. */
    async read(response, carried, replace) {
      if (response.status >= 500 || response.status === 429) throw new Error("try again");
      const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
      if (response.redirected || response.status === 401 || (!isJson && response.ok)) return this.lostSession();
      connectionBack();
      if (!isJson) {
        this.message = "Dit is niet opgeslagen. Laad de pagina opnieuw; uw tekst blijft bewaard.";
        return false;
      }
      const data = await response.json();
      if (data.sign_in) return this.lostSession();
      if (data.conflict) return this.showConflict(data);
      if (!response.ok) {
        this.message = data.message;
        return false;
      }
      this.accept(data, carried, replace);
      return true;
    }

    accept(data, carried, replace) {
      this.failed = false;
      this.message = "";
      this.field("version").value = data.version;
      this.field("base").value = data.base;
      this.field("conflict").value = "";
      this.saved = Math.max(this.saved, carried);
      this.conflict = false;
      this.element.querySelector("[data-conflict-slot]").replaceChildren();
      if (replace && !this.dirty) this.fill(this.asValues(data));
      if (this.field("confirmed")) this.showConfirmed(data.confirmed);
      if ("done" in data) {
        this.element.dataset.done = data.done ? "1" : "";
        this.clearMistakes(data.done);
      }
      this.savedAt = data.saved_at;
      lastSaved = data.saved_at;
      if (!this.dirty) remember((all) => delete all[this.key]);
      else remember((all) => (all[this.key] = { at: Date.now(), values: this.values() }));
      if (channel) channel.postMessage({ row: this.key, data: data });
    }

    clearMistakes(done) {
      for (const group of this.element.querySelectorAll(".mine.field-error")) {
        if (!done && !group.querySelector(".levels input:checked")) continue;
        group.classList.remove("field-error");
        const mistake = group.querySelector(".invalid-feedback");
        if (mistake) mistake.remove();
      }
    }

    asValues(data) {
      const values = {};
      const textName = data.levels ? "explanation" : "text";
      values[`${this.key}.${textName}`] = data.text;
      if (data.levels) {
        for (const control of this.controls()) {
          const prefix = `${this.key}.level.`;
          if (control.type === "radio") values[control.name] = data.levels[control.name.slice(prefix.length)] || "";
        }
      }
      return values;
    }

    /* Another tab of the same person saved this row. */
    takeOver(data) {
      if (this.dirty || this.busy || this.conflict) return;
      this.field("version").value = data.version;
      this.field("base").value = data.base;
      this.fill(this.asValues(data));
      if (this.field("confirmed")) this.showConfirmed(data.confirmed);
      if ("done" in data) this.element.dataset.done = data.done ? "1" : "";
      this.savedAt = data.saved_at;
      this.show();
    }

    showConflict(data) {
      this.conflict = true;
      this.field("version").value = data.version;
      this.field("conflict").value = "1";
      const slot = this.element.querySelector("[data-conflict-slot]");
      const holder = document.createElement("template");
      holder.innerHTML = data.conflict;
      slot.replaceChildren(holder.content);
      return false;
    }

    lostSession() {
      signedOut = true;
      this.failed = true;
      return false;
    }

    confirmLevels(button) {
      const values = {};
      for (const [dimension, level] of Object.entries(JSON.parse(button.dataset.levels))) {
        values[`${this.key}.level.${dimension}`] = level;
      }
      this.fill(values);
      this.field("confirmed").value = "1";
      this.edited(0);
    }

    showConfirmed(confirmed) {
      this.field("confirmed").value = confirmed ? "1" : "";
      const button = this.element.querySelector("button[name=confirm]");
      const mark = this.element.querySelector("[data-confirmed]");
      if (!button || !mark) return;
      const hadFocus = document.activeElement === button;
      button.hidden = confirmed;
      mark.hidden = !confirmed;
      if (confirmed && hadFocus && this.text) this.text.focus();
    }

    /* A radio button cannot be taken back by itself: with a choice made there is a button for it. */
    showClearButtons() {
      for (const group of this.element.querySelectorAll(".levels")) {
        let button = group.parentElement.querySelector("[data-clear]");
        const chosen = group.querySelector("input:checked");
        if (!button && chosen) {
          button = document.createElement("button");
          button.type = "button";
          button.className = "btn btn-link btn-sm clear-level";
          button.dataset.clear = "";
          button.textContent = "Keuze wissen";
          group.after(button);
        }
        if (button) button.hidden = !chosen;
      }
    }

    clearLevel(button) {
      const group = button.parentElement.querySelector(".levels");
      const first = group.querySelector("input");
      for (const control of group.querySelectorAll("input")) control.checked = false;
      if (this.field("confirmed")) this.showConfirmed(false);
      this.showClearButtons();
      first.focus();
      this.edited(0);
    }

    show() {
      const slot = this.element.querySelector("[data-status]");
      if (slot && (this.edits || this.savedAt || this.conflict || this.message)) slot.replaceChildren(this.statusNow());
      this.showInNav();
      showOverall();
    }

    statusNow() {
      const done = this.element.dataset.done === "1";
      if (this.conflict) return status("status-late", "kies wat blijft staan", "warning");
      if (this.message) return status("status-late", this.message, "warning");
      if (this.failed && offline) return status("status-todo", "verbinding weg, wordt opnieuw geprobeerd", "warning");
      if (this.dirty || this.busy) return status("status-todo", "nog niet opgeslagen");
      if (done) return status("status-done", `klaar, opgeslagen om ${this.savedAt}`, "check");
      return status("", `opgeslagen om ${this.savedAt}`);
    }

    showInNav() {
      const item = document.querySelector(`[data-nav="${CSS.escape(this.key)}"]`);
      if (!item) return showClosingInNav();
      const done = this.element.dataset.done === "1";
      const wrong = this.conflict || Boolean(this.element.querySelector(".mine.field-error"));
      item.classList.toggle("open", wrong);
      item.querySelector("[data-nav-icon]").replaceChildren(icon(wrong ? "warning" : done ? "check" : "open"));
      item.querySelector("[data-nav-word]").textContent = done && !wrong ? " klaar" : " staat nog open";
    }
  }

  /* The two texts at the end share one line in the list. */
  function showClosingInNav() {
    const texts = Array.from(form.querySelectorAll("#afronden textarea"));
    const slot = document.querySelector("[data-nav-closing] [data-nav-icon]");
    slot.replaceChildren(icon(texts.every((text) => text.value.trim()) ? "check" : "open"));
  }

  /* The whole form ----------------------------------------------------------------------------------------------------- */

  function all() {
    return Array.from(rows.values());
  }

  function connectionLost() {
    offline = true;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(retry, retryDelay);
    retryDelay = Math.min(retryDelay * 2, LAST_RETRY);
    for (const row of all()) if (row.dirty) row.show();
  }

  function connectionBack() {
    if (!offline) return;
    offline = false;
    retryDelay = FIRST_RETRY;
    clearTimeout(retryTimer);
    for (const row of all()) row.failed = false;
    retry();
  }

  function retry() {
    for (const row of all()) if (row.dirty) row.save();
  }

  function overall() {
    if (signedOut) {
      const link = document.createElement("a");
      link.href = form.dataset.signIn;
      link.textContent = "Opnieuw inloggen";
      link.addEventListener("click", () => {
        leaving = true; // what was typed waits in the local storage
      });
      const text = status("status-late", "U bent uitgelogd. Uw tekst is bewaard op dit apparaat. ", "warning");
      text.append(link);
      return text;
    }
    if (all().some((row) => row.conflict)) {
      return status("status-late", "Nog niet alles is opgeslagen: kies welke tekst blijft staan", "warning");
    }
    const message = all().find((row) => row.message);
    if (message) return status("status-late", message.message, "warning");
    if (offline) {
      return status("status-late", "Niet opgeslagen: verbinding weg, wordt opnieuw geprobeerd. Uw tekst staat nog op dit scherm.", "warning");
    }
    if (all().some((row) => row.dirty || row.busy)) return status("status-todo", "Nog niet opgeslagen");
    return status("status-done", `Alles is opgeslagen om ${lastSaved}`, "check");
  }

  function showOverall() {
    const touched = signedOut || offline || lastSaved || all().some((row) => row.dirty || row.conflict || row.message);
    if (touched) {
      const now = overall();
      // Said again only when it changed: a screen reader need not hear it at every key.
      if (saveState.dataset.said !== now.textContent) {
        saveState.replaceChildren(now);
        saveState.dataset.said = now.textContent;
      }
    }
    const indicators = all().filter((row) => row.element.hasAttribute("data-done"));
    const done = indicators.filter((row) => row.element.dataset.done === "1").length;
    document.querySelector("[data-done-count]").textContent = String(done);
    const bar = document.querySelector("[data-progress]");
    bar.value = done;
    bar.textContent = `${done} van ${indicators.length}`;
  }

  function unsaved() {
    return all().some((row) => row.dirty || row.conflict);
  }

  /* Save what is open and wait for it; true when nothing is left. */
  async function flush() {
    for (let turn = 0; turn < 50; turn += 1) {
      await Promise.all(all().filter((row) => row.dirty).map((row) => row.save()));
      if (!unsaved()) return true;
      if (signedOut || offline || all().some((row) => row.conflict || row.message)) return false;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return !unsaved();
  }

  async function goTo(address) {
    if (!(await flush())) {
      saveState.scrollIntoView({ block: "nearest" });
      const problem = form.querySelector(".conflict");
      if (problem) problem.focus();
      return;
    }
    leaving = true;
    window.location.assign(address);
  }

  function restore() {
    const waiting = remembered();
    for (const [key, kept] of Object.entries(waiting)) {
      const row = rows.get(key);
      if (!row || Date.now() - kept.at > 24 * 3600 * 1000) {
        remember((stored) => delete stored[key]);
        continue;
      }
      const now = row.values();
      const housekeeping = [`${key}.version`, `${key}.base`, `${key}.conflict`];
      const names = Object.keys(kept.values).filter((name) => !housekeeping.includes(name));
      if (names.every((name) => (now[name] || "") === kept.values[name])) {
        remember((stored) => delete stored[key]);
        continue;
      }
      // With the version it was typed on: what somebody else wrote since then is shown beside it.
      row.fill(kept.values);
      row.edited(0);
    }
  }

  /* Whether somebody was quicker than this file. The form asks browsers to put nothing back of their own accord. */
  function typedEarly(row) {
    return row
      .controls()
      .some((control) =>
        control.type === "radio"
          ? control.checked !== control.defaultChecked
          : control.tagName === "TEXTAREA" && control.value !== control.defaultValue
      );
  }

  /* Files --------------------------------------------------------------------------------------------------------------- */

  async function sendFile(row, button) {
    const box = button.closest("[data-upload]");
    const input = box.querySelector("input[type=file]");
    const mistake = box.querySelector("[data-upload-error]");
    if (!input.files.length) {
      showMistake(mistake, input, "Kies eerst een bestand.");
      return;
    }
    const body = new FormData();
    body.append("row", row.key);
    body.append("file", input.files[0]);
    button.disabled = true;
    try {
      const response = await post(form.dataset.uploadUrl, body);
      const data = await filesOf(response);
      if (data.html === undefined) {
        showMistake(mistake, input, data.message);
      } else {
        row.element.querySelector("[data-files]").innerHTML = data.html;
        input.value = "";
        showMistake(mistake, input, "");
      }
    } catch (error) {
      showMistake(mistake, input, "Het bestand is niet verstuurd. Controleer de verbinding en probeer het opnieuw.");
    }
    button.disabled = false;
  }

  async function removeFile(row, button) {
    button.disabled = true;
    try {
      const data = await filesOf(await post(button.dataset.url, new FormData()));
      if (data.html === undefined) throw new Error(data.message);
      row.element.querySelector("[data-files]").innerHTML = data.html;
      row.element.querySelector(".upload summary").focus();
    } catch (error) {
      button.disabled = false;
    }
  }

  async function filesOf(response) {
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected) {
      signedOut = true;
      showOverall();
      return { message: "U bent uitgelogd. Log opnieuw in en voeg het bestand dan toe." };
    }
    if (!isJson) return { message: "Het bestand is niet toegevoegd. Laad de pagina opnieuw en probeer het nog eens." };
    return response.json();
  }

  function showMistake(place, input, text) {
    place.hidden = !text;
    place.querySelector("span").textContent = text;
    place.closest("[data-upload]").classList.toggle("field-error", Boolean(text));
    if (text) {
      input.setAttribute("aria-describedby", place.id);
      input.focus();
    }
  }

  /* What the person does -------------------------------------------------------------------------------------------------- */

  function rowOf(element) {
    const found = element.closest("[data-row]");
    return found && rows.get(found.dataset.row);
  }

  form.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.tagName === "TEXTAREA") row.edited(TYPING_PAUSE);
  });

  form.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (!row || event.target.type !== "radio") return;
    if (row.field("confirmed")) row.showConfirmed(false);
    row.showClearButtons();
    row.edited(0);
  });

  form.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (row && row.dirty && event.target.tagName === "TEXTAREA") row.save();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (button) rowOf(button).clearLevel(button);
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    event.preventDefault();
    const row = button && rowOf(button);
    if (button && button.name === "next") goTo(button.dataset.review);
    else if (row && button.name === "confirm") row.confirmLevels(button);
    else if (row && button.name === "resolve") row.save({ resolve: button.value });
    else if (row && button.name === "upload") sendFile(row, button);
    else if (row && button.name === "remove") removeFile(row, button);
    else flush();
  });

  window.addEventListener("beforeunload", (event) => {
    if (leaving || !all().some((row) => row.dirty)) return;
    event.preventDefault();
    event.returnValue = "";
  });

  window.addEventListener("online", retry);

  /* Signed in again in another tab? Then this one can go on. */
  window.addEventListener("focus", () => {
    if (!signedOut) return;
    signedOut = false;
    retry();
  });

  if (channel) {
    channel.addEventListener("message", (event) => {
      const row = rows.get(event.data.row);
      if (row) row.takeOver(event.data.data);
    });
  }

  for (const element of form.querySelectorAll("[data-row]")) rows.set(element.dataset.row, new Row(element));
  for (const row of all()) row.showClearButtons();
  document.querySelector("[data-save-all]").hidden = true;
  restore();
  for (const row of all()) if (!row.dirty && typedEarly(row)) row.edited(0);
})();
