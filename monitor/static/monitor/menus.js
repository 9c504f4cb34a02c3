// Menus close by Escape, which gives the focus back to what opened them, and by a click elsewhere.
"use strict";
(() => {
  const open = () => [...document.querySelectorAll("details.drop[open], details.watching[open]")];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
    const menu = open().find((one) => one.contains(document.activeElement)) ?? open().at(-1);
    if (!menu) return;
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (menu.matches(".drop") && !menu.contains(event.target)) menu.open = false;
  });
})();
