// Keeps a page true: hears of changes over the socket, fetches just the rows that changed, and replaces them in place.
"use strict";
(() => {
  const page = document.querySelector("[data-live]");
  const byId = (id) => document.getElementById(id);
  const later = (seconds, act) => setTimeout(act, seconds * 1000);

  // ------------------------------------------------------------------ times in words, as the server writes them
  const two = (large, unit, small, under) => (small ? `${large} ${unit} ${small} ${under}` : `${large} ${unit}`);
  function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} m`;
    if (whole < 86400) return two(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "m");
    if (whole < 1209600) return two(Math.floor(whole / 86400), "d", Math.floor((whole % 86400) / 3600), "h");
    return `${Math.floor(whole / 86400)} d`;
  }
  const clock = (moment) => moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  function write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }
  function tick() {
    for (const time of document.querySelectorAll("time[data-ago], time[data-age]")) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      if (time.hasAttribute("data-age")) write(time, duration(seconds));
      else if (seconds < 3600) write(time, `${duration(seconds)} ago`);
    }
    for (const now of document.querySelectorAll("[data-now]")) {
      now.seen ??= new Date();
      if (Date.now() - now.seen > 60000) write(now, `at ${clock(now.seen)}`);
    }
  }
  setInterval(tick, 10000);
  if (!page) return;

  // ------------------------------------------------------------------ replacing without disturbing
  const reduced = (element) => {
    const copy = element.cloneNode(true);
    for (const input of copy.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.remove();
    for (const fresh of copy.querySelectorAll(".now")) fresh.remove();
    for (const time of copy.querySelectorAll("time")) time.textContent = "";
    copy.classList.remove("is-fresh", "is-new", "is-next");
    return copy.outerHTML.replace(/\s+/g, " ");
  };
  const same = (one, other) => reduced(one) === reduced(other);
  const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

  // Does something to the page and leaves focus and what one looks at where they were.
  function keeping(act) {
    const active = document.activeElement;
    const row = active?.closest?.(".row");
    const place = row ? [...row.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
    const list = row?.parentElement;
    const rank = list ? [...list.children].indexOf(row) : -1;
    const anchors = [...document.querySelectorAll(".row, [data-part]")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.height && box.bottom > 0 && box.top < innerHeight;
    });
    const tops = anchors.map((one) => [one.id, one.getBoundingClientRect().top]);
    act();
    if (active && active !== document.body && !active.isConnected) {
      const next = row ? byId(row.id) ?? list.children[Math.min(rank, list.children.length - 1)] : byId(active.id);
      const target = row ? [...(next?.querySelectorAll(FOCUSABLE) ?? [])][place] ?? next?.querySelector("a") : next;
      target?.focus({ preventScroll: true });
    }
    if (scrollY > 0) {
      const [id, top] = tops.find(([name]) => byId(name)) ?? [];
      const moved = id ? byId(id).getBoundingClientRect().top - top : 0;
      if (moved) scrollBy(0, moved);
    }
  }

  function say(words) {
    const said = byId("said");
    if (said) said.textContent = words;
  }

  // ------------------------------------------------------------------ rows
  const groups = () => [...document.querySelectorAll("#list .rows-of")];
  const parsed = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  };
  function insert(row) {
    const group = groups().find((one) => one.dataset.group === row.dataset.group);
    if (!group) return false;
    const rows = [...group.querySelectorAll(".row")];
    const after = rows.find((one) => Number(one.dataset.order) > Number(row.dataset.order));
    group.querySelector("ul").insertBefore(row, after ?? null);
    return true;
  }
  function place(row) {
    const old = byId(row.id);
    row.classList.add("is-fresh");
    if (!old && Number(new URLSearchParams(location.search).get("page")) > 1) return true; // new ones stand on the first
    if (!old) {
      row.classList.add("is-new");
      return insert(row);
    }
    const held = old.contains(document.activeElement) || old.matches(":hover");
    if (old.dataset.group === row.dataset.group || held) old.replaceWith(row);
    else {
      old.remove();
      return insert(row);
    }
    return true;
  }
  function recount() {
    let total = 0;
    for (const group of groups()) {
      const rows = group.querySelectorAll(".row");
      group.hidden = rows.length === 0;
      const count = rows.length + Number(group.dataset.outside);
      write(group.querySelector("[data-count]"), String(count));
      total += count;
      if (group.dataset.group === "turn") rows.forEach((row, rank) => row.classList.toggle("is-next", rank === 0));
    }
    const sum = byId("sum");
    if (sum && groups().length && !page.hasAttribute("data-one-repository")) {
      const number = sum.querySelector("b") ?? sum.appendChild(document.createElement("b"));
      write(number, String(total));
      sum.replaceChildren(number, ` pull request${total === 1 ? "" : "s"}`);
    }
    countViews();
  }

  // The counts beside the views: asked for once things are calm.
  let counting = null;
  function countViews() {
    clearTimeout(counting);
    counting = later(0.3, async () => {
      try {
        const answer = await fetch("/api/v1/views?limit=500", { credentials: "same-origin" });
        if (answer.ok) (await answer.json()).items.forEach(showCount);
      } catch {
        // Without a connection they stay as they are; the banner says so.
      }
    });
  }
  function showCount(view) {
    const shown = document.querySelector(`[data-view="${CSS.escape(view.id)}"]`);
    if (shown) write(shown, String(view.count ?? "?"));
    if (view.id === "waiting") shown?.classList.toggle("hot", view.count > 0);
    if (!view.default || !document.querySelector("#list")) return;
    const bare = document.title.replace(/^\(\d+\) /, "");
    document.title = view.count ? `(${view.count}) ${bare}` : bare;
  }

  const changed = new Map(); // row id -> {address, kinds}
  let busy = false;
  function hear(frame) {
    const { repository, pull_request: pull, changes } = frame.data;
    const id = `pr-${repository}/${pull.number}`;
    if (page.dataset.pullRequest) {
      if (page.dataset.pullRequest.toLowerCase() === `${repository}#${pull.number}`.toLowerCase()) reload();
      return;
    }
    const known = changed.get(id) ?? { repository, number: pull.number, title: pull.title, kinds: new Set() };
    for (const kind of changes) known.kinds.add(kind);
    changed.set(id, known);
    if (!busy) pump();
  }
  async function pump() {
    busy = true;
    try {
      while (changed.size) {
        if (changed.size > 30) {
          changed.clear();
          await reload();
          continue;
        }
        const some = [...changed].slice(0, 4);
        for (const [id] of some) changed.delete(id);
        const reached = await Promise.all(some.map(([id, change]) => refresh(id, change)));
        if (reached.includes(false)) break; // no connection: once the socket is back they are fetched
      }
    } finally {
      busy = false;
    }
  }
  async function refresh(id, change) {
    const [owner, name] = change.repository.split("/").map(encodeURIComponent);
    const query = byId("list")?.dataset.rowQuery;
    const kinds = [...change.kinds].join(",");
    const address = `/pull-requests/${owner}/${name}/${change.number}/row?changed=${kinds}${query ? `&${query}` : ""}`;
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin" });
    } catch {
      changed.set(id, change);
      return false;
    }
    if (answer.redirected) location.reload(); // signed out: the server shows where to sign in
    else if (answer.status === 200 || answer.status === 204) await show(id, change, answer);
    return true;
  }
  async function show(id, change, answer) {
    const row = answer.status === 200 ? parsed(await answer.text()) : null;
    const old = byId(id);
    if (!row && !old) return;
    if (row && byId("list")?.dataset.empty) return reload();
    let placed = true;
    keeping(() => {
      if (row) placed = place(row);
      else old.remove();
      recount();
    });
    say(`${change.repository.split("/")[1]}#${change.number}: ${row?.querySelector(".now")?.textContent ?? "left this list"}`);
    if (!placed || (!row && !document.querySelector("#list .row"))) await reload();
  }

  // ------------------------------------------------------------------ the whole page again, where rows are not enough
  let reloading = null;
  let again = false;
  function reload() {
    if (reloading) {
      again = true;
      return reloading;
    }
    reloading = fetchPage().finally(() => {
      reloading = null;
      if (again) {
        again = false;
        reload();
      }
    });
    return reloading;
  }
  async function fetchPage() {
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    } catch {
      return;
    }
    if (answer.redirected) return location.reload();
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    keeping(() => {
      for (const part of document.querySelectorAll("[data-part]")) swap(part, next.getElementById(part.id));
      merge(byId("list"), next.getElementById("list"));
      recount();
    });
    const reading = next.querySelector("[data-live]")?.hasAttribute("data-reading");
    page.toggleAttribute("data-reading", Boolean(reading));
    document.title = next.title;
    tick();
  }
  function swap(part, next) {
    if (!next || same(part, next)) return;
    if (part.querySelector("details[open]") || part.contains(document.activeElement?.closest("input, select, textarea"))) return;
    const live = part.querySelector("#live");
    part.replaceWith(next);
    if (live) byId("live")?.replaceWith(live);
  }
  function merge(list, next) {
    if (!list || !next) return;
    if (list.dataset.empty !== next.dataset.empty) return list.replaceWith(next);
    if (list.dataset.empty) return swap(list, next);
    list.toggleAttribute("data-partly-live", next.hasAttribute("data-partly-live"));
    const rows = new Map([...next.querySelectorAll(".row")].map((row) => [row.id, row]));
    for (const row of list.querySelectorAll(".row")) if (!rows.has(row.id)) row.remove();
    for (const group of groups()) {
      const other = [...next.querySelectorAll(".rows-of")].find((one) => one.dataset.group === group.dataset.group);
      if (other) group.dataset.outside = other.dataset.outside;
    }
    for (const row of rows.values()) {
      const old = byId(row.id);
      if (!old || !same(old, row)) place(row);
    }
  }

  // ------------------------------------------------------------------ the socket
  const WAITS = [1, 2, 4, 8, 15, 30];
  const SILENCE = 50; // seconds; a heartbeat comes every 20
  let cursor = Number(page.dataset.after);
  let socket = null;
  let failed = 0;
  let awaySince = null;
  let missed = 0;
  let retry = null;
  let due = 0;
  let watchdog = null;

  function connect() {
    clearTimeout(retry);
    retry = null;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(`${scheme}//${location.host}/api/v1/ws/me?after=${cursor}&batch=1`);
    socket = mine;
    mine.onmessage = (event) => mine === socket && receive(JSON.parse(event.data));
    mine.onclose = (event) => mine === socket && lost(event.code);
    guard();
  }
  function guard() {
    clearTimeout(watchdog);
    watchdog = later(SILENCE, () => socket?.close());
  }
  function receive(frame) {
    guard();
    if (frame.type === "batch") frame.data.forEach(receive);
    else if (frame.type === "ready") ready(frame.data.cursor);
    else if (frame.type === "pr_update") {
      cursor = Math.max(cursor, frame.id);
      if (awaySince) missed += 1;
      hear(frame);
    } else if (frame.type === "resync") {
      cursor = frame.data.cursor;
      reload();
    } else if (frame.type === "heartbeat") {
      cursor = Math.max(cursor, frame.data.cursor);
      if (!document.hidden && (byId("list")?.dataset.empty || document.querySelector("[data-partly-live]"))) reload();
    }
  }
  function ready(at) {
    cursor = Math.max(cursor, at);
    failed = 0;
    const live = byId("live");
    live?.classList.remove("off");
    if (live) write(live, "Live");
    byId("away").hidden = true;
    if (awaySince && missed) {
      const changes = `${missed} change${missed === 1 ? "" : "s"} while you were away ${missed === 1 ? "is" : "are"} in the list now.`;
      byId("back").querySelector("[data-back-words]").textContent = changes;
      byId("back").hidden = false;
      later(12, () => (byId("back").hidden = true));
    }
    awaySince = null;
    missed = 0;
    if (changed.size && !busy) pump();
  }
  function lost(code) {
    clearTimeout(watchdog);
    socket = null;
    if (code === 4401) return location.reload(); // signed out: the server shows where to sign in
    awaySince ??= new Date();
    const live = byId("live");
    live?.classList.add("off");
    if (live) write(live, `As of ${clock(awaySince)}`);
    if (document.hidden && failed > 3) return; // nobody looks: coming back to the page tries at once
    const wait = code === 4408 ? 0 : WAITS[Math.min(failed, WAITS.length - 1)] * (0.75 + Math.random() / 2);
    failed += 1;
    due = Date.now() + wait * 1000;
    retry = later(wait, connect);
    if (failed > 1) announce();
  }
  function announce() {
    const away = byId("away");
    const words = () => {
      const seconds = Math.max(0, Math.ceil((due - Date.now()) / 1000));
      const next = retry ? `Trying again in ${seconds} s.` : "Trying again.";
      return `Showing the list as of ${clock(awaySince)}. ${next}`;
    };
    if (away.hidden) {
      away.hidden = false;
      const counting = setInterval(() => {
        if (away.hidden || !awaySince) return clearInterval(counting);
        write(away.querySelector("[data-away-words]"), words());
      }, 1000);
    }
    write(away.querySelector("[data-away-words]"), words());
  }
  function tryNow() {
    if (!socket) {
      failed = Math.min(failed, 1);
      connect();
    }
  }
  document.addEventListener("click", (event) => event.target.closest("[data-try-now]") && tryNow());
  document.addEventListener("visibilitychange", () => !document.hidden && tryNow());
  addEventListener("online", tryNow);
  addEventListener("pagehide", () => {
    const mine = socket;
    socket = null;
    clearTimeout(watchdog);
    clearTimeout(retry);
    mine?.close();
  });
  addEventListener("pageshow", (event) => event.persisted && tryNow());

  // A first look writes rows without events: while one is under way the page asks again by itself.
  setInterval(() => !document.hidden && page.hasAttribute("data-reading") && reload(), 3000);
  connect();
})();
