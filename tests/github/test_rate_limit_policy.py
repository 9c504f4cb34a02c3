"""How many points each purpose may spend, and how long prmonitor waits after an error."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.github.errors import Forbidden, Overloaded, QueryRejected, RateLimited, Unauthorized, Unavailable
from monitor.github.rate_limit_policy import Purpose, is_affordable, is_outage, pause_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def seconds(count: int) -> datetime:
    return NOW + timedelta(seconds=count)


@pytest.mark.parametrize(
    ("spent", "remaining", "may"),
    [
        (0, 5000, "WEBHOOK DETAILS PROBE CHECKS BACKGROUND"),
        (3399, 1600, "WEBHOOK DETAILS PROBE CHECKS BACKGROUND"),
        (3400, 1600, "WEBHOOK DETAILS PROBE CHECKS"),
        (3700, 1300, "WEBHOOK DETAILS PROBE"),
        (3950, 1050, "WEBHOOK DETAILS"),
        (3999, 1001, "WEBHOOK DETAILS"),
        (4000, 1000, ""),  # 80 % are spent
        (100, 500, "WEBHOOK DETAILS PROBE"),  # others use the account as well
        (100, 40, "WEBHOOK PROBE"),
        (100, 0, ""),
    ],
)
def test_affordable(spent: int, remaining: int, may: str) -> None:
    assert " ".join(one.name for one in Purpose if is_affordable(5000, remaining, spent, 1, one)) == may


def test_no_limit_is_no_limit() -> None:
    assert is_affordable(0, 0, 10**6, 1, Purpose.BACKGROUND)


@pytest.mark.parametrize(
    ("error", "strikes", "until"),
    [
        (RateLimited("", until=seconds(2400), primary=True, explicit=True), 0, 2400),
        (RateLimited("", until=seconds(17), primary=False, explicit=True), 3, 17),
        (RateLimited("", until=seconds(60), primary=False, explicit=False), 0, 60),
        (RateLimited("", until=seconds(60), primary=False, explicit=False), 2, 240),
        (RateLimited("", until=seconds(60), primary=False, explicit=False), 9, 900),
        (Unauthorized(""), 0, 60),
        (Unauthorized(""), 9, 300),
        (Forbidden(""), 1, 120),
        (Unavailable(""), 0, 30),
        (Unavailable(""), 9, 30),
        (Unavailable("", retry_after=120), 0, 120),
        (Unavailable("", retry_after=86400), 0, 900),
        (Overloaded(""), 0, None),
        (Overloaded(""), 6, None),
        (Overloaded(""), 7, 30),
        (Overloaded(""), 9, 30),
        (QueryRejected(""), 0, None),
    ],
)
def test_pause(error, strikes: int, until: int | None) -> None:
    assert pause_after(error, strikes, NOW, 30) == (None if until is None else seconds(until))


def test_an_outage_is_asked_about_every_ten_seconds_at_most() -> None:
    assert pause_after(Unavailable(""), 0, NOW, 5) == seconds(10)


@pytest.mark.parametrize(
    ("error", "strikes", "outage"),
    [(Unavailable(""), 0, True), (Overloaded(""), 6, False), (Overloaded(""), 7, True), (Unauthorized(""), 9, False)],
)
def test_what_an_outage_is(error, strikes: int, outage: bool) -> None:
    assert is_outage(error, strikes) is outage
