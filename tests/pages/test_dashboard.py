"""The dashboard: which rows a reader sees, in which group, and what the page says without rows."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from monitor.models import EventSequence, RateLimit, Repository, SavedView, Snooze, Subscription
from tests import builders
from tests.builders import asked, label, snapshot

pytestmark = pytest.mark.django_db
Record = Callable[..., list[int]]
ALL = "/?q=is%3Aopen"
WAITING = "is:open turn:me bot:false snoozed:false sort:urgency"


def text(answer: Any) -> str:
    """The text of the page, without tags and repeated white space."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def markup(answer: Any) -> str:
    """The HTML without the white space that only lays out the template."""
    return re.sub(r"(?<=[<>])\s|\s(?=[<>])", "", re.sub(r"\s+", " ", answer.content.decode()))


def group(answer: Any, slug: str) -> str:
    """The HTML of one group of rows."""
    found = re.search(rf'<section\s+class="rows-of"\s+data-group="{slug}".*?</section>', answer.content.decode(), re.S)
    assert found
    return found.group()


def test_programs_learn_what_this_is_without_signing_in(client: Client, settings: Any) -> None:
    answer = client.get("/", headers={"accept": "*/*"})
    assert answer.json() == {"name": "prmonitor", "version": settings.VERSION, "docs": "/docs"}


def test_browsers_are_asked_to_sign_in_first(client: Client) -> None:
    answer = client.get("/", headers={"accept": "text/html,application/xhtml+xml"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")


def test_a_row_carries_its_id_and_when_it_changed(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(7, updated_at=builders.at(3)))
    assert 'id="pr-acme/web/7" data-updated="2026-03-02T09:03:00Z"' in markup(page.get("/"))


def test_no_two_rows_have_one_id(page: Client, heron: Any, record: Record) -> None:
    for serial, name in enumerate(("acme-web/app", "acme/web-app")):
        watched = builders.repository(name)
        Subscription.objects.create(user=heron, repository=watched, filters=["all"])
        record(watched, snapshot(7, node_id=f"PR_{serial}"))
    assert sorted(rows(page.get(ALL))) == ["pr-acme-web/app/7", "pr-acme/web-app/7"]


def test_what_concerns_me_stands_before_the_others(page: Client, web: Repository, record: Record) -> None:
    record(
        web,
        snapshot(1, author="plover", review_requests=(asked("heron"),)),
        snapshot(2, author="heron", draft=True),
        snapshot(3, author="plover", draft=True),
    )
    answer = page.get(ALL)
    assert "pr-acme/web/1" in group(answer, "turn")
    assert "pr-acme/web/2" in group(answer, "yours")
    assert "pr-acme/web/3" in group(answer, "others")
    assert "<title>(1) All open · prmonitor</title>" in markup(answer)


def test_bots_and_what_i_put_off_stand_apart(page: Client, heron: Any, web: Repository, record: Record) -> None:
    request = {
        "review_requests": (asked("heron"),),
        "timeline": (builders.item("review_requested", 0, "lark", "heron"),),
    }
    record(
        web,
        snapshot(1, author="dependabot", author_is_bot=True, **request),
        snapshot(2, author="lark", **request),
        snapshot(3, author="lark", **request),
        snapshot(4, author="coding-agent", author_is_bot=True, assignees=("lark",), **request),
    )
    Snooze.objects.create(user=heron, pull_request=web.pull_requests.get(number=2))
    answer = page.get(ALL)
    assert "pr-acme/web/1" in group(answer, "bots")
    assert "pr-acme/web/2" in group(answer, "snoozed")
    assert "pr-acme/web/3" in group(answer, "turn")
    assert "pr-acme/web/4" in group(answer, "turn"), "a person has taken it on"
    assert "<title>(2) " in markup(answer)


def test_a_row_says_whose_turn_it_is_and_why(page: Client, web: Repository, record: Record) -> None:
    requested = builders.item("review_requested", 0, "plover", "heron")
    record(web, snapshot(1, author="plover", review_requests=(asked("heron"),), timeline=(requested,)))
    said = text(page.get("/"))
    assert "Review Open: Change number 1" in said
    assert "review requested by plover" in said


def test_closed_ones_and_other_peoples_repositories_are_not_there(
    page: Client, web: Repository, record: Record
) -> None:
    record(web, snapshot(1, state="merged", merged_at=builders.at(1)))
    record(builders.repository("acme/unwatched"), snapshot(2))
    assert "pr-acme" not in page.get("/").content.decode()


def test_a_private_repository_not_shared_any_more_is_gone(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1))
    Repository.objects.update(private=True)
    assert "pr-acme/web/1" not in page.get("/").content.decode()


HOSTILE = "<img src=x onerror=alert(1)>\u202e&amp; {{ 7|add:7 }}\u0000\u0007" + "x" * 100_000


def test_a_hostile_title_is_only_text(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, title=HOSTILE.replace("\0", ""), labels=(label('"><script>'),), author="heron"))
    for address in ("/", "/pull-requests/acme/web/1", "/repositories/acme/web"):
        said = page.get(address).content.decode()
        assert "<img src=x" not in said
        assert "<script>" not in said.replace("<script src=", "")
        assert "&lt;img src=x onerror=alert(1)&gt;&amp;amp; {{ 7|add:7 }}" in said
        assert "\u202e" not in said
        assert "\u0007" not in said
        assert "x" * 400 not in said


def test_the_queries_do_not_grow_with_the_rows(
    page: Client, web: Repository, record: Record, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25) as few:
        page.get(ALL)
    record(web, *(snapshot(number, author=author) for number, author in enumerate(["heron", "lark"] * 30, start=1)))
    with django_assert_max_num_queries(25) as many:
        assert len(rows(page.get(ALL))) == 60
    assert len(many) <= len(few) + 8  # the rows, their order, what is the reader's own in them, and their stacks


def test_a_long_list_has_pages(page: Client, web: Repository, record: Record) -> None:
    record(web, *(snapshot(number, author="lark", draft=True) for number in range(1, 131)))
    first, second = page.get(ALL), page.get(f"{ALL}&page=2")
    assert (len(rows(first)), len(rows(second))) == (100, 30)
    assert b"?q=is%3Aopen&amp;page=2" in first.content
    assert b"?q=is%3Aopen&amp;page=1" in second.content
    assert "130 pull requests" in text(first)
    assert 'data-outside="30"' in group(first, "others")


@pytest.mark.parametrize(("own", "count"), [(0, 3), (30, 3), (130, 3), (230, 2)])
@pytest.mark.slow
def test_every_row_stands_on_one_page(page: Client, web: Repository, record: Record, own: int, count: int) -> None:
    record(web, *(snapshot(number, author="heron" if number <= own else "lark") for number in range(1, 241)))
    pages = [rows(page.get(f"{ALL}&page={number}")) for number in range(1, count + 1)]
    assert len(pages[0]) == min(max(100, own), 200)
    assert sorted(row for found in pages for row in found) == sorted(
        f"pr-acme/web/{number}" for number in range(1, 241)
    )
    assert {f"pr-acme/web/{number}" for number in range(1, own + 1)} <= set(pages[0]) or own > 200


def test_a_search_nobody_understands_says_so_and_searches_nothing(
    page: Client, web: Repository, record: Record
) -> None:
    record(web, snapshot(1))
    answer = page.get("/", {"q": "reveiw:approved <b>"})
    assert answer.status_code == 422
    assert "Nothing was searched" in text(answer)
    assert "pr-acme/web/1" not in answer.content.decode()
    assert "<b>" not in answer.content.decode().split('name="q"')[1].split(">")[0]


# Views


def rows(answer: Any) -> list[str]:
    """The ids of the rows, in the order of the page."""
    return re.findall(r'<li\s+class="row[^"]*"\s+id="([^"]+)"', answer.content.decode())


def test_it_opens_with_what_waits_for_me(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark", review_requests=(asked("heron"),)), snapshot(2, author="lark"))
    answer = page.get("/")
    assert rows(answer) == ["pr-acme/web/1"]
    assert "<h1><bdi>Waiting on me</bdi></h1>" in markup(answer)
    assert "<title>(1) Waiting on me" in markup(answer)
    assert 'value="is:open turn:me bot:false snoozed:false sort:urgency"' in answer.content.decode()
    assert rows(page.get(ALL)) == rows(page.get("/?q=")) == ["pr-acme/web/1", "pr-acme/web/2"]


def test_it_opens_with_the_view_one_chose(page: Client, heron: Any, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark"), snapshot(2, author="wren"))
    page.post("/views", {"name": "Larks", "q": "author:lark"})
    kept = SavedView.objects.get()
    assert "Open with this view" in text(page.get("/?q=author%3Alark"))
    answer = page.post(f"/views/{kept.pk}/open-with", follow=True)
    assert rows(answer) == ["pr-acme/web/1"]
    assert "<title>(1) Larks" in markup(answer)
    assert "Open with this view" not in text(answer)
    assert "Open with this view" in text(page.get("/", {"q": WAITING}))
    assert rows(page.post("/views/waiting/open-with", follow=True)) == []
    theirs = SavedView.objects.create(user=builders.user("lark"), name="theirs", q="is:open")
    assert page.post(f"/views/{theirs.pk}/open-with").status_code == 404
    assert page.post("/views/mine/open-with").status_code == 404


def test_somebody_unknown_begins_with_all_there_is(
    browser_of: Callable[[Any], Client], web: Repository, record: Record
) -> None:
    record(web, snapshot(1))
    stranger = builders.user("nobody", login=None)
    Subscription.objects.create(user=stranger, repository=web)
    browser = browser_of(stranger)
    assert rows(browser.get("/")) == ["pr-acme/web/1"]
    said = text(browser.get("/", {"q": WAITING}))
    assert "Nobody knows your GitHub login yet" in said
    assert "nothing can be yours" in said


def test_what_is_mine_is_parted_by_what_it_waits_for(page: Client, web: Repository, record: Record) -> None:
    approved = (builders.review("lark", "approved", 5),)
    record(
        web,
        snapshot(1, author="heron", draft=True),
        snapshot(2, author="heron", reviews=(builders.review("lark", "changes_requested", 5),)),
        snapshot(3, author="heron", reviews=approved),
        snapshot(4, author="heron", review_requests=(asked("lark"),)),
        snapshot(5, author="heron", ci="failure", reviews=approved),
    )
    answer = page.get("/", {"q": "is:open author:@me"})
    parts = {
        slug: re.findall(r'id="pr-acme/web/(\d)"', group(answer, slug))
        for slug in ("returned", "merge", "waiting", "drafts")
    }
    assert parts == {"returned": ["5", "2"], "merge": ["3"], "waiting": ["4"], "drafts": ["1"]}
    row = page.get("/pull-requests/acme/web/3/row", {"q": "is:open author:@me"})
    assert 'data-group="merge"' in row.content.decode()


def test_bots_are_parted_by_repository(page: Client, heron: Any, web: Repository, record: Record) -> None:
    api = builders.repository("acme/api")
    Subscription.objects.create(user=heron, repository=api)
    record(web, snapshot(1, author="renovate", author_is_bot=True))
    record(api, snapshot(2, author="renovate", author_is_bot=True), snapshot(3, author="lark"))
    answer = page.get("/", {"q": "is:open bot:true"})
    assert rows(answer) == ["pr-acme/api/2", "pr-acme/web/1"]
    assert "pr-acme/api/2" in group(answer, "acme/api")


@pytest.mark.parametrize(("sort", "numbers"), [("size", "312"), ("created", "231"), ("age", "123"), ("updated", "132")])
def test_a_list_is_in_the_order_asked_for(
    page: Client, web: Repository, record: Record, sort: str, numbers: str
) -> None:
    record(
        web,
        snapshot(1, author="lark", additions=50, updated_at=builders.at(9), created_at=builders.at(1)),
        snapshot(2, author="lark", additions=10, updated_at=builders.at(7), created_at=builders.at(6)),
        snapshot(3, author="lark", additions=90, updated_at=builders.at(8), created_at=builders.at(5), draft=True),
    )
    answer = page.get("/", {"q": f"sort:{sort}"})
    assert rows(answer) == [f"pr-acme/web/{number}" for number in numbers]
    orders = [int(order) for order in re.findall(r'data-order="(-?\d+)"', answer.content.decode())]
    assert orders == sorted(orders)


@pytest.mark.slow
def test_every_view_shows_as_many_as_it_counts(page: Client, heron: Any, web: Repository, record: Record) -> None:
    record(
        web,
        snapshot(1, author="heron"),
        snapshot(2, author="lark", review_requests=(asked("heron"),)),
        snapshot(3, author="renovate", author_is_bot=True),
        snapshot(
            4,
            author="heron",
            state="merged",
            merged_at=timezone.now(),
            updated_at=timezone.now().replace(microsecond=0),
        ),
    )
    Snooze.objects.create(user=heron, pull_request=web.pull_requests.get(number=1))
    for view in page.get("/api/v1/views").json()["items"]:
        found = page.get("/api/v1/pull-requests", {"q": view["q"]}).json()
        names = {f"pr-acme/web/{item['number']}" for item in found["items"]}
        assert (set(rows(page.get("/", {"q": view["q"]}))), found["count"]) == (names, view["count"]), view["name"]
        assert f'data-view="{view["id"]}">{view["count"]}<' in markup(page.get("/"))


def test_a_view_is_a_search_with_a_name_and_a_count(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="heron"), snapshot(2, author="lark"))
    answer = page.get("/", {"q": "is:open author:@me"})
    assert "<h1><bdi>Mine</bdi></h1>" in markup(answer)
    assert "Mine 1 Team" in text(answer)
    assert "pr-acme/web/1" in answer.content.decode()
    assert "pr-acme/web/2" not in answer.content.decode()


def test_a_search_is_kept_and_forgotten(page: Client, heron: Any, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark"))
    answer = page.post("/views", {"name": "<b>Larks</b>", "q": "author:lark"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/?q=author%3Alark"
    assert "Kept as “<b>Larks</b>”." in text(answer)
    assert "<b>Larks" not in answer.content.decode()
    assert "Forget this view" in text(answer)
    for name, q in (("Mine", "is:open"), ("bad", "nonsense:x"), ("", "is:open"), ("nul\0", "is:open")):
        assert "Not kept" in text(page.post("/views", {"name": name, "q": q}, follow=True))
    view = SavedView.objects.get()
    other = SavedView.objects.create(user=builders.user("lark"), name="theirs", q="is:open")
    assert page.post(f"/views/{other.pk}/drop").status_code == 404
    page.post(f"/views/{view.pk}/drop")
    assert SavedView.objects.get() == other


def test_a_row_is_judged_by_the_search_of_its_list(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="lark"))
    row = "/pull-requests/acme/web/1/row"
    assert page.get(row, {"q": "author:lark"}).status_code == 200
    assert page.get(row, {"q": "author:wren"}).status_code == 204
    assert page.get(row, {"q": "nonsense:"}).status_code == 204


# Empty pages: each says what is true, since when, and what one can do.


def test_empty_because_nothing_is_watched(page: Client) -> None:
    assert "You watch no repository yet" in text(page.get("/"))


def test_empty_because_the_first_look_is_under_way(page: Client, web: Repository) -> None:
    Repository.objects.update(status="pending", first_read_at=None, read_count=12, read_total=40)
    said = text(page.get("/"))
    assert "Reading your repositories" in said
    assert "12 of 40 pull requests" in said


def test_empty_because_nothing_is_open(page: Client, web: Repository) -> None:
    Repository.objects.update(last_polled_at=timezone.now() - timedelta(seconds=8))
    said = text(page.get("/"))
    assert "Nothing waits for you Last checked" in said
    assert "s ago" in said


def test_empty_because_it_is_nobodys_turn_of_mine(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1, author="heron", draft=True))
    said = text(page.get("/", {"q": "is:open turn:me bot:false snoozed:false sort:urgency"}))
    assert "Nothing waits for you" in said
    assert "See mine (1)" in said
    assert "See all open" in said


def test_empty_because_nothing_matches(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1))
    said = text(page.get("/?state=merged"))
    assert "No pull request matches state: merged" in said
    assert "Clear the filter" in said


def test_empty_because_nothing_could_be_read(page: Client, web: Repository) -> None:
    now = timezone.now()
    Repository.objects.update(
        status="error",
        status_message="GitHub refuses the token (401, bad credentials).",
        failing_since=now,
        next_poll_at=now + timedelta(minutes=12, seconds=30),
    )
    said = text(page.get("/"))
    assert f"Nothing could be read since {now:%H:%M}" in said
    assert "GitHub refuses the token (401, bad credentials). Next try in 12 m" in said
    assert "Try now" in said


def test_rows_that_may_be_old_say_so(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1))
    Repository.objects.update(status="error", failing_since=timezone.now())
    assert "acme/web could not be read since" in text(page.get("/"))


def test_a_used_up_limit_says_when_it_goes_on(page: Client, web: Repository) -> None:
    RateLimit.objects.create(
        identity="user:x", resource="graphql", blocked_until=timezone.now() + timedelta(minutes=7, seconds=30)
    )
    assert "GitHub’s hourly limit is used up. Reading goes on in 7 m" in text(page.get("/"))


def test_without_a_login_the_page_says_how_to_set_it(browser_of: Callable[[Any], Client], web: Repository) -> None:
    user = builders.user("nobody", login=None)
    Subscription.objects.create(user=user, repository=web)
    assert "Nobody knows your GitHub login yet" in text(browser_of(user).get("/"))


# The address of one row


def test_one_row_is_the_same_as_in_the_list_and_says_what_changed(
    page: Client, web: Repository, record: Record
) -> None:
    record(web, snapshot(1))
    row = page.get("/pull-requests/acme/web/1/row", {"changed": "checks_changed,labeled,nonsense"})
    assert row.content.decode().startswith("<li")
    assert rows(row) == ["pr-acme/web/1"]
    assert "Checks passed, labels changed just now" in text(row)
    assert "no-store" in row["Cache-Control"]


@pytest.mark.parametrize("query", ["", "?in=acme/web"])
def test_a_row_that_left_the_list_is_empty(page: Client, web: Repository, record: Record, query: str) -> None:
    record(web, snapshot(1, state="merged", merged_at=builders.at(1)))
    answer = page.get(f"/pull-requests/acme/web/1/row{query}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_row_of_another_state_belongs_to_the_list_of_that_state(
    page: Client, web: Repository, record: Record
) -> None:
    record(web, snapshot(1, state="merged", merged_at=builders.at(1)))
    assert page.get("/pull-requests/acme/web/1/row?in=acme/web&state=merged").status_code == 200


def test_a_row_one_may_not_see_is_as_empty_as_one_that_is_not_there(page: Client, heron: Any, record: Record) -> None:
    hidden = builders.repository("acme/vault", private=True)
    Subscription.objects.create(user=heron, repository=hidden)
    record(hidden, snapshot(1))
    for address in ("acme/vault/1", "acme/nothing/1", "acme/vault/2"):
        assert page.get(f"/pull-requests/{address}/row?in={address.rpartition('/')[0]}").status_code == 204


def test_the_cursor_is_the_head_of_the_log(page: Client, web: Repository, record: Record) -> None:
    record(web, snapshot(1))
    assert f'data-after="{EventSequence.objects.get().last}"' in page.get("/").content.decode()
