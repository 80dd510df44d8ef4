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

document.addEventListener("DOMContentLoaded", focusErrorSummary);
document.addEventListener("keydown", closeMenuOnEscape);
document.addEventListener("submit", forgetOnSignOut);
