// The live socket: opened again with its cursor whenever it is lost, and a banner that says so.
import { clock, write } from "./times.js";

const WAITS = [1, 2, 4, 8, 15, 30];
const SILENCE = 50; // seconds; a heartbeat comes every 20
const byId = (id) => document.getElementById(id);
const later = (seconds, act) => setTimeout(act, seconds * 1000);

let told = null; // whom frames are given to
let upTo = 0;
let socket = null;
let failed = 0;
let awaySince = null;
let missed = 0;
let retry = null;
let due = 0;
let watchdog = null;

// Gives `frame` each frame of a change or of numbers, and calls `beat` at a heartbeat, `back` after an absence, `anew`
// when too much was missed to be told.
export function listen(after, whom) {
  upTo = after;
  told = whom;
  connect();
}

// The event up to which this page was told of all that concerns its reader.
export const cursor = () => upTo;

function connect() {
  clearTimeout(retry);
  retry = null;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const mine = new WebSocket(`${scheme}//${location.host}/api/v1/ws/me?after=${upTo}&batch=1`);
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
    upTo = Math.max(upTo, frame.id);
    if (awaySince) missed += 1;
    told.frame(frame);
  } else if (frame.type === "repository_stats_update") told.frame(frame);
  else if (frame.type === "resync") {
    upTo = frame.data.cursor;
    told.anew();
  } else if (frame.type === "heartbeat") {
    upTo = Math.max(upTo, frame.data.cursor);
    told.beat();
  }
}
function ready(at) {
  upTo = Math.max(upTo, at);
  failed = 0;
  const live = byId("live");
  live?.classList.remove("off");
  write(live, "Live");
  byId("away").hidden = true;
  if (awaySince) told.back();
  if (awaySince && missed) sayBack(missed);
  awaySince = null;
  missed = 0;
}
function sayBack(count) {
  const changes = `${count} change${count === 1 ? "" : "s"} while you were away ${count === 1 ? "is" : "are"} in the list now.`;
  byId("back").querySelector("[data-back-words]").textContent = changes;
  byId("back").hidden = false;
  later(12, () => (byId("back").hidden = true));
}
function lost(code) {
  clearTimeout(watchdog);
  socket = null;
  if (code === 4401) return location.reload(); // signed out: the server shows where to sign in
  awaySince ??= new Date();
  const live = byId("live");
  live?.classList.add("off");
  write(live, `As of ${clock(awaySince)}`);
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
  if (!socket && told) {
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
