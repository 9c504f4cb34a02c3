// The rows of a list: each stands in its group, in the order its heading names.
import { inHand, keeping } from "./hand.js";
import { write } from "./times.js";

const byId = (id) => document.getElementById(id);
export const groups = () => [...document.querySelectorAll("#list .rows-of")];
const rowsOf = (group) => [...group.querySelectorAll(".row")];
const homeOf = (row) => groups().find((group) => group.dataset.group === row.dataset.group);

// Rank and newest update, then repository and number: as the server sorts them.
function orderOf(row) {
  const [, repository, number] = row.id.match(/^pr-(.*)\/(\d+)$/);
  return [...row.dataset.order.split(" ").map(Number), repository.toLowerCase(), Number(number)];
}
function compare(one, other) {
  const [here, there] = [orderOf(one), orderOf(other)];
  const at = here.findIndex((part, index) => part !== there[index]);
  return at < 0 ? 0 : here[at] < there[at] ? -1 : 1;
}

function put(row) {
  const home = homeOf(row);
  if (!home) return false;
  const after = rowsOf(home).find((one) => one !== row && compare(one, row) > 0);
  home.querySelector("ul").insertBefore(row, after ?? null);
  return true;
}

// Puts a row that was just fetched into the list, in the place of the one with its id; false: it has no group to stand in.
export function place(row) {
  const old = byId(row.id);
  if (!old) row.classList.add("is-new");
  if (old && !row.querySelector(".now")) keepNews(old, row);
  row.classList.toggle("is-fresh", Boolean(row.querySelector(".now")));
  if (!old) return put(row);
  const held = old.contains(document.activeElement) || old.matches(":hover");
  old.replaceWith(row);
  return old.dataset.group === row.dataset.group || held || put(row);
}
// What was said to have changed stays said until the next visit.
function keepNews(old, row) {
  const news = old.querySelector(".now");
  if (news) row.querySelector(".row-why").prepend(news);
}

// Brings every row to its place, once nobody has the list in hand.
let later = null;
export function settle() {
  clearTimeout(later);
  const wrong = groups().filter((group) => rowsOf(group).some((row, index, all) => !inPlace(group, row, all[index - 1])));
  if (!wrong.length) return;
  if (inHand()) later = setTimeout(settle, 1000);
  else
    keeping(() => {
      for (const group of wrong) for (const row of rowsOf(group).sort(compare)) put(row);
      recount();
    });
}
const inPlace = (group, row, above) => homeOf(row) === group && (!above || compare(above, row) <= 0);

// Counts, headings and the first card, after rows came or went.
export function recount() {
  let total = Number(byId("list")?.dataset.elsewhere ?? 0);
  for (const group of groups()) {
    const rows = rowsOf(group);
    group.hidden = rows.length === 0;
    write(group.querySelector("[data-count]"), String(rows.length + Number(group.dataset.outside)));
    total += rows.length;
    if (group.dataset.group === "turn") rows.forEach((row, rank) => row.classList.toggle("is-next", rank === 0));
  }
  const sum = byId("sum");
  if (!sum?.hasAttribute("data-total") || !groups().length) return;
  const number = sum.querySelector("b") ?? document.createElement("b");
  write(number, String(total));
  sum.replaceChildren(number, ` pull request${total === 1 ? "" : "s"}`);
}
