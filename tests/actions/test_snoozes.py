"""Snoozes: until when, what ends one, and that it ends when its time is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor import queries
from monitor.actions import snoozes
from monitor.background.deadline import Deadline
from monitor.models import PullRequest, Repository, Snooze, Subscription
from monitor.operations import retention
from monitor.recording.recorder import record, rederive
from monitor.rules.snapshot import Snapshot
from monitor.rules.snooze_choices import snooze_choices
from tests.builders import at, item, label, repository, review, snapshot, user

BEFORE = snapshot(1, draft=True, head_author="heron")
AFTER = {
    "pushed": {"head_sha": "c" * 40},
    "pushed by somebody else": {"head_sha": "c" * 40, "head_author": "wren"},
    "author comments": {"timeline": (item("commented", 5, "Heron"),), "comments": 1},
    "somebody comments": {"timeline": (item("commented", 5, "wren"),), "comments": 1},
    "reviewed": {"reviews": (review("wren", minutes=5),), "timeline": (item("reviewed", 5, "wren", "approved"),)},
    "labeled by the author": {"labels": (label("bug"),), "timeline": (item("labeled", 5, "heron", "bug"),)},
    "checks": {"ci": "failure"},
    "ready": {"draft": False, "timeline": (item("ready_for_review", 5, "wren"),)},
    "ready by the author": {"draft": False, "timeline": (item("ready_for_review", 5, "heron"),)},
    "only the time": {},
}
ENDED = {
    "pushed": {"author_update", "any_update"},
    "pushed by somebody else": {"author_update", "any_update"},
    "author comments": {"author_update", "any_update"},
    "somebody comments": {"any_update"},
    "reviewed": {"any_update"},
    "labeled by the author": {"author_update", "any_update"},
    "checks": {"any_update"},
    "ready": {"any_update", "ready_for_review"},
    "ready by the author": {"author_update", "any_update", "ready_for_review"},
    "only the time": set(),
}
EVENTS = ("author_update", "any_update", "ready_for_review")


def seen(repo: Repository, *snapshots: Snapshot) -> list[PullRequest]:
    record(repo, snapshots, now=at(1), first_look=True)
    return list(PullRequest.objects.order_by("number"))


@pytest.fixture
def repo(db) -> Repository:
    return repository()


@pytest.mark.parametrize("happened", AFTER)
def test_an_event_ends_what_waits_for_it(repo, happened):
    first, second = seen(repo, BEFORE, replace(BEFORE, number=2, node_id="PR_2"))
    for until_event in EVENTS:
        snoozes.snooze(user(until_event), first, until_event=until_event)
        snoozes.snooze(user(f"{until_event} of another"), second, until_event=until_event)
    snoozes.snooze(user("muted"), first)
    snoozes.snooze(user("timed"), first, until=timezone.now() + timedelta(hours=1))
    record(repo, [replace(BEFORE, updated_at=at(6), **AFTER[happened])], now=at(7))
    left = set(Snooze.objects.filter(pull_request=first).values_list("user__username", flat=True))
    assert left == {*EVENTS, "muted", "timed"} - ENDED[happened]
    assert second.snoozes.count() == 3


def test_waking_costs_one_statement_and_none_where_nobody_waits(repo):
    (row,) = seen(repo, BEFORE)

    def cost(minute: int) -> int:
        with CaptureQueriesContext(connection) as statements:
            record(repo, [replace(BEFORE, updated_at=at(minute), title=f"Title {minute}")], now=at(minute))
        return len(statements)

    plain = cost(2)
    snoozes.snooze(user("wren"), row, until_event="any_update")
    assert cost(3) == plain + 1
    assert not Snooze.objects.exists()


def test_what_is_worked_out_anew_wakes_nobody(repo):
    (row,) = seen(repo, BEFORE)
    snoozes.snooze(user("wren"), row, until_event="any_update")
    Repository.objects.update(full_name="acme/renamed")
    assert rederive(PullRequest.objects.all(), now=at(5)) == 1
    assert Snooze.objects.exists()


def test_a_time_that_has_passed_counts_nowhere_and_is_forgotten(repo):
    wren = user("wren")
    Subscription.objects.create(user=wren, repository=repo)
    first, second = seen(repo, snapshot(1), snapshot(2))
    now = timezone.now()
    Snooze.objects.create(user=wren, pull_request=first, until=now - timedelta(seconds=1))
    Snooze.objects.create(user=wren, pull_request=second, until=now + timedelta(hours=1))
    mine = queries.mine_for(wren, {row.pk: row.document for row in (first, second)})
    assert mine[first.pk]["snoozed"] is None
    assert mine[second.pk]["snoozed"]["until_event"] is None
    assert queries.search_for(wren, q="snoozed:true").keys() == [second.pk]
    assert queries.search_for(wren, q="snoozed:false").keys() == [first.pk]
    assert retention.delete_old_rows(Deadline(30)) == 1
    assert [row.pull_request_id for row in Snooze.objects.all()] == [second.pk]


def test_an_earlier_snooze_is_replaced_and_waking_ends_it(repo):
    wren: User = user("wren")
    (row,) = seen(repo, snapshot())
    snoozes.snooze(wren, row, until_event="any_update")
    snoozes.snooze(wren, row)
    assert queries.mine_of(wren, row)["snoozed"] == {"until": None, "until_event": None}
    assert snoozes.end_snooze(wren, row)
    assert not snoozes.end_snooze(wren, row)
    assert queries.mine_of(wren, row)["snoozed"] is None


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        # Wednesday noon
        (datetime(2026, 3, 4, 12, tzinfo=UTC), "UTC", ("2026-03-04T13:00", "2026-03-05T09:00", "2026-03-09T09:00")),
        # Still Sunday in Berlin, where summer time has just begun; Monday is tomorrow
        (datetime(2026, 3, 29, 20, tzinfo=UTC), "Europe/Berlin", ("2026-03-29T21:00", "2026-03-30T07:00", "2026-03-30T07:00")),
        # The night before the clocks change
        (datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Berlin", ("2026-03-28T13:00", "2026-03-29T07:00", "2026-03-30T07:00")),
        # On a Monday the next one is meant; Sunday in UTC is Monday in Auckland
        (datetime(2026, 3, 1, 20, tzinfo=UTC), "Pacific/Auckland", ("2026-03-01T21:00", "2026-03-02T20:00", "2026-03-08T20:00")),
    ],
)  # fmt: skip
def test_the_times_on_offer_are_the_readers_own(now, zone, expected):
    offered = {choice.key: choice for choice in snooze_choices(now, ZoneInfo(zone))}
    assert tuple(f"{offered[key].until:%Y-%m-%dT%H:%M}" for key in ("hour", "tomorrow", "monday")) == expected


def test_what_is_on_offer():
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    words = [choice.words for choice in snooze_choices(now, UTC)]
    assert words == ["1 hour", "Tomorrow 09:00", "Monday 09:00", "Until the author updates", "Until anything happens", "For good (mute)"]  # fmt: skip
    assert "ready_for_review" in {choice.until_event for choice in snooze_choices(now, UTC, draft=True)}
