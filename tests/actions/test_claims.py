"""A claim settles the team's review request, and ends by a review, by time, or by its release."""

import json
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitor import tasks
from monitor.accounts import github_login_confirmation
from monitor.actions import claims
from monitor.models import Claim, Event, Person, PullRequest, Repository, ReviewRequest, Team
from monitor.recording.recorder import record
from monitor.rules.snapshot import Snapshot
from tests.builders import asked, at, item, repository, review, snapshot, user

pytestmark = pytest.mark.django_db
ASKED = snapshot(
    review_requests=(asked("acme/web"), asked("lark")),
    timeline=(item("review_requested", 1, "heron", "acme/web"), item("review_requested", 1, "heron", "lark")),
)


@pytest.fixture
def home() -> Repository:
    Team.objects.create(name="acme/web", members_known=True).set_members(["wren", "finch", "heron"])
    home = repository()
    record(home, [ASKED], now=at(2), first_look=True)
    return home


@pytest.fixture
def wren() -> User:
    return user("wren", confirmed=True)


def the_one() -> PullRequest:
    return PullRequest.objects.get()


def turns(number: int) -> list[dict[str, str]]:
    return json.loads(PullRequest.objects.get(number=number).document)["turn"]


def turn(number: int = 1) -> list[tuple[str, str]]:
    return [(one["login"], one["code"]) for one in turns(number)]


def reason_of(login: str, number: int = 1) -> str:
    return next(one["reason"] for one in turns(number) if one["login"] == login)


def index() -> set[str]:
    return set(the_one().involvements.filter(role="turn_reviewer").values_list("name", flat=True))


def of_team() -> list[tuple[str | None, str | None]]:
    return [(entry.settled, entry.settled_by) for entry in ReviewRequest.objects.filter(kind="team")]


TEAM_WAITS = [("lark", "review_requested"), ("finch", "team_requested"), ("wren", "team_requested")]
WREN_HAS_IT = [("lark", "review_requested"), ("wren", "team_requested")]


def test_it_leaves_the_others_of_the_team_and_not_who_is_asked_directly(home: Repository, wren: User) -> None:
    assert turn() == TEAM_WAITS
    claims.claim(wren, the_one())
    assert turn() == WREN_HAS_IT
    assert index() == {"lark", "wren"}
    assert of_team() == [("taken", "wren")]
    (entry,) = ReviewRequest.objects.filter(kind="team")
    assert entry.settled_at == Claim.objects.get().since


def test_given_back_the_team_is_asked_again_since_it_was_asked_first(home: Repository, wren: User) -> None:
    before = the_one().document
    claims.claim(wren, the_one())
    claims.release(wren, the_one())
    assert turn() == TEAM_WAITS
    assert of_team() == [(None, None)]
    assert the_one().document == before


def test_without_a_review_it_lapses(home: Repository, wren: User, settings) -> None:
    settings.CLAIM_HOURS = 3
    claims.claim(wren, the_one())
    assert claims.end_expired_claims(timezone.now() + timedelta(hours=2)) == 0
    assert turn() == WREN_HAS_IT
    assert claims.end_expired_claims(timezone.now() + timedelta(hours=4)) == 1
    assert turn() == TEAM_WAITS
    assert json.loads(the_one().document)["claimed"] is None


def look_after(minutes: float, **changed: object) -> tuple[Snapshot, datetime]:
    """GitHub's answer so many minutes from now."""
    now = timezone.now().replace(microsecond=0) + timedelta(minutes=minutes)
    offset = (now - at(0)).total_seconds() / 60
    made = {"updated_at": now}
    if "reviewer" in changed:
        by = str(changed["reviewer"])
        made |= {
            "timeline": (*ASKED.timeline, item("reviewed", offset, by, "commented")),
            "reviews": (review(by, "commented", offset),),
        }
    if "requests" in changed:
        made["review_requests"] = changed["requests"]
    return snapshot(**{"timeline": ASKED.timeline, "review_requests": ASKED.review_requests, **made}), now


def test_a_further_look_at_github_leaves_it_taken(home: Repository, wren: User) -> None:
    claims.claim(wren, the_one())
    seen, now = look_after(5)
    record(home, [seen], now=now)
    assert turn() == WREN_HAS_IT
    assert of_team() == [("taken", "wren")]


def test_a_review_ends_it(home: Repository, wren: User) -> None:
    claims.claim(wren, the_one())
    seen, now = look_after(5, reviewer="wren", requests=(asked("lark"),))
    record(home, [seen], now=now)
    assert json.loads(the_one().document)["claimed"] is None
    assert turn() == [("lark", "review_requested"), ("heron", "comments")]
    assert of_team() == [("taken", "wren")]
    finch = user("finch", confirmed=True)
    claims.claim(finch, the_one())
    assert json.loads(the_one().document)["claimed"]["login"] == "finch"


def test_somebody_elses_review_does_not_end_it(home: Repository, wren: User) -> None:
    claims.claim(wren, the_one())
    seen, now = look_after(5, reviewer="teal")
    record(home, [seen], now=now)
    assert json.loads(the_one().document)["claimed"]["login"] == "wren"


def test_a_team_asked_while_somebody_is_on_it_is_taken_at_once(home: Repository, wren: User) -> None:
    Team.objects.create(name="acme/db", members_known=True).set_members(["wren", "teal"])
    claims.claim(wren, the_one())
    seen, now = look_after(5, requests=(*ASKED.review_requests, asked("acme/db")))
    record(home, [seen], now=now)
    assert of_team() == [("taken", "wren"), ("taken", "wren")]
    assert index() == {"lark", "wren"}


def test_an_outsiders_claim_leaves_the_team_asked_and_is_their_own_turn(home: Repository) -> None:
    claims.claim(user("teal", confirmed=True), the_one())
    assert json.loads(the_one().document)["claimed"]["login"] == "teal"
    assert turn() == [*TEAM_WAITS, ("teal", "review_requested")]
    assert reason_of("teal") == "you are on it"
    assert "teal" in index()


def test_nobody_asked_it_is_the_turn_of_who_is_on_it_and_not_the_authors(home: Repository, wren: User) -> None:
    record(home, [snapshot(2)], now=at(3))
    second = PullRequest.objects.get(number=2)
    assert turn(2) == [("heron", "no_reviewer")]
    claims.claim(wren, second)
    assert (turn(2), reason_of("wren", 2)) == ([("wren", "review_requested")], "you are on it")
    assert json.loads(second.document)["turn"][0]["since"] == json.loads(second.document)["claimed"]["since"]
    claims.release(wren, second)
    assert turn(2) == [("heron", "no_reviewer")]


# Logins that anybody may have typed


def test_under_a_login_that_is_not_confirmed_it_takes_nothing_from_others(home: Repository) -> None:
    claims.claim(user("wren"), the_one())
    assert json.loads(the_one().document)["claimed"]["login"] == "wren"
    assert (turn(), of_team()) == (TEAM_WAITS, [(None, None)])
    record(home, [snapshot(2)], now=at(3))
    claims.claim(user("teal"), PullRequest.objects.get(number=2))
    assert turn(2) == [("teal", "review_requested"), ("heron", "no_reviewer")]


def test_confirmed_later_it_takes_and_the_others_are_told(home: Repository, django_capture_on_commit_callbacks) -> None:
    claims.claim(user("wren"), the_one())
    person = Person.objects.get(github_login="wren")
    with django_capture_on_commit_callbacks(execute=True):
        assert github_login_confirmation.confirm(Person.objects.all(), by="boss", now=timezone.now()) == 1
    person.refresh_from_db()
    assert (person.github_login_confirmed, person.github_login_confirmed_by) == (True, "boss")
    assert person.github_login_confirmed_at is not None
    assert (turn(), of_team()) == (WREN_HAS_IT, [("taken", "wren")])
    assert [change["kind"] for change in Event.objects.latest("id").changes] == ["turn_changed"]
    with django_capture_on_commit_callbacks(execute=True):
        assert github_login_confirmation.confirm(Person.objects.all(), by="another", now=timezone.now()) == 0
    assert Event.objects.count() == 2


def test_whose_login_is_confirmed_takes_it_over_from_whose_is_not_and_never_the_other_way_round(
    home: Repository, wren: User
) -> None:
    finch = user("finch")
    claims.claim(finch, the_one())
    claims.claim(wren, the_one())
    assert [(one["kind"], one["actor"], one["login"]) for one in Event.objects.latest("id").changes] == [
        ("unclaimed", "wren", "finch"),
        ("claimed", "wren", "wren"),
    ]
    assert turn() == WREN_HAS_IT
    with pytest.raises(claims.ClaimRefused, match="wren is on it"):
        claims.claim(finch, the_one())


def test_of_two_logins_that_are_not_confirmed_the_first_has_it(home: Repository) -> None:
    claims.claim(user("wren"), the_one())
    with pytest.raises(claims.ClaimRefused, match="wren is on it"):
        claims.claim(user("finch"), the_one())


def test_of_a_team_whose_members_are_unknown_anybody_may_be_one(home: Repository) -> None:
    Team.objects.update(members_known=False)
    claims.claim(user("teal", confirmed=True), the_one())
    assert turn() == [("lark", "review_requested"), ("teal", "team_requested")]
    claims.end_expired_claims(timezone.now() + timedelta(days=2))
    assert turn() == [("lark", "review_requested"), (None, "team_requested")]


def test_closing_ends_it(home: Repository, wren: User) -> None:
    claims.claim(wren, the_one())
    now = timezone.now()
    record(home, [snapshot(state="closed", closed_at=now, updated_at=now, timeline=ASKED.timeline)], now=now)
    assert json.loads(the_one().document)["claimed"] is None
    assert turn() == []
    with pytest.raises(claims.ClaimRefused):
        claims.claim(wren, the_one())


def test_the_task_that_runs_all_the_time_ends_what_is_over(home: Repository, wren: User) -> None:
    claims.claim(wren, the_one())
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    tasks.poll()
    assert turn() == TEAM_WAITS
