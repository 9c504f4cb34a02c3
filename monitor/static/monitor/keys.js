// Single keys: j and k move through rows, o opens on GitHub, / searches, g goes, ? shows them all.
"use strict";
(() => {
  const help = document.getElementById("help");
  const show = () => help && !help.open && help.showModal();
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) show();
    if (event.target === help) help.close(); // the backdrop
  });
  if (document.body.dataset.keys === "off") return;
  for (const bar of document.querySelectorAll("[data-keys-bar]")) bar.hidden = false;

  const links = () => [...document.querySelectorAll(".row .row-title > a")].filter((link) => link.offsetParent);
  const current = () => document.activeElement?.closest?.(".row");
  function move(step) {
    const all = links();
    const here = all.indexOf(current()?.querySelector(".row-title > a"));
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
    next?.focus({ preventScroll: true });
    next?.closest(".row").scrollIntoView({ block: "nearest" });
  }
  function onGitHub() {
    const link = current()?.querySelector(".act-main") ?? document.getElementById("on-github");
    if (link) window.open(link.href, "_blank", "noopener");
  }
  function search() {
    const field = document.getElementById("q");
    field?.focus();
    field?.select();
  }
  const view = (id) => document.querySelector(`.nav a:has([data-view="${id}"])`)?.href;
  const VIEWS = { i: "waiting", m: "mine", t: "team", c: "code", b: "bots", z: "snoozed", r: "merged" };
  const place = (key) => ({ a: "/?q=is%3Aopen", p: "/repositories" })[key] ?? (VIEWS[key] && view(VIEWS[key]));
  let going = 0;
  const ACTS = { j: () => move(1), k: () => move(-1), o: onGitHub, "/": search, "?": show, g: () => (going = Date.now()) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && event.target.id === "q") return event.target.blur();
    if (typing || help?.open) return;
    if (Date.now() - going < 1500 && place(event.key)) {
      event.preventDefault();
      location.assign(place(event.key));
      return;
    }
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
