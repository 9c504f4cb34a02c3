"""Every page in a browser: no error on the console, nothing cut off; wide and narrow, light and dark."""

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from monitor.models import ApiToken, RateLimit, Repository, Subscription
from monitor.recording import recorder
from monitor.rules.merge_facts import AutoMerge, MergeQueueEntry
from monitor.rules.snapshot import Snapshot
from tests import builders
from tests.builders import asked, at, item, label, merging, review, snapshot

Open = Callable[..., Page]
PAGES = (
    "/",
    "/?q=is%3Aopen",
    "/?q=is%3Aopen+author%3A%40me",
    "/?q=reveiw%3A",
    "/repositories",
    "/repositories/acme/web",
    "/repositories/acme/paused",
    "/pull-requests/acme/web/2",
    "/pull-requests/acme/web/7",
    "/pull-requests/acme/web/8",
    "/pull-requests/acme/web/2/why",
    "/pull-requests/acme/web/4/why?user=nobody",
    "/profile",
    "/profile/password",
)
WIDTHS = (1280, 1100, 1000, 960, 700, 390, 320) if os.environ.get("PRMONITOR_SLOW") else (1280, 960, 390)
PICTURED = (1280, 390)

# Whatever ends to the right of the box it stands in, or of the window; what scrolls by itself may be wider.
STICKS_OUT = """() => {
  const boxes = ".panel, .card, .mine, .row, .head, .wrap, .banner, .empty, .menu, .side, main";
  const clipped = (one) => one.matches(".sr, .tx, .word") || !["visible", "clip"].includes(getComputedStyle(one).overflowX);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (node.nodeType === 3 && !node.data.trim() || !element.checkVisibility() || element.matches("option, script")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = node.nodeType === 3 ? range.getBoundingClientRect() : node.getBoundingClientRect();
    if (!box.width) continue;
    let bound = innerWidth;
    for (let around = element; around; around = around.parentElement) {
      if (clipped(around)) { bound = Infinity; break; }
      if (around !== node && around.matches(boxes)) { bound = Math.min(bound, around.getBoundingClientRect().right); break; }
    }
    if (box.right > bound + 1 || box.left < -1) found.push((node.data ?? node.outerHTML).trim().slice(0, 90) + " " + Math.round(box.right - bound));
  }
  return found;
}"""

# What a screen reader would have no word for.
NAMELESS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.textContent.trim() || one.value || one.labels?.length || one.getAttribute("aria-label")))
    .map((one) => one.outerHTML)"""
TWICE = """() => [...document.querySelectorAll("[id]")].map((one) => one.id)
    .filter((id, place, all) => all.indexOf(id) !== place)"""
HEADINGS = """() => [...document.querySelectorAll("main h1, main h2, main h3")]
    .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""


LONG_LOGIN = "a-login-of-thirty-nine-characters-long-x"


def merging_ones(*, later: bool = False) -> list[Snapshot]:
    """Pull requests that wait for their merge: in the queue, stacked, blocked, by themselves, with a stale approval."""
    asks = (item("review_requested", 1, LONG_LOGIN, "heron"), item("review_requested", 1, LONG_LOGIN, "acme/platform"))
    approved: dict[str, Any] = {
        "author": "lark",
        "review_requests": (asked("heron"), asked("acme/platform")),
        "reviews": (review(LONG_LOGIN, "approved", 3),),
        "timeline": (*asks, item("reviewed", 3, LONG_LOGIN, "approved")),
    }
    facts: dict[str, Any] = {"decision": "approved", "same_repository": True, "unresolved_threads": 14}
    itself = {"auto_merge": AutoMerge(LONG_LOGIN, at(6))} if later else {}
    dismissed = replace(item("review_dismissed", 8, "heron", LONG_LOGIN), by_push=True)
    stale = {"reviews": (review(LONG_LOGIN, "dismissed", 3),), "timeline": (*approved["timeline"], dismissed)}
    left = (item("queued", 4, "lark"), item("unqueued", 8, "github-merge-queue", "INVALID_MERGE_COMMIT"))
    queue = {"merge_queue": MergeQueueEntry(12, at(6), "lark")}
    return [
        snapshot(6, **approved, head="a-branch-" * 12, merging=merging(**facts, **queue, **itself)),
        snapshot(7, **approved, base="a-branch-" * 12, head="above", merging=merging(**facts)),
        snapshot(
            8,
            **{**approved, **(stale if later else {}), "author": "heron"},
            merging=merging(**{**facts, **itself, "decision": "review_required" if later else "approved"}),
        ),
        snapshot(9, **approved, merging=merging(**facts, merge_state="blocked")),
        snapshot(10, **approved, merging=merging(**facts, **itself)),
        snapshot(
            11, **{**approved, "timeline": (*approved["timeline"], *left), "author": "heron"}, merging=merging(**facts)
        ),
        snapshot(12, author="renovate", author_is_bot=True, merging=merging(not_known=("decision",))),
    ]


@pytest.fixture
def lived_in(heron: Any, web: Repository) -> None:
    """Data of every kind, so that each page has something to show."""
    heron.is_staff = heron.is_superuser = True
    heron.save()
    request = item("review_requested", 5, "a-login-of-thirty-nine-characters-long-x", "heron")
    recorder.record(
        web,
        [
            snapshot(1, author="heron", ci="failure", labels=(label("bug"), label("a-very-long-label-" + "x" * 40))),
            snapshot(2, author="lark", title="word " * 60, review_requests=(asked("heron"),), timeline=(request,)),
            snapshot(
                3, author="lark", title="x" * 300, mergeable="conflicting", reviews=(review("wren"), review("finch"))
            ),
            snapshot(4, author="lark", draft=True, ci="none", additions=900),
            snapshot(
                5, author=None, title="\u202eאבג\u0007", review_requests=tuple(asked(f"person-{n}") for n in range(6))
            ),
        ],
        now=at(6),
    )
    recorder.record(web, merging_ones(), now=at(7))
    recorder.record(web, merging_ones(later=True), now=at(9))
    broken = builders.repository(
        "acme/" + "long-name-" * 8,
        status="error",
        status_message="GitHub answers 502. " * 8,
        failing_since=at(1),
        failures=3,
    )
    Subscription.objects.create(user=heron, repository=broken)
    fresh = builders.repository("acme/fresh", status="pending", first_read_at=None, read_count=3, read_total=9)
    Subscription.objects.create(user=heron, repository=fresh)
    paused = builders.repository("acme/paused", paused=True, paused_at=at(1), paused_by="a-team-lead-with-a-long-name")
    Subscription.objects.create(user=heron, repository=paused)
    RateLimit.objects.create(identity="user:x", resource="graphql", remaining=4212)
    ApiToken.create_for(heron, "desk lamp")


def keep(page: Page, address: str, width: int) -> None:
    """Saves screenshots in both themes, if they are wanted."""
    folder = os.environ.get("PRMONITOR_SCREENSHOTS")
    for theme in ("light", "dark") if folder else ():
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        name = address.strip("/").replace("/", "-") or "dashboard"
        page.screenshot(path=str(Path(folder or "") / f"{name}-{width}-{theme}.png"), full_page=True)


MENUS = "(open) => document.querySelectorAll('main details').forEach((one) => (one.open = open))"


def sticking_out(page: Page, address: str) -> list[tuple[str, int, str]]:
    """The elements that are cut off or stick out, at every width, and at the narrowest with the menus open."""
    found: list[tuple[str, int, str]] = []
    for width, menus in [*((width, False) for width in WIDTHS), (390, True), (320, True)]:
        page.evaluate(MENUS, menus)
        page.set_viewport_size({"width": width, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [(address, width, what) for what in page.evaluate(STICKS_OUT)]
        found += [(address, width, f"the page by {wider}")] if wider > 0 else []
        if width in PICTURED and not menus:
            keep(page, address, width)
    return found


@pytest.mark.slow
def test_every_page_wide_and_narrow(opened: Open, lived_in: None, site: str) -> None:
    page = opened()
    found: list[tuple[str, int, str]] = []
    for address in PAGES:
        page.goto(site + address)
        found += sticking_out(page, address)
        assert page.evaluate(NAMELESS) == [], address
        assert page.evaluate(TWICE) == [], address
        levels = page.evaluate(HEADINGS)
        assert (levels[0], levels.count(1)) == (1, 1), address
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), address
    print(*found, sep="\n")
    assert found == []


@pytest.mark.slow
def test_the_doors(opened: Open, heron: Any, site: str) -> None:
    page = opened("/accounts/login/", signed_in=False)
    found: list[tuple[str, int, str]] = []
    for address in ("/accounts/login/", "/accounts/logout/", "/nowhere", "/admin/login/"):
        page.goto(site + address)
        found += sticking_out(page, address)
        assert page.evaluate(NAMELESS) == [], address
    print(*found, sep="\n")
    assert found == []


@pytest.mark.slow
def test_pages_that_others_wrote_bear_the_policy(opened: Open, lived_in: None, site: str) -> None:
    page = opened("/admin/")
    for address in ("/admin/monitor/repository/", "/admin/monitor/person/add/", "/docs", "/redoc"):
        page.goto(site + address, wait_until="load")
        keep(page, address, 1280)


@pytest.mark.slow
def test_it_works_without_javascript(opened: Open, lived_in: None) -> None:
    page = opened("/", java_script_enabled=False)
    page.get_by_role("link", name="word word").click()
    page.get_by_role("link", name="acme/web").click()
    page.get_by_text("What you hear of it").click()
    page.get_by_label("everything").uncheck()
    page.get_by_label("assigned to me").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Filters saved.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.slow
def test_edit_lands_on_open_filters(opened: Open, lived_in: None, site: str) -> None:
    page = opened("/repositories")
    page.locator("#watched a", has_text="Edit").first.click()
    expect(page.get_by_role("button", name="Stop watching")).to_be_visible()
