"""When numbers are told: only changed ones, and no repository more than once a second."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.live.numbers import EVERY_SECONDS, Numbers

SMALL = st.integers(1, 3)
# Quarters of a second add up without rounding.
STEPS = st.lists(st.tuples(st.integers(0, 12).map(lambda quarters: quarters / 4), st.sets(SMALL)), max_size=30)


@given(STEPS)
def test_no_repository_is_counted_twice_within_a_second_and_none_is_forgotten(steps):
    numbers, now = Numbers(), 0.0
    counted: dict[int, float] = {}
    waiting: set[int] = set()
    for passed, touched in steps:
        now += passed
        numbers.touch({repository: f"r{repository}" for repository in touched})
        waiting |= touched
        for repository in numbers.due(now):
            assert now - counted.get(repository, float("-inf")) >= EVERY_SECONDS
            counted[repository] = now
            waiting.discard(repository)
        wait = numbers.wait(now)
        assert (wait is None) == (not waiting)
        assert wait is None or 0 <= wait <= EVERY_SECONDS
    assert set(numbers.due(now + EVERY_SECONDS)) == waiting


@given(st.lists(st.dictionaries(st.tuples(SMALL, SMALL), st.integers(0, 2)), max_size=10))
def test_only_changed_numbers_are_told_and_only_to_those_who_are_here(counts):
    numbers = Numbers()
    numbers.start(1, {})
    numbers.start(2, {1: {"n": 0}})
    told = {(2, 1): 0}
    for count in counts:
        fresh = {pair: {"n": value} for pair, value in count.items()}
        got = {(user, repository): stats["n"] for user, repository, stats in numbers.changed(fresh)}
        assert got == {pair: value for pair, value in count.items() if pair[0] in (1, 2) and told.get(pair) != value}
        told.update(got)


def test_what_was_told_meanwhile_is_not_overwritten_by_an_older_count():
    numbers = Numbers()
    numbers.start(1, {})
    assert list(numbers.changed({(1, 7): {"n": 5}})) == [(1, 7, {"n": 5})]
    numbers.start(1, {7: {"n": 4}, 8: {"n": 1}})
    assert (numbers.of(1, 7), numbers.of(1, 8)) == ({"n": 5}, {"n": 1})
    numbers.forget(1)
    assert numbers.of(1, 7) == {}


def test_a_telling_outside_the_round_counts_as_one():
    numbers = Numbers()
    numbers.told(7, now=10.0)
    numbers.touch({7: "acme/web"})
    assert numbers.due(10.5) == {}
    assert numbers.wait(10.5) == 0.5
    assert numbers.due(11.0) == {7: "acme/web"}
