// Keeps a page true: hears of changes over the socket, fetches just the rows that changed, and replaces them in place.
// What no frame tells (rows outside the reader's filters, what others pause, share or rename) it asks for in outline,
// at most once a heartbeat and only while somebody looks: the server answers 304 as long as nothing changed.
import { keeping } from "./hand.js";
import { takeList, takeParts } from "./parts.js";
import { place, recount, settle } from "./rows.js";
import { cursor, listen } from "./socket.js";
import { tick, write } from "./times.js";

const MANY = 12; // changed rows from which on one request for all of them is cheaper than one for each
const AT_ONCE = 4;
const SPREAD = 4; // seconds; heartbeats reach everybody at the same moment
const AGES_EVERY = 3; // heartbeats after which it asks even if no event was written: words about time changed
const byId = (id) => document.getElementById(id);
const later = (seconds, act) => setTimeout(act, seconds * 1000);
const page = () => document.querySelector("[data-live]");
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// ------------------------------------------------------------------ what is to be done, one after the other
const changed = new Map(); // row id -> the kinds of change heard of
let outline = false; // wanted
let known = null; // the tag of the outline this page is like, while nothing else has touched it
let since = Number(page()?.dataset.after); // the event up to which the page is true; 0: in some part it may not be
let busy = false;

function doubt() {
  [known, since] = [null, 0];
}
async function work() {
  if (busy) return;
  busy = true;
  try {
    while (outline || changed.size) {
      const reached = outline || changed.size > MANY ? await look() : await fetchSome();
      if (!reached) break; // no connection: once the socket is back it goes on
    }
  } finally {
    busy = false;
  }
}
function want() {
  outline = true;
  work();
}
let soon = null;
function wantSoon() {
  soon ??= later(2, () => {
    soon = null;
    want();
  });
}

// The answer, or null without a connection; where somebody is signed out or has nothing to see any more, the page goes.
async function ask(address, headers = {}) {
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "text/html", ...headers }, credentials: "same-origin", cache: "no-store" });
  } catch {
    return null;
  }
  if (answer.redirected || [401, 403, 404].includes(answer.status)) location.reload();
  return answer;
}
function part(name, after = 0) {
  const address = new URL(location.href);
  address.searchParams.set("part", name);
  if (after) address.searchParams.set("since", after);
  address.hash = "";
  return address;
}

// ------------------------------------------------------------------ the page in outline
async function look() {
  outline = false;
  changed.clear(); // heard before: the answer knows of them
  const at = cursor();
  const after = page().hasAttribute("data-reading") ? 0 : since; // a first look writes rows without events
  const answer = await ask(part("outline", after), known ? { "If-None-Match": known } : {});
  if (!answer) outline = true;
  if (answer?.status === 304) since = at;
  if (!answer?.ok) return Boolean(answer);
  const next = parsed(await answer.text());
  const kept = take(next);
  const rows = takeRows(next, false);
  [known, since] = [answer.headers.get("ETag"), at];
  if (!kept) doubt();
  if (rows === null || rows.length > MANY) return wholeList();
  for (const id of rows) changed.set(id, changed.get(id) ?? new Set());
  return true;
}
// True unless something is in use and had to stay as it was.
function take(next) {
  let all = true;
  keeping(() => (all = takeParts(next)));
  for (const view of next.querySelectorAll("[data-view]")) showCount(view.dataset.view, view.textContent);
  page().toggleAttribute("data-reading", next.querySelector("[data-live]")?.hasAttribute("data-reading"));
  document.title = next.title;
  tick();
  return all;
}
function takeRows(next, whole) {
  const [mine, theirs] = [byId("list"), next.getElementById("list")];
  // Another search by the same address (one's default view, say): that is another page.
  if (Boolean(mine) !== Boolean(theirs) || mine?.dataset.rowQuery !== theirs?.dataset.rowQuery) location.reload();
  let rows = [];
  keeping(() => (rows = takeList(next, whole)));
  settle();
  return rows;
}
async function wholeList() {
  const answer = await ask(part("main"));
  if (answer?.ok) takeRows(parsed(await answer.text()), true);
  else doubt();
  if (!answer) outline = true;
  return Boolean(answer);
}

// ------------------------------------------------------------------ single rows
async function fetchSome() {
  const some = [...changed].slice(0, AT_ONCE);
  for (const [id] of some) changed.delete(id);
  const reached = await Promise.all(some.map(([id, kinds]) => fetchRow(id, kinds)));
  settle();
  return !reached.includes(false);
}
async function fetchRow(id, kinds) {
  const path = id.slice("pr-".length).split("/").map(encodeURIComponent).join("/");
  const query = byId("list")?.dataset.rowQuery;
  const answer = await ask(`/pull-requests/${path}/row?changed=${[...kinds].join(",")}${query ? `&${query}` : ""}`);
  if (!answer) {
    changed.set(id, kinds);
    doubt();
  }
  if (answer?.ok) show(id, answer.status === 200 ? parsed(await answer.text()).querySelector(".row") : null);
  return Boolean(answer);
}
function show(id, row) {
  const old = byId(id);
  if (!row && !old) return;
  known = null;
  if (row && (!byId("list") || byId("list").dataset.empty)) return want();
  if (row && !old && Number(new URLSearchParams(location.search).get("page")) > 1) return wantSoon(); // it stands on the first
  let placed = true;
  keeping(() => {
    if (row) placed = place(row);
    else old.remove();
    recount();
  });
  const [, repository, number] = id.match(/([^/]+)\/(\d+)$/);
  say(`${repository}#${number}: ${row ? row.querySelector(".now")?.textContent ?? "changed" : "left this list"}`);
  countViews();
  if (!placed || (!row && !document.querySelector("#list .row"))) want();
  else if (Number(byId("list").dataset.elsewhere)) wantSoon(); // one more here is one less on the next page
}
function say(words) {
  write(byId("said"), words);
}

// ------------------------------------------------------------------ the counts beside the views, once things are calm
let counting = null;
function countViews() {
  clearTimeout(counting);
  counting = later(0.3, async () => {
    try {
      const answer = await fetch("/api/v1/views?limit=500", { credentials: "same-origin" });
      if (answer.ok) (await answer.json()).items.forEach(showView);
    } catch {
      // Without a connection they stay as they are; the banner says so.
    }
  });
}
function showView(view) {
  showCount(view.id, String(view.count ?? "?"));
  if (!view.default || !byId("list")) return;
  const bare = document.title.replace(/^\(\d+\) /, "");
  document.title = view.count ? `(${view.count}) ${bare}` : bare;
}
function showCount(id, count) {
  const shown = document.querySelector(`.nav [data-view="${CSS.escape(id)}"]`);
  write(shown, count);
  if (id === "waiting") shown?.classList.toggle("hot", Number(count) > 0);
}

// ------------------------------------------------------------------ what the socket says
let beats = 0;
let overslept = false;
const whom = {
  frame(frame) {
    if (frame.type === "pr_update") hear(frame.data);
    else if (isOurs(frame.data.repository) && page().dataset.repository) wantSoon();
  },
  beat() {
    beats += 1;
    if (beats % AGES_EVERY === 0) doubt();
    if (document.hidden) overslept = true;
    else later(Math.random() * SPREAD, want);
  },
  back: () => want(),
  anew: () => want(),
};
const isOurs = (repository) => [undefined, repository.toLowerCase()].includes(page().dataset.repository?.toLowerCase());

function hear({ repository, pull_request: pull, changes }) {
  if (page().dataset.pullRequest) {
    if (page().dataset.pullRequest.toLowerCase() === `${repository}#${pull.number}`.toLowerCase()) want();
    return countViews();
  }
  if (!isOurs(repository)) return countViews();
  const id = `pr-${repository}/${pull.number}`;
  changed.set(id, new Set([...(changed.get(id) ?? []), ...changes]));
  work();
}

// The list of repositories asks by htmx: not while nobody looks either.
document.addEventListener("htmx:beforeRequest", (event) => document.hidden && event.preventDefault());

if (page()) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !overslept) return;
    overslept = false;
    want();
  });
  // A first look writes rows without events: while one is under way the page asks again by itself.
  setInterval(() => !document.hidden && page()?.hasAttribute("data-reading") && want(), 3000);
  listen(Number(page().dataset.after), whom);
}
