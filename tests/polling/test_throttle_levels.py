"""Intervals that fit the hour's points: repositories without recent changes get longer ones first."""

import pytest

from monitor.polling.pacing.throttle_levels import (
    SHARE,
    THROTTLE_LEVELS,
    IntervalFactors,
    PollingLoad,
    points_per_hour,
    throttle_level_for,
)


def plan_for(load: PollingLoad, base: int, batch: int, limit: int) -> IntervalFactors:
    return THROTTLE_LEVELS[throttle_level_for(load, base, batch, limit)]


THOUSAND = PollingLoad(lively=1000, open=10_000)


def test_a_thousand_at_sixty_seconds_cost_less_than_two_points_each() -> None:
    assert plan_for(THOUSAND, 60, 50, 5000) == IntervalFactors()
    assert points_per_hour(THOUSAND, IntervalFactors(), 60, 50) / 1000 < 2.0
    assert points_per_hour(THOUSAND, IntervalFactors(), 60, 100) / 1000 < 1.3


@pytest.mark.parametrize(
    ("load", "base", "limit", "lively", "quiet"),
    [
        (PollingLoad(), 60, 5000, 1, 1),
        (PollingLoad(lively=8, open=80), 10, 5000, 1, 1),
        (PollingLoad(lively=500, quiet=2000, open=20_000), 60, 5000, 1, 2),
        (PollingLoad(lively=500, quiet=4500, open=50_000), 60, 5000, 1, 5),
        (PollingLoad(lively=5000, open=50_000), 60, 5000, 5, 15),
        (PollingLoad(lively=5000, open=50_000), 60, 0, 1, 1),
        (PollingLoad(lively=900_000), 10, 5000, 20, 60),
    ],
)
def test_plan(load: PollingLoad, base: int, limit: int, lively: int, quiet: int) -> None:
    plan = plan_for(load, base, 50, limit)
    assert (plan.lively, plan.quiet) == (lively, quiet)


@pytest.mark.parametrize("count", [10, 300, 1000, 2000, 5000, 8000])
def test_what_is_planned_fits(count: int) -> None:
    load = PollingLoad(lively=count // 4, quiet=count - count // 4, open=count * 10)
    plan = plan_for(load, 60, 50, 5000)
    assert points_per_hour(load, plan, 60, 50) <= 5000 * SHARE / 100


def test_each_level_costs_less_than_the_one_before() -> None:
    load = PollingLoad(lively=1000, quiet=1000, open=20_000)
    costs = [points_per_hour(load, plan, 60, 50) for plan in THROTTLE_LEVELS]
    assert costs == sorted(costs, reverse=True)
    assert all(level.quiet >= level.lively for level in THROTTLE_LEVELS)


def test_a_plan_survives_its_row() -> None:
    for plan in THROTTLE_LEVELS:
        assert IntervalFactors.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("busy", "level", "after"),
    [
        (0, 0, 0),
        (44, 0, 0),
        (46, 0, 1),
        (46, 3, 4),
        (30, 3, 3),
        (19, 3, 2),
        (60, len(THROTTLE_LEVELS) - 1, len(THROTTLE_LEVELS) - 1),
    ],
)
def test_a_github_that_takes_long_is_asked_less(busy: float, level: int, after: int) -> None:
    assert throttle_level_for(THOUSAND, 60, 50, 5000, level=level, busy=busy) == after
