/* A form that saves itself while somebody types: <form data-autosave>. Without this file its button saves all.

   It is posted with the header X-Autosave; the view answers with JSON (`autosaved` in swvportal/lib/forms.py). What the
   page knows of the state is said in [data-save-state]. Optional: data-csrf (the name of the cookie with the token),
   data-sign-in (where to sign in again), and [data-part] around each part that counts in [data-done-count] and
   [data-progress]. */
"use strict";

(function () {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch || !window.FormData) return;

  const TYPING_PAUSE = 3000;
  const FIRST_RETRY = 2000;
  const LAST_RETRY = 30000;
  const state = document.querySelector("[data-save-state]");
  const bases = form.elements.bases;
  let edits = 0; // counts what was typed; a save acknowledges the edits that it carried
  let saved = 0;
  let busy = false;
  let timer = 0;
  let retryDelay = FIRST_RETRY;
  let halted = Boolean(form.querySelector("[data-conflict]")); // only the person can go on: by choosing, or signing in
  let leaving = false;
  let pressed = null;

  const dirty = () => edits > saved;

  /* What the page says ------------------------------------------------------------------------------------------------ */

  function say(kind, text, link) {
    if (!state || state.dataset.said === text) return; // said again only when it changed
    const span = document.createElement("span");
    span.className = `status ${kind}`;
    const words = document.createElement("span"); // one run of text, so that the link follows the last word
    words.append(text);
    if (link) words.append(" ", link);
    span.append(words);
    state.replaceChildren(span);
    state.dataset.said = text;
  }

  function fieldNamed(name) {
    return document.getElementById(`div_id_${name}`) || document.getElementById(`veld-${name}`);
  }

  function showErrors(errors) {
    clearErrors();
    const other = [];
    for (const [name, texts] of Object.entries(errors)) {
      const place = fieldNamed(name);
      if (!place) {
        other.push(...texts);
        continue;
      }
      const line = document.createElement("div");
      line.className = "invalid-feedback";
      line.dataset.autosaveError = "";
      line.textContent = texts.join(" ");
      place.classList.add("field-error");
      const control = place.querySelector("textarea, select, input:not([type=radio]), .levels, .choices");
      if (control) control.before(line);
      else place.append(line);
    }
    return other;
  }

  /* What the server asks at fields that two people changed. Returns a link to the first. */
  function showChoices(conflicts) {
    let link = null;
    for (const [name, html] of Object.entries(conflicts)) {
      const place = fieldNamed(name);
      if (!place) continue;
      place.insertAdjacentHTML("beforeend", html);
      const asked = place.querySelector("[data-conflict]");
      if (link) continue;
      link = document.createElement("a");
      link.href = `#${asked.id}`;
      link.textContent = "Naar het veld";
      link.addEventListener("click", () => asked.focus());
    }
    return link;
  }

  function clearErrors() {
    for (const line of form.querySelectorAll("[data-autosave-error]")) {
      const place = line.closest(".field-error");
      if (place) place.classList.remove("field-error");
      line.remove();
    }
  }

  function isFilled(part) {
    const controls = Array.from(part.querySelectorAll("textarea, input, select")).filter((control) => !control.closest("[data-conflict]"));
    const radios = controls.filter((control) => control.type === "radio");
    if (radios.length) return radios.some((radio) => radio.checked && radio.value);
    const boxes = controls.filter((control) => control.type === "checkbox");
    if (boxes.length && boxes.length === controls.length) return boxes.some((box) => box.checked);
    return controls.some((control) => control.value.trim());
  }

  function showProgress() {
    const parts = Array.from(form.querySelectorAll("[data-part]"));
    const done = parts.filter(isFilled).length;
    const count = document.querySelector("[data-done-count]");
    const bar = document.querySelector("[data-progress]");
    if (count) count.textContent = done;
    if (bar) bar.value = done;
  }

  /* Saving -------------------------------------------------------------------------------------------------------------- */

  function token() {
    const name = form.dataset.csrf;
    const pair = name && document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return pair ? decodeURIComponent(pair.slice(name.length + 1)) : form.elements.csrfmiddlewaretoken.value;
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function edited(pause) {
    edits += 1;
    showProgress();
    if (halted) return;
    say("status-todo", "Nog niet opgeslagen");
    later(pause);
  }

  async function save() {
    clearTimeout(timer);
    if (busy || halted || leaving || !dirty()) return;
    busy = true;
    const carried = edits;
    let again = 0;
    try {
      const response = await fetch(form.action || location.href, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
        headers: { Accept: "application/json", "X-Autosave": "1", "X-CSRFToken": token() },
      });
      again = await read(response, carried);
    } catch (error) {
      again = retryDelay;
      retryDelay = Math.min(retryDelay * 2, LAST_RETRY);
      say("status-late", "Niet opgeslagen: geen verbinding. Uw tekst staat nog op dit scherm.");
    }
    busy = false;
    if (pressed !== null) submitNow();
    else if (again) later(again);
  }

  /* What the server said. Returns after how long to save again, 0 for not by itself. Throws to try again later. */
  async function read(response, carried) {
    if (response.status >= 500 || response.status === 429) throw new Error("try again");
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected || response.status === 401) return signedOut();
    if (!isJson) {
      halted = true;
      say("status-late", "Niet opgeslagen. Uw tekst staat nog op dit scherm. Kopieer hem en laad de pagina opnieuw.");
      return 0;
    }
    retryDelay = FIRST_RETRY;
    const data = await response.json();
    return response.ok ? accept(data, carried) : refuse(response, data, carried);
  }

  function accept(data, carried) {
    saved = Math.max(saved, carried);
    bases.value = data.bases;
    clearErrors();
    if (dirty()) return TYPING_PAUSE;
    say("status-done", `Opgeslagen om ${data.at}`);
    return 0;
  }

  function refuse(response, data, carried) {
    const other = showErrors(data.errors);
    if (response.status === 409) {
      halted = true;
      const first = showChoices(data.conflicts || {});
      say("status-late", other.join(" ") || "Niet opgeslagen: iemand anders schreef hier ook. Beide teksten zijn bewaard. Kies wat blijft en sla opnieuw op.", first);
      return 0;
    }
    say("status-late", other.join(" ") || "Niet opgeslagen: er klopt iets niet. Kijk bij de rode velden. Uw tekst staat nog op dit scherm.");
    return edits > carried ? TYPING_PAUSE : 0;
  }

  function signedOut() {
    const text = "U bent uitgelogd. Uw tekst staat nog op dit scherm. Log in op een nieuw tabblad, kom hier terug en typ verder.";
    let link = null;
    if (form.dataset.signIn) {
      link = document.createElement("a");
      link.href = form.dataset.signIn;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = "Inloggen op een nieuw tabblad";
    }
    say("status-late", text, link);
    return 0;
  }

  /* The button --------------------------------------------------------------------------------------------------------- */

  function submitNow() {
    const button = pressed;
    pressed = null;
    form.requestSubmit(button || undefined);
  }

  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy) {
      /* Wait for the answer: with the old bases this save would meet the one that is under way. */
      event.preventDefault();
      pressed = event.submitter || undefined;
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      say("status-late", "Niet opgeslagen: geen verbinding. Uw tekst staat nog op dit scherm.");
      return;
    }
    leaving = true;
  });

  form.addEventListener("input", () => edited(TYPING_PAUSE));
  form.addEventListener("change", () => {
    if (dirty()) later(0);
  });
  window.addEventListener("online", () => {
    retryDelay = FIRST_RETRY;
    if (dirty()) later(0);
  });
  /* Back from another page, or after a save that did not get through: the form is here still. */
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  if (halted) say("status-late", "Nog niet alles is opgeslagen. Kies wat blijft en sla opnieuw op.");
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && (dirty() || busy)) event.preventDefault();
  });
  showProgress();
})();
