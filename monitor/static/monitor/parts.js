// Takes over what the server says of the page now: its parts, and which rows its list has.
import { inUse } from "./hand.js";
import { groups, place, recount } from "./rows.js";
import { write } from "./times.js";

const byId = (id) => document.getElementById(id);

// An element without what moves by itself: times, tokens of forms, what is fresh or next, whether the socket is open.
function reduced(element) {
  const copy = element.cloneNode(true);
  for (const moving of copy.querySelectorAll("input[name=csrfmiddlewaretoken], .live")) moving.remove();
  for (const time of copy.querySelectorAll("time")) time.textContent = "";
  return copy.outerHTML.replace(/\s+/g, " ");
}

function retime(mine, theirs) {
  const times = theirs.querySelectorAll("time:not(.live time)");
  mine.querySelectorAll("time:not(.live time)").forEach((time, index) => times[index] && write(time, times[index].textContent));
}

// False: it is in use, and stays as it is for now.
function swap(mine, theirs) {
  if (reduced(mine) === reduced(theirs)) retime(mine, theirs);
  else if (inUse(mine)) return false;
  else {
    const live = mine.querySelector("#live");
    if (live) theirs.querySelector("#live")?.replaceWith(live);
    mine.replaceWith(theirs);
  }
  return true;
}

export function takeParts(next) {
  let all = true;
  for (const theirs of [...next.querySelectorAll("[data-part]")]) {
    const mine = byId(theirs.id);
    if (mine && !swap(mine, theirs)) all = false;
  }
  return all;
}

// The ids of rows that have to be fetched, or null where the list is needed as a whole.
export function takeList(next, whole) {
  const mine = byId("list");
  const theirs = next.getElementById("list");
  if (!mine || !theirs) return [];
  if (mine.dataset.empty || theirs.dataset.empty) return takeOther(mine, theirs, whole);
  mine.dataset.elsewhere = theirs.dataset.elsewhere;
  takePager(mine, theirs);
  const rows = [...theirs.querySelectorAll(".row")];
  const there = new Set(rows.map((row) => row.id));
  for (const row of mine.querySelectorAll(".row")) if (!there.has(row.id)) row.remove();
  takeGroups(mine, theirs);
  const changed = rows.filter((row) => !sameRow(byId(row.id), row));
  if (whole) changed.forEach(place);
  recount();
  return whole ? [] : changed.map((row) => row.id);
}

// From an empty page to rows or back: one replaces the other.
function takeOther(mine, theirs, whole) {
  if (!theirs.dataset.empty && !whole) return null;
  swap(mine, theirs);
  recount();
  return [];
}

function takePager(mine, theirs) {
  const [old, pager] = [mine.querySelector(".pager"), theirs.querySelector(".pager")];
  if (old && pager) old.replaceWith(pager);
  else if (pager) mine.append(pager);
  else old?.remove();
}

// Groups come and go where they are repositories.
function takeGroups(mine, theirs) {
  const here = new Map(groups().map((group) => [group.dataset.group, group]));
  let above = null;
  for (const group of theirs.querySelectorAll(".rows-of")) {
    const own = here.get(group.dataset.group) ?? withoutRows(group);
    own.dataset.outside = group.dataset.outside;
    here.delete(group.dataset.group);
    if (!own.isConnected) above ? above.after(own) : mine.querySelector(".bar").after(own);
    above = own;
  }
  for (const gone of here.values()) if (!gone.querySelector(".row")) gone.remove();
}
function withoutRows(group) {
  const copy = document.importNode(group, true);
  copy.querySelector("ul").replaceChildren();
  return copy;
}

// The same row; then only how long it has waited is taken over.
function sameRow(mine, theirs) {
  if (mine?.dataset.version !== theirs.dataset.version) return false;
  const waited = theirs.querySelector(".row-age time:not([data-age])") ?? theirs.querySelector(":scope > time");
  if (waited) write(mine.querySelector(".row-age time"), waited.textContent);
  return true;
}
