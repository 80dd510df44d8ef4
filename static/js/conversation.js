/* The conversation page: every text saves itself, and says so when it could not. Without this file one button saves all. */
"use strict";

(function () {
  const unsaved = new Set();
  const waiting = new Map();
  const stateOf = (field) => document.querySelector("#stand-" + field.name + " .status");

  function say(field, text, failed) {
    const state = stateOf(field);
    if (!state) return;
    state.textContent = text;
    state.className = failed ? "status late" : "status";
    bar();
  }

  function bar() {
    const line = document.querySelector("[data-save-state]");
    if (line) line.textContent = unsaved.size ? "Nog niet alles is opgeslagen." : "Wat u typt, wordt vanzelf opgeslagen.";
  }

  function fieldOf(event) {
    const field = event.detail && event.detail.elt;
    return field && field.matches && field.matches("[data-autosave]") ? field : null;
  }

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-autosave]")) return;
    unsaved.add(event.target.name);
    say(event.target, "nog niet opgeslagen", false);
  });

  function failed(event) {
    const field = fieldOf(event);
    if (field) say(field, "Niet opgeslagen. Uw tekst staat nog op dit scherm. Probeer het zo nog eens.", true);
  }
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => document.addEventListener(name, failed));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const field = fieldOf(event);
    if (field) waiting.set(field.name, field.value);
  });

  /* A whole page instead of a part: the session ended, or the round was closed. What was typed stays. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const whole = /^\s*<!doctype/i.test(event.detail.xhr.responseText);
    if (!whole) return;
    event.detail.shouldSwap = false;
    const field = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (field && field.name) say(field, "Niet opgeslagen: u bent uitgelogd of de ronde is gesloten. Kopieer uw tekst en laad de pagina opnieuw.", true);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const field = fieldOf(event);
    if (!field || !event.detail.successful) return;
    const xhr = event.detail.xhr;
    if (/^\s*<!doctype/i.test(xhr.responseText)) return;
    const now = document.getElementById(field.id);
    /* After a conflict the field was made anew: give back what was typed meanwhile. */
    if (xhr.getResponseHeader("HX-Retarget")) {
      if (now) now.value = field.value;
      return;
    }
    if (waiting.get(field.name) === field.value) unsaved.delete(field.name);
    else say(field, "nog niet opgeslagen", false);
    bar();
  });

  /* What was typed before this file arrived is saved now; the form asks browsers to put nothing back themselves. */
  document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("[data-autosave]")) {
      if (field.value === field.defaultValue) continue;
      unsaved.add(field.name);
      say(field, "nog niet opgeslagen", false);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    bar();
  });
  document.addEventListener("submit", (event) => { if (event.target.id === "gesprek") unsaved.clear(); });
  window.addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });
})();
