"""A claim or turn that changes without GitHub is an event: lists, frames and histories show it, Slack does not."""

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

from monitor import queries
from monitor.actions import claims, snoozes
from monitor.models import Event, EventSequence, Ownership, PullRequest, Repository, Snooze, Subscription, Team
from monitor.polling.teams import membership
from monitor.recording.recorder import record, rederive
from notifications.models import Delivery
from notifications.planning.planner import plan
from tests.builders import asked, at, item, repository, review, snapshot, user
from tests.demo_github import World
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


def only_pull_request() -> PullRequest:
    return PullRequest.objects.get()


def recorded_changes() -> list[list[dict[str, Any]]]:
    """The changes of every event so far; checks that the ids have no gaps."""
    events = list(Event.objects.order_by("id"))
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert EventSequence.objects.get().last == len(events)
    assert all(event.update_type == "updated" for event in events)
    return [event.changes for event in events]


def record_changed(home: Repository, minutes: float, **changed: Any) -> None:
    record(home, [snapshot(**{**ASKED, "updated_at": at(minutes), **changed})], now=timezone.now())


CLAIMED = {"kind": "claimed", "actor": "wren", "login": "wren"}
TURN_CHANGED = {"kind": "turn_changed", "actor": None}


def test_a_claim_is_an_event_for_those_whose_turn_it_ends(home: Repository, wren: User) -> None:
    finch = user("finch")
    Subscription.objects.create(user=finch, repository=home, filters=["review_requested"])
    claims.claim(wren, only_pull_request())
    assert recorded_changes() == [[CLAIMED]]
    (event,) = Event.objects.all()
    assert event.audience["turn_reviewer"] == ["finch", "wren"]
    assert event.turn == json.loads(only_pull_request().document)["turn"]
    assert (event.title, event.occurred_at) == (only_pull_request().title, event.at)
    assert queries.audience_of([event]) == {event.id: {finch.pk}}


def test_claimed_anew_the_time_is_another(home: Repository, wren: User, monkeypatch) -> None:
    noon = timezone.now()
    for minutes in (0, 0, 60):  # twice by a nervous hand, and once more an hour later
        monkeypatch.setattr("django.utils.timezone.now", lambda minutes=minutes: noon + timedelta(minutes=minutes))
        claims.claim(wren, only_pull_request())
    assert recorded_changes() == [[CLAIMED], [CLAIMED]]


def test_given_back_by_oneself_or_by_a_lead(home: Repository, wren: User) -> None:
    claims.claim(wren, only_pull_request())
    claims.release(wren, only_pull_request())
    claims.release(wren, only_pull_request())  # there is nothing to give back
    claims.claim(wren, only_pull_request())
    claims.release(user("boss", login="lark", is_staff=True), only_pull_request())
    given = {"kind": "unclaimed", "login": "wren"}
    assert recorded_changes() == [[CLAIMED], [{**given, "actor": "wren"}], [CLAIMED], [{**given, "actor": "lark"}]]


def test_a_lapse_is_nobodys_act_and_somebodys_turn(home: Repository, wren: User) -> None:
    claims.claim(wren, only_pull_request())
    claims.end_expired_claims(timezone.now() + timedelta(days=2))
    lapsed = [{"kind": "unclaimed", "actor": None, "login": "wren"}, TURN_CHANGED]
    assert recorded_changes() == [[CLAIMED], lapsed]
    assert Event.objects.get(id=2).audience["turn_reviewer"] == ["finch", "wren"]


def test_a_lapse_that_a_look_finds_first_is_told_once(home: Repository, wren: User, monkeypatch) -> None:
    claims.claim(wren, only_pull_request())
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    record_changed(home, 3, title="Another title")
    claims.end_expired_claims(later)
    assert [[change["kind"] for change in changes] for changes in recorded_changes()] == [
        ["claimed"],
        ["retitled", "unclaimed"],
    ]


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ({"reviews": (review("wren", "commented", 9),)}, ["reviewed"]),
        ({"state": "closed", "closed_at": at(9)}, ["closed"]),
    ],
)
def test_what_ends_a_claim_on_github_says_so_itself(home: Repository, wren: User, said: dict, kinds: list[str]) -> None:
    claims.claim(wren, only_pull_request())
    now = timezone.now() + timedelta(minutes=1)
    by_wren = item("reviewed", (now - at(0)).total_seconds() / 60, "wren", "commented")
    timeline = (*ASKED["timeline"], *([by_wren] if "reviews" in said else []))
    record(home, [snapshot(**{**ASKED, **said, "timeline": timeline, "updated_at": now})], now=now)
    assert json.loads(only_pull_request().document)["claimed"] is None
    assert [change["kind"] for change in Event.objects.get(id=2).changes] == kinds


def test_other_members_of_a_team_are_another_turn(home: Repository) -> None:
    membership.set_members(Team.objects.get(), ["finch", "lark"])
    assert recorded_changes() == [[TURN_CHANGED]]
    assert Event.objects.get().audience["turn_reviewer"] == ["finch", "lark", "wren"]
    membership.set_members(Team.objects.get(), ["finch", "lark", "heron"])  # the author: nobody's turn changed
    membership.set_members(Team.objects.get(), None)
    assert recorded_changes() == [[TURN_CHANGED]] * 2


def test_what_github_says_without_a_name_for_it(home: Repository) -> None:
    record_changed(home, 3, ci="unknown", head_sha="c" * 40)
    record_changed(home, 4, ci="failure", head_sha="c" * 40)
    assert [[change["kind"] for change in changes] for changes in recorded_changes()] == [["pushed"], ["turn_changed"]]


def test_what_changes_no_turn_is_no_event(home: Repository) -> None:
    rows = PullRequest.objects.all()
    Repository.objects.update(full_name="acme/webbing")
    assert rederive(rows, now=at(5)) == 1
    owners = [{"owner": "@lark", "rule": "*", "line": 1, "paths": ["a"], "paths_total": 1}]
    new_ownerships = {only_pull_request().node_id: Ownership(base="main", head_sha="a" * 40, oid="1", owners=owners)}
    assert rederive(rows, now=at(5), new_ownerships=new_ownerships) == 1
    record_changed(home, 6, additions=11)
    assert recorded_changes() == []


def test_only_what_github_does_ends_a_snooze(home: Repository, wren: User) -> None:
    snoozes.snooze(wren, only_pull_request(), until_event="any_update")
    claims.claim(wren, only_pull_request())
    claims.release(wren, only_pull_request())
    membership.set_members(Team.objects.get(), ["finch"])
    record_changed(home, 3, ci="unknown", head_sha="a" * 40)
    assert len(recorded_changes()) == 3
    assert Snooze.objects.count() == 1
    record_changed(home, 4, title="Another title")
    assert Snooze.objects.count() == 0


def test_slack_says_nothing_of_it(home: Repository, wren: User, settings) -> None:
    settings.SLACK_WEBHOOK_URL = "https://hooks.slack.com/services/x"
    for who in (wren, user("finch"), user("lark")):
        Subscription.objects.create(user=who, repository=home, filters=["all"])
    claims.claim(wren, only_pull_request())
    claims.end_expired_claims(timezone.now() + timedelta(days=2))
    membership.set_members(Team.objects.get(), ["wren", "finch", "lark"])
    assert plan(timezone.now()) == 0
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_team_mates_hear_of_it_at_once(home: Repository, wren: User) -> None:
    finch = user("finch")
    watching(finch, home, *MINE)
    token = token_of(finch)

    async def scenario(stage: Stage) -> None:
        client = await stage.ready(token)
        await stage.do(claims.claim, wren, the_one_slowly := await stage.do(only_pull_request))
        first = await client.frame("pr_update")
        await stage.do(claims.release, wren, the_one_slowly)
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
    assert {turn["login"] for turn in json.loads(only_pull_request().document)["turn"]} == {"plover", "wren"}
    assert recorded_changes() == []


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

    def claimed(who: User) -> None:
        for pull in pulls:
            with suppress(claims.ClaimRefused, claims.ClaimedByAnother):
                claims.claim(who, pull)
                claims.release(who, pull)

    def members() -> None:
        for number in range(8):
            membership.set_members(Team.objects.get(), ["wren", "finch", *(["lark"] if number % 2 else [])])

    def looks() -> None:
        for minutes in range(3, 9):
            for home in homes:
                changed = {**ASKED, "title": f"At {minutes}", "updated_at": at(minutes)}
                record(home, [snapshot(1, **{**changed, "node_id": f"PR_{home.pk}_1"})], now=at(minutes))

    acts = [partial(claimed, who) for who in people] + [
        members,
        looks,
        lambda: claims.end_expired_claims(timezone.now()),
    ]
    with ThreadPoolExecutor(len(acts)) as pool:
        done = [pool.submit(with_own_connection, act) for act in acts]
        for one in done:
            one.result()
    kinds = [change["kind"] for changes in recorded_changes() for change in changes]
    assert kinds.count("retitled") == 18
    assert kinds.count("claimed") == kinds.count("unclaimed") > 0
    # Seven changes of the team; one that comes while somebody is on it is no change of the turn.
    assert 0 < kinds.count("turn_changed") <= 7 * len(pulls)
    for pull in PullRequest.objects.all():
        assert [turn["login"] for turn in json.loads(pull.document)["turn"]] == ["finch", "lark", "wren"]
        assert pull.events.latest("id").turn == json.loads(pull.document)["turn"]


def with_own_connection(act: Callable[[], None]) -> None:
    """Runs `act` with a database connection of its own."""
    try:
        act()
    finally:
        connection.close()
