// Times in words, as the server writes them, kept true while the page is open.
const two = (large, unit, small, under) => (small ? `${large} ${unit} ${small} ${under}` : `${large} ${unit}`);
function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m`;
  if (whole < 86400) return two(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "m");
  if (whole < 1209600) return two(Math.floor(whole / 86400), "d", Math.floor((whole % 86400) / 3600), "h");
  return `${Math.floor(whole / 86400)} d`;
}

export const clock = (moment) => moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function write(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

export function tick() {
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
