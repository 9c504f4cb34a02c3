"""A single row is fetched for a list exactly if a reload of the list would show it, in the same group and place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from monitor.actions.saved_views import BUILT_IN
from monitor.models import EventSequence, Repository, Snooze, Subscription, Team, TeamMember
from monitor.recording import recorder
from tests import builders
from tests.rules.search.random_pull_requests import pull_request

pytestmark = pytest.mark.django_db
SEARCHES = (
    "",
    "is:open",
    BUILT_IN[0].q,
    "is:open sort:age",
)
MORE_SEARCHES = (
    "repo:globex/web -label:bug",
    *(view.q for view in BUILT_IN[1:]),
    "author:wren",
    "is:open turn:me",
    *(f"is:open sort:{order}" for order in ("updated", "created", "size")),
)
LISTS = (
    "/",
    *(f"/?q={quote(q)}" for q in SEARCHES),
    "/repositories/Acme/Web",
)
MORE_LISTS = (
    "/repositories/acme/team-only",
    "/repositories/Acme/Web?state=all&q=author:wren",
    *(f"/?q={quote(q)}" for q in MORE_SEARCHES),
    "/?state=all",
    "/repositories/acme/unwatched",
    *(f"/repositories/Acme/Web?state={state}" for state in ("closed", "merged", "all")),
    "/repositories/Acme/Web?q=sort:size",
)


@dataclass(frozen=True)
class Shown:
    """A row as a page shows it."""

    id: str
    group: str
    order: tuple[int, ...]
    version: str

    @property
    def place(self) -> tuple[Any, ...]:
        """The key by which the page's script sorts."""
        name, _, number = self.id.removeprefix("pr-").rpartition("/")
        return (*self.order, name.lower(), int(number))


def rows_in(html: str) -> list[Shown]:
    found = re.findall(
        r'<li\s+class="row[^"]*"\s+id="([^"]+)"[^>]*\s'
        r'data-version="(\w+)"\s+data-group="([^"]*)"\s+data-order="([^"]*)"',
        html,
    )
    return [Shown(name, group, tuple(map(int, order.split())), version) for name, version, group, order in found]


@pytest.fixture
def everything(heron: Any) -> None:
    """Repositories that are watched with all filters or with few, visible, not watched, and no longer visible."""
    team = Team.objects.create(name="acme/Platform", members_known=True)
    TeamMember.objects.create(team=team, login="heron")
    shared = builders.repository("acme/team-only", private=True)
    friends = Group.objects.create(name="friends")
    friends.user_set.add(heron)
    shared.shared_with.add(friends)
    watched = [builders.repository("Acme/Web"), builders.repository("globex/web"), shared]
    gone = builders.repository("acme/vault", private=True)
    for repository in [*watched, gone]:
        filters = ["author"] if repository.full_name == "globex/web" else ["all"]
        Subscription.objects.create(user=heron, repository=repository, filters=filters)
    random = Random(8)
    for serial, repository in enumerate([*watched, gone, builders.repository("acme/unwatched")]):
        several = [pull_request(random, number) for number in range(1, 6)]
        # Half of them were touched at one moment: then repository and number decide.
        touched = [replace(one, updated_at=builders.T0) if one.number % 2 else one for one in several]
        recorder.record(
            repository, [replace(one, node_id=f"PR_{serial}_{one.number}") for one in touched], now=builders.at(6)
        )
    Snooze.objects.create(user=heron, pull_request=watched[0].pull_requests.earliest("number"))


def everywhere() -> Iterator[tuple[str, int]]:
    for repository in Repository.objects.all():
        for row in repository.pull_requests.all():
            yield repository.full_name, row.number


@pytest.mark.parametrize("address", [*LISTS, *(pytest.param(one, marks=pytest.mark.slow) for one in MORE_LISTS)])
def test_a_row_is_where_a_reload_shows_it(page: Client, everything: None, address: str) -> None:
    html = page.get(address).content.decode()
    shown = rows_in(html)
    found = re.search(r'data-row-query="([^"]*)"', html)
    assert found
    fetched = []
    for name, number in everywhere():
        answer = page.get(f"/pull-requests/{name}/{number}/row?{unescape(found[1])}")
        fetched += rows_in(answer.content.decode())
    groups = list(dict.fromkeys(re.findall(r'<section\s+class="rows-of"\s+data-group="([^"]*)"', html)))
    assert sorted(fetched, key=lambda row: (groups.index(row.group), row.place)) == shown


@pytest.mark.slow
def test_lists_show_enough_to_prove_something(page: Client, everything: None) -> None:
    shown = {address: rows_in(page.get(address).content.decode()) for address in (*LISTS, *MORE_LISTS)}
    assert sum(len(rows) > 1 for rows in shown.values()) > len(shown) * 2 / 3
    assert {row.group for rows in shown.values() for row in rows} >= {
        "turn",
        "yours",
        "others",
        "bots",
        "snoozed",
        "found",
        "returned",
    }


@pytest.mark.parametrize("address", ["/?q=is%3Aopen", "/?q=is%3Aopen+bot%3Atrue", "/repositories/Acme/Web?state=all"])
def test_an_outline_names_the_rows_of_the_page(page: Client, everything: None, address: str) -> None:
    rows = [(row.id, row.version) for row in rows_in(page.get(address).content.decode())]
    outline = page.get(f"{address}&part=outline")
    assert re.findall(r'<li class="row" id="([^"]+)" data-version="(\w+)"', outline.content.decode()) == rows
    again = page.get(f"{address}&part=outline", headers={"if-none-match": outline["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_that_is_true_as_of_an_event_is_told_in_a_word_that_nothing_happened(
    page: Client, heron: Any, everything: None, django_assert_max_num_queries: Any
) -> None:
    head = EventSequence.objects.get().last
    for address in ("/?", "/repositories/Acme/Web?", "/pull-requests/Acme/Web/1?"):
        with django_assert_max_num_queries(7):
            quiet = page.get(f"{address}part=outline&since={head}")
        assert (quiet.status_code, quiet.content) == (304, b"")
        assert page.get(f"{address}part=outline&since={head - 1000}").status_code == 200
        assert page.get(f"{address}since={head}").status_code == 200


def test_what_happens_out_of_sight_is_nothing(page: Client, everything: None) -> None:
    head = EventSequence.objects.get().last
    for name in ("acme/vault", "acme/unwatched"):
        other = Repository.objects.get(full_name=name)
        recorder.record(other, [builders.snapshot(99, node_id=f"PR_{name}")], now=builders.at(9))
        assert page.get(f"/?part=outline&since={head}").status_code == 304
    web = Repository.objects.get(full_name="Acme/Web")
    recorder.record(web, [builders.snapshot(99, node_id="PR_seen")], now=builders.at(9))
    assert page.get(f"/?part=outline&since={head}").status_code == 200


def test_what_is_not_shared_any_more_leaves_the_outline(page: Client, everything: None) -> None:
    assert "pr-acme/team-only/" in page.get("/?q=is:open&part=outline").content.decode()
    Group.objects.all().delete()
    assert "pr-acme/team-only/" not in page.get("/?q=is:open&part=outline").content.decode()
    assert page.get("/repositories/acme/team-only?part=outline&since=9").status_code == 404
