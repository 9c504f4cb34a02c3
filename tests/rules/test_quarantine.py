"""The quarantine of what GitHub fails on: when it is asked for again, and since when GitHub has failed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.rules.quarantine import (
    after_answer,
    after_failure,
    due_again,
    failing_since,
    is_quarantined,
    key_of_checks,
    unread_pull_requests,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("failing_for", "pause"), [(0, 5), (10, 5), (20, 5), (60, 15), (120, 30), (240, 60), (6000, 60)]
)
def test_the_longer_github_fails_the_longer_the_pause(failing_for: int, pause: int) -> None:
    first = after_failure({}, "PR_1", NOON)
    now = NOON + failing_for * MINUTE
    again = after_failure(first, "PR_1", now)
    assert failing_since(again, "PR_1") == NOON
    assert is_quarantined(again, "PR_1", now + pause * MINUTE - timedelta(seconds=1))
    assert not is_quarantined(again, "PR_1", now + pause * MINUTE)


def test_an_answer_ends_it_for_what_was_answered_alone() -> None:
    both = after_failure(after_failure({}, "PR_1", NOON), "PR_2", NOON + MINUTE)
    assert unread_pull_requests(both) == {"PR_1": NOON, "PR_2": NOON + MINUTE}
    assert list(after_answer(both, {"PR_1", "PR_3"})) == ["PR_2"]


def test_those_that_waited_longest_are_asked_for_first_and_checks_by_their_own_refresh() -> None:
    held: dict[str, Any] = {}
    for key, minute in (("PR_2", 1), ("PR_1", 0), ("PR_3", 4), (key_of_checks("PR_4"), 0)):
        held = after_failure(held, key, NOON + minute * MINUTE)
    assert due_again(held, NOON + 7 * MINUTE) == ["PR_1", "PR_2"]
    assert "PR_4" not in unread_pull_requests(held)
    assert key_of_checks("PR_4") not in after_failure(held, "PR_5", NOON + 9 * MINUTE), "it is not kept for ever"


def test_what_an_earlier_version_stored_is_read() -> None:
    held = {"PR_1": "2026-03-02T12:05:00Z"}
    assert is_quarantined(held, "PR_1", NOON)
    assert unread_pull_requests(held) == {"PR_1": NOON}


def test_a_clock_that_was_ahead_holds_nothing_back() -> None:
    held = after_failure({}, "PR_1", NOON + timedelta(days=1))
    assert not is_quarantined(held, "PR_1", NOON)
