"""Claims and turns that change without GitHub are events: lists, frames and histories hear of them, and Slack stays quiet."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from monitor import claiming, queries, snoozing
from monitor.demo import World
from monitor.models import Event, EventSequence, Ownership, PullRequest, Repository, Snooze, Subscription, Team
from monitor.polling import teams
from monitor.recording import record, rederive
from notifications.models import Delivery
from notifications.planning import plan
from tests.builders import asked, at, item, repository, review, snapshot, user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import watch as watching

ASKED = {
    "review_requests": (asked("acme/web"),),
    "timeline": (item("review_requested", 1, "heron", "acme/web"),),
}
MINE = ("author", "assigned", "review_requested", "code_owner")


@pytest.fixture
def home(db: None) -> Repository:
    """acme/web, where heron has asked the team acme/web: wren and finch."""
    Team.objects.create(name="acme/web", members_known=True).set_members(["wren", "finch"])
    home = repository()
    record(home, [snapshot(**ASKED)], now=at(2), first_look=True)
    return home


@pytest.fixture
def wren(home: Repository) -> User:
    return user("wren", confirmed=True)


def the_one() -> PullRequest:
    return PullRequest.objects.get()


def told() -> list[list[dict[str, Any]]]:
    """The changes of every event so far; numbers are without holes."""
    events = list(Event.objects.order_by("id"))
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert EventSequence.objects.get().last == len(events)
    assert all(event.update_type == "updated" for event in events)
    return [event.changes for event in events]


def look(home: Repository, minutes: float, **changed: Any) -> None:
    record(home, [snapshot(**{**ASKED, "updated_at": at(minutes), **changed})], now=timezone.now())


CLAIMED = {"kind": "claimed", "actor": "wren", "login": "wren"}
TURN_CHANGED = {"kind": "turn_changed", "actor": None}


def test_a_claim_is_an_event_for_those_whose_turn_it_ends(home: Repository, wren: User) -> None:
    finch = user("finch")
    Subscription.objects.create(user=finch, repository=home, filters=["review_requested"])
    claiming.claim(wren, the_one())
    assert told() == [[CLAIMED]]
    (event,) = Event.objects.all()
    assert event.audience["turn_reviewer"] == ["finch", "wren"]
    assert event.turn == json.loads(the_one().document)["turn"]
    assert (event.title, event.occurred_at) == (the_one().title, event.at)
    assert queries.audience_of([event]) == {event.id: {finch.pk}}


def test_claimed_anew_the_time_is_another(home: Repository, wren: User, monkeypatch) -> None:
    noon = timezone.now()
    for minutes in (0, 0, 60):  # twice by a nervous hand, and once more an hour later
        monkeypatch.setattr("django.utils.timezone.now", lambda minutes=minutes: noon + timedelta(minutes=minutes))
        claiming.claim(wren, the_one())
    assert told() == [[CLAIMED], [CLAIMED]]


def test_given_back_by_oneself_or_by_a_lead(home: Repository, wren: User) -> None:
    claiming.claim(wren, the_one())
    claiming.release(wren, the_one())
    claiming.release(wren, the_one())  # there is nothing to give back
    claiming.claim(wren, the_one())
    claiming.release(user("boss", login="lark", is_staff=True), the_one())
    given = {"kind": "unclaimed", "login": "wren"}
    assert told() == [[CLAIMED], [{**given, "actor": "wren"}], [CLAIMED], [{**given, "actor": "lark"}]]


def test_a_lapse_is_nobodys_act_and_somebodys_turn(home: Repository, wren: User) -> None:
    claiming.claim(wren, the_one())
    claiming.lapse(timezone.now() + timedelta(days=2))
    lapsed = [{"kind": "unclaimed", "actor": None, "login": "wren"}, TURN_CHANGED]
    assert told() == [[CLAIMED], lapsed]
    assert Event.objects.get(id=2).audience["turn_reviewer"] == ["finch", "wren"]


def test_a_lapse_that_a_look_finds_first_is_told_once(home: Repository, wren: User, monkeypatch) -> None:
    claiming.claim(wren, the_one())
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    look(home, 3, title="Another title")
    claiming.lapse(later)
    assert [[change["kind"] for change in changes] for changes in told()] == [["claimed"], ["retitled", "unclaimed"]]


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ({"reviews": (review("wren", "commented", 9),)}, ["reviewed"]),
        ({"state": "closed", "closed_at": at(9)}, ["closed"]),
    ],
)
def test_what_ends_a_claim_on_github_says_so_itself(home: Repository, wren: User, said: dict, kinds: list[str]) -> None:
    claiming.claim(wren, the_one())
    now = timezone.now() + timedelta(minutes=1)
    by_wren = item("reviewed", (now - at(0)).total_seconds() / 60, "wren", "commented")
    timeline = (*ASKED["timeline"], *([by_wren] if "reviews" in said else []))
    record(home, [snapshot(**{**ASKED, **said, "timeline": timeline, "updated_at": now})], now=now)
    assert json.loads(the_one().document)["claimed"] is None
    assert [change["kind"] for change in Event.objects.get(id=2).changes] == kinds


def test_other_members_of_a_team_are_another_turn(home: Repository) -> None:
    teams.take(Team.objects.get(), ["finch", "lark"])
    assert told() == [[TURN_CHANGED]]
    assert Event.objects.get().audience["turn_reviewer"] == ["finch", "lark", "wren"]
    teams.take(Team.objects.get(), ["finch", "lark", "heron"])  # the author: nobody's turn changed
    teams.take(Team.objects.get(), None)
    assert told() == [[TURN_CHANGED]] * 2


def test_what_github_says_without_a_name_for_it(home: Repository) -> None:
    look(home, 3, ci="unknown", head_sha="c" * 40)
    look(home, 4, ci="failure", head_sha="c" * 40)
    assert [[change["kind"] for change in changes] for changes in told()] == [["pushed"], ["turn_changed"]]


def test_what_changes_no_turn_is_no_event(home: Repository) -> None:
    rows = PullRequest.objects.all()
    Repository.objects.update(full_name="acme/webbing")
    assert rederive(rows, now=at(5)) == 1
    owners = [{"owner": "@lark", "rule": "*", "line": 1, "paths": ["a"], "paths_total": 1}]
    owned = {the_one().node_id: Ownership(base="main", head_sha="a" * 40, oid="1", owners=owners)}
    assert rederive(rows, now=at(5), owned=owned) == 1
    look(home, 6, additions=11)
    assert told() == []


def test_only_what_github_does_ends_a_snooze(home: Repository, wren: User) -> None:
    snoozing.snooze(wren, the_one(), until_event="any_update")
    claiming.claim(wren, the_one())
    claiming.release(wren, the_one())
    teams.take(Team.objects.get(), ["finch"])
    look(home, 3, ci="unknown", head_sha="a" * 40)
    assert len(told()) == 3
    assert Snooze.objects.count() == 1
    look(home, 4, title="Another title")
    assert Snooze.objects.count() == 0


def test_slack_says_nothing_of_it(home: Repository, wren: User, settings) -> None:
    settings.SLACK_WEBHOOK_URL = "https://hooks.slack.com/services/x"
    for who in (wren, user("finch"), user("lark")):
        Subscription.objects.create(user=who, repository=home, filters=["all"])
    claiming.claim(wren, the_one())
    claiming.lapse(timezone.now() + timedelta(days=2))
    teams.take(Team.objects.get(), ["wren", "finch", "lark"])
    assert plan(timezone.now()) == 0
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_team_mates_hear_of_it_at_once(home: Repository, wren: User) -> None:
    finch = user("finch")
    watching(finch, home, *MINE)
    token = token_of(finch)

    async def scenario(stage: Stage) -> None:
        client = await stage.ready(token)
        await stage.do(claiming.claim, wren, the_one_slowly := await stage.do(the_one))
        first = await client.frame("pr_update")
        await stage.do(claiming.release, wren, the_one_slowly)
        second = await client.frame("pr_update")
        assert [first["data"]["changes"], second["data"]["changes"]] == [["claimed"], ["unclaimed"]]
        turns = [[turn["login"] for turn in frame["data"]["pull_request"]["turn"]] for frame in (first, second)]
        assert turns == [["wren"], ["finch", "wren"]]

    play(scenario)


@pytest.mark.django_db(transaction=True)
def test_a_first_look_is_silent_and_knows_the_teams(
    world: World, watch: Callable[..., Repository], look: Callable[..., int]
) -> None:
    world.request_review(world.open("acme/web", "One", author="heron"), "acme/platform")
    watch("acme/web")
    look()
    assert {turn["login"] for turn in json.loads(the_one().document)["turn"]} == {"plover", "wren"}
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_claims_teams_and_looks_at_once_wait_for_each_other_and_number_without_holes() -> None:
    homes = [repository(f"acme/r{number}") for number in range(3)]
    team = Team.objects.create(name="acme/web", members_known=True)
    team.set_members(["wren", "finch"])
    for home in homes:
        seen = [snapshot(n, **{**ASKED, "node_id": f"PR_{home.pk}_{n}"}) for n in range(1, 4)]
        record(home, seen, now=at(2), first_look=True)
    people = [user(name, confirmed=True) for name in ("wren", "finch")]
    pulls = list(PullRequest.objects.order_by("pk"))

    def claims(who: User) -> None:
        for pull in pulls:
            with suppress(claiming.ClaimRefused, claiming.NotYours):
                claiming.claim(who, pull)
                claiming.release(who, pull)

    def members() -> None:
        for number in range(8):
            teams.take(Team.objects.get(), ["wren", "finch", *(["lark"] if number % 2 else [])])

    def looks() -> None:
        for minutes in range(3, 9):
            for home in homes:
                changed = {**ASKED, "title": f"At {minutes}", "updated_at": at(minutes)}
                record(home, [snapshot(1, **{**changed, "node_id": f"PR_{home.pk}_1"})], now=at(minutes))

    acts = [partial(claims, who) for who in people] + [members, looks, lambda: claiming.lapse(timezone.now())]
    with ThreadPoolExecutor(len(acts)) as pool:
        done = [pool.submit(alone, act) for act in acts]
        for one in done:
            one.result()
    kinds = [change["kind"] for changes in told() for change in changes]
    assert kinds.count("retitled") == 18
    assert kinds.count("claimed") == kinds.count("unclaimed") > 0
    # Seven changes of the team; one that comes while somebody is on it is no change of the turn.
    assert 0 < kinds.count("turn_changed") <= 7 * len(pulls)
    for pull in PullRequest.objects.all():
        assert [turn["login"] for turn in json.loads(pull.document)["turn"]] == ["finch", "lark", "wren"]
        assert pull.events.latest("id").turn == json.loads(pull.document)["turn"]


def alone(act: Callable[[], None]) -> None:
    """On a connection of its own."""
    try:
        act()
    finally:
        connection.close()
