"""The columns of a repository's row after a look: tables of outcomes, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.github.errors import (
    Forbidden,
    NotConfigured,
    Overloaded,
    QueryRejected,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from monitor.models import Repository
from monitor.polling.looks import look_outcome, status_messages
from monitor.polling.pacing.intervals import NextLook

NOW = datetime(2026, 11, 23, 7, 40, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def repository(**columns) -> Repository:
    return Repository(**{"full_name": "acme/web", "first_read_at": NOW - 9 * MINUTE, "last_polled_at": NOW} | columns)


def test_a_successful_look_clears_all_failures() -> None:
    columns = look_outcome.succeeded(
        repository(failures=3, misses=2, failing_since=NOW - MINUTE), NOW, NextLook(NOW + MINUTE, 60)
    )
    assert columns["status"] == "ok"
    assert {columns[name] for name in ("failing_since", "missing_since", "batch_limit")} == {None}
    assert (columns["failures"], columns["misses"], columns["status_message"]) == (0, 0, "")
    assert "reconciled_at" not in columns


@pytest.mark.parametrize(
    ("columns", "away"),
    [
        ({}, False),
        ({"failing_since": NOW - 9 * MINUTE, "failures": 1}, False),
        ({"failing_since": NOW - 10 * MINUTE, "failures": 1}, True),
        ({"failing_since": NOW - 50 * MINUTE, "failures": 0}, False),  # put off: nothing was asked
        ({"missing_since": NOW - MINUTE}, True),
        ({"last_polled_at": NOW - timedelta(hours=24)}, True),
        ({"first_read_at": None, "last_polled_at": None}, False),
    ],
)
def test_after_an_outage_open_pull_requests_are_reconciled(columns: dict[str, datetime | None], away: bool) -> None:
    assert look_outcome.was_away(repository(**columns), NOW) is away
    assert (
        look_outcome.succeeded(repository(**columns), NOW, NextLook(NOW, 60)).get("reconciled_at", "kept") is None
    ) is away


def test_a_failure_says_what_since_when_and_when_again() -> None:
    columns = look_outcome.failed(repository(), "GitHub answers 502.", NOW, interval=60)
    assert columns["status"] == "error"
    assert columns["status_message"] == "GitHub answers 502. Since 2026-11-23 07:40:00; next try 07:41:00 UTC."
    later = repository(failures=3, failing_since=NOW - 7 * MINUTE)
    columns = look_outcome.failed(later, "GitHub answers 502.", NOW, interval=60)
    assert columns["status_message"] == "GitHub answers 502. Since 2026-11-23 07:33:00, 4 tries; next try 07:45:00 UTC."
    assert columns["next_poll_at"] == NOW + 5 * MINUTE


def test_a_time_that_github_named_wins() -> None:
    columns = look_outcome.failed(repository(), "Wait.", NOW, interval=60, until=NOW + 40 * MINUTE)
    assert columns["next_poll_at"] == NOW + 40 * MINUTE


def test_three_misses_over_ten_minutes_make_it_inaccessible() -> None:
    seen = []
    row, now = repository(), NOW
    for _ in range(5):
        columns = look_outcome.missing(row, now, interval=60)
        for name, value in columns.items():
            setattr(row, name, value)
        seen.append(((now - NOW).seconds // 60, row.status, (row.next_poll_at - now).seconds))
        now = row.next_poll_at
    assert seen == [
        (0, "error", 60),
        (1, "error", 120),
        (3, "error", 240),
        (7, "error", 240),
        (11, "inaccessible", 3600),
    ]
    assert row.status_message.startswith("GitHub answers 404: the token can no longer see this repository. Since ")


def test_an_inaccessible_one_stays_so_while_github_is_down() -> None:
    gone = repository(status="inaccessible")
    assert look_outcome.failed(gone, "Down.", NOW, interval=60)["status"] == "inaccessible"
    assert look_outcome.postponed(gone, "Down.", NOW, NOW + MINUTE)["status"] == "inaccessible"


def test_a_postponed_look_is_no_try() -> None:
    columns = look_outcome.postponed(
        repository(failures=2), "GitHub's hourly limit is used up.", NOW, NOW + 20 * MINUTE
    )
    assert "failures" not in columns
    assert "last_tried_at" not in columns
    assert columns["next_poll_at"] == NOW + 20 * MINUTE


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unauthorized("GitHub refuses the token: Bad credentials"), "GitHub refuses the token: Bad credentials. Your team lead can replace it."),
        (Forbidden("No."), "No. Your team lead can widen what it may read."),
        (Unavailable("GitHub does not answer"), "GitHub does not answer. Nothing is lost."),
        (Overloaded("GitHub answers 502"), "GitHub answers 502. It is asked again by itself, and for less."),
        (RateLimited("GitHub's hourly limit is used up.", until=NOW, primary=True, explicit=True), "GitHub's hourly limit is used up. Nothing is lost."),
        (QueryRejected("Bad query"), "Bad query. This is a fault in prmonitor: its log has the details."),
        (NotConfigured("There is no token."), "There is no token. Set GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY."),
        (ValueError("x"), "This is a fault in prmonitor (ValueError), not in GitHub: its log has the details."),
    ],
)  # fmt: skip
def test_words(error: Exception, said: str) -> None:
    assert status_messages.what_failed(error) == said


def test_a_time_on_another_day_carries_its_date() -> None:
    late = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    assert status_messages.status_message("Down.", late, 1, late + MINUTE).endswith("next try 2026-11-24 00:00:00 UTC.")
