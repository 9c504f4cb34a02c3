// Sends forms without leaving the page: where the server is away or refuses, what was entered stays, and can be sent again.
import { clock } from "./times.js";

const PATIENCE = 30000; // ms; a repository nobody watched is looked up on GitHub first
const QUIET = 1000; // ms, after which it says that something is under way
const byId = (id) => document.getElementById(id);
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

let sending = false;
let again = null;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const button = event.submitter;
  if (button?.name) body.append(button.name, button.value);
  const address = new URL(form.getAttribute("action") ?? "", location.href);
  address.hash = "";
  send({ address, body, what: nameOf(button ?? form.querySelector("button")) });
});
function nameOf(button) {
  const menu = button?.closest("details.drop")?.querySelector("summary");
  return [menu, button].filter(Boolean).map(wordsOf).join(": ") || "This form";
}
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const hidden of copy.querySelectorAll(".sr, kbd")) hidden.remove();
  return copy.textContent.trim();
}

async function send(form, renewed = false) {
  if (sending) return;
  sending = true;
  hide();
  const waiting = setTimeout(() => say(form, "is on its way.", "The server has not answered yet."), QUIET);
  const answer = await post(form);
  clearTimeout(waiting);
  sending = false;
  if (answer?.status === 403 && !renewed && (await renew(form))) return send(form, true);
  await take(form, answer);
}
async function post({ address, body }) {
  const headers = { "X-Requested-With": "fetch", Accept: "text/html" };
  try {
    return await fetch(address, { method: "POST", body, headers, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    return null;
  }
}
async function take(form, answer) {
  const goTo = answer?.headers.get("X-Go-To");
  if (goTo) return go(form, new URL(goTo, location.href));
  if (answer?.redirected) return location.assign(answer.url);
  if (!answer) return refuse(form, `The server does not answer, at ${clock(new Date())}. Nothing you entered is lost.`);
  if (answer.status === 403) return refuse(form, "You may not do this any more, or this browser keeps no cookies.");
  if (answer.status === 404) return refuse(form, "It is not there any more, or you may not see it.");
  if (answer.status === 429) return refuse(form, `Too often. It works again in ${answer.headers.get("Retry-After") ?? "a few"} s.`);
  if (answer.status >= 500) return refuse(form, `The server failed with ${answer.status}, at ${clock(new Date())}. Nothing you entered is lost.`);
  await show(form, answer);
}

// The page that says how it went; to the door only where signing out was what was asked.
function go(form, there) {
  const door = byId("unsent").dataset.door;
  if (there.pathname === door && !form.address.pathname.endsWith("/logout/")) {
    return refuse(form, "You are signed out. Sign in in another tab, then try again.", door);
  }
  if (there.pathname + there.search !== location.pathname + location.search) return location.assign(there);
  history.replaceState(null, "", there);
  location.reload();
}

// A page instead of a place to go: the form again, with what is wrong with it.
async function show(form, answer) {
  const next = parsed(await answer.text());
  const main = next.getElementById("main");
  if (!main) return refuse(form, `The server answers with ${answer.status}.`);
  byId("main").replaceWith(main);
  document.title = next.title;
  window.htmx?.process(main);
  (main.querySelector("[aria-invalid=true], [autofocus], .err") ?? main).scrollIntoView({ block: "center" });
  (main.querySelector("[aria-invalid=true], [autofocus]") ?? main).focus({ preventScroll: true });
}

// A form's token is worth nothing after signing in anew; a fresh one is on any page.
async function renew(form) {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store" });
    const fresh = parsed(await answer.text()).querySelector("input[name=csrfmiddlewaretoken]")?.value;
    if (!fresh || answer.redirected) return false;
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = fresh;
    form.body.set("csrfmiddlewaretoken", fresh);
    return true;
  } catch {
    return false;
  }
}

// ------------------------------------------------------------------ the banner
function hide() {
  byId("unsent").hidden = true;
}
function say(form, what, why, door = "") {
  const banner = byId("unsent");
  banner.querySelector("b").textContent = `“${form.what}” ${what}`;
  banner.querySelector("[data-why]").textContent = why;
  banner.querySelector("[data-sign-in]").hidden = !door;
  banner.querySelector("[data-send-again]").hidden = again === null;
  banner.classList.toggle("banner-bad", again !== null);
  banner.hidden = false;
}
function refuse(form, why, door) {
  again = form;
  say(form, "did not get through.", why, door);
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-send-again]") || !again) return;
  const form = again;
  again = null;
  send(form);
});
