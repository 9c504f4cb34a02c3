// Where the reader's hand is: what one points at, types in or has under the keyboard stays where it is.
const MOVING = 5000; // ms; a pointer that has rested longer is not about to click
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
const byId = (id) => document.getElementById(id);

let pointed = 0;
addEventListener("pointermove", (event) => (pointed = event.target.closest?.("#list") ? Date.now() : 0), { passive: true });

// Whether somebody is at the list just now: then its rows keep their order.
export function inHand() {
  const focused = byId("list")?.contains(document.activeElement);
  return !document.hidden && (focused || Date.now() - pointed < MOVING);
}

// Whether a part of the page must not be replaced now: a menu is open in it, or somebody types.
export function inUse(part) {
  return part.querySelector("details[open]") || part.contains(document.activeElement?.closest("input, select, textarea"));
}

// Does something to the page and leaves focus and what one looks at where they were.
export function keeping(act) {
  const restore = focus();
  const stay = scroll();
  act();
  restore();
  stay();
}

function focus() {
  const active = document.activeElement;
  const row = active?.closest?.(".row");
  const place = row ? [...row.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
  const list = row?.parentElement;
  const rank = list ? [...list.children].indexOf(row) : -1;
  return () => {
    if (!active || active === document.body || (active.isConnected && active === document.activeElement)) return;
    const next = row ? byId(row.id) ?? list.children[Math.min(rank, list.children.length - 1)] : byId(active.id);
    const target = row ? [...(next?.querySelectorAll(FOCUSABLE) ?? [])][place] ?? next?.querySelector("a") : next;
    target?.focus({ preventScroll: true });
  };
}

// The row with the focus stays; without one, most of what is on the screen does, whichever rows come, go or change places.
function scroll() {
  const shown = [...document.querySelectorAll(".row, [data-part]")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.height && box.bottom > 0 && box.top < innerHeight;
  });
  const tops = shown.map((one) => [one.id, one.getBoundingClientRect().top]);
  const held = document.activeElement?.closest?.(".row")?.id;
  return () => {
    if (scrollY <= 0) return;
    const moved = tops.filter(([id]) => byId(id)).map(([id, top]) => [id, byId(id).getBoundingClientRect().top - top]);
    const mine = moved.find(([id]) => id === held);
    const steps = moved.map(([, by]) => by).sort((one, other) => one - other);
    const by = mine ? mine[1] : steps[Math.floor(steps.length / 2)] ?? 0;
    if (by) scrollBy(0, by);
  };
}
