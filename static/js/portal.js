/* Small behaviour that every page may use. Everything works without it. */
"use strict";

/* After a refused form the summary of mistakes gets the focus, so that it is read out first. */
function focusErrorSummary() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

/* Escape closes the folded menu and gives the focus back to its button. */
function closeMenuOnEscape(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
}

/* Texts that wait in this browser for a connection go when one signs out: the next person may use the same computer. */
function forgetOnSignOut(event) {
  if (event.target.matches("form[data-sign-out]")) localStorage.clear();
}

/* What a form could not save yet waits in the local storage under "portal:<user>:<form>" (form.js). It is erased at
   signing out, when somebody else is signed in, and after a day. */
const KEPT_FOR = 24 * 3600 * 1000;

function eraseKept(isErased) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("portal:") && isErased(key)) localStorage.removeItem(key);
    }
  } catch (error) {
    /* no local storage: then nothing was kept */
  }
}

function isOld(key) {
  try {
    const rows = Object.values(JSON.parse(localStorage.getItem(key)));
    return rows.every((row) => Date.now() - row.at > KEPT_FOR);
  } catch (error) {
    return true;
  }
}

function tidyKept() {
  const user = document.body.dataset.user;
  eraseKept((key) => isOld(key) || Boolean(user && !key.startsWith(`portal:${user}:`)));
  const signOut = document.querySelector("form[data-sign-out]");
  if (signOut) signOut.addEventListener("submit", () => eraseKept(() => true));
}

document.addEventListener("DOMContentLoaded", tidyKept);
document.addEventListener("DOMContentLoaded", focusErrorSummary);
document.addEventListener("keydown", closeMenuOnEscape);
document.addEventListener("submit", forgetOnSignOut);
