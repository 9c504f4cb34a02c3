"""When stats are sent: only changed ones, and per repository at most once per second."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.live.stats_tracker import EVERY_SECONDS, StatsTracker

SMALL = st.integers(1, 3)
# Quarters of a second add up without rounding.
STEPS = st.lists(st.tuples(st.integers(0, 12).map(lambda quarters: quarters / 4), st.sets(SMALL)), max_size=30)


@given(STEPS)
def test_no_repository_is_read_twice_within_a_second_and_none_is_forgotten(steps):
    tracker, now = StatsTracker(), 0.0
    read_at: dict[int, float] = {}
    waiting: set[int] = set()
    for passed, touched in steps:
        now += passed
        tracker.mark_changed({repository: f"r{repository}" for repository in touched})
        waiting |= touched
        for repository in tracker.take_due(now):
            assert now - read_at.get(repository, float("-inf")) >= EVERY_SECONDS
            read_at[repository] = now
            waiting.discard(repository)
        wait = tracker.seconds_until_due(now)
        assert (wait is None) == (not waiting)
        assert wait is None or 0 <= wait <= EVERY_SECONDS
    assert set(tracker.take_due(now + EVERY_SECONDS)) == waiting


@given(st.lists(st.dictionaries(st.tuples(SMALL, SMALL), st.integers(0, 2)), max_size=10))
def test_only_changed_stats_are_sent_and_only_to_connected_users(counts):
    tracker = StatsTracker()
    tracker.add_user(1, {})
    tracker.add_user(2, {1: {"n": 0}})
    sent = {(2, 1): 0}
    for count in counts:
        fresh = {pair: {"n": value} for pair, value in count.items()}
        got = {(user, repository): stats["n"] for user, repository, stats in tracker.take_changed(fresh)}
        assert got == {pair: value for pair, value in count.items() if pair[0] in (1, 2) and sent.get(pair) != value}
        sent.update(got)


def test_stats_sent_meanwhile_are_not_replaced_by_older_ones():
    tracker = StatsTracker()
    tracker.add_user(1, {})
    assert list(tracker.take_changed({(1, 7): {"n": 5}})) == [(1, 7, {"n": 5})]
    tracker.add_user(1, {7: {"n": 4}, 8: {"n": 1}})
    assert (tracker.last_sent(1, 7), tracker.last_sent(1, 8)) == ({"n": 5}, {"n": 1})
    tracker.remove_user(1)
    assert tracker.last_sent(1, 7) == {}


def test_stats_that_a_join_sent_delay_the_next_reading():
    tracker = StatsTracker()
    tracker.mark_sent(7, now=10.0)
    tracker.mark_changed({7: "acme/web"})
    assert tracker.take_due(10.5) == {}
    assert tracker.seconds_until_due(10.5) == 0.5
    assert tracker.take_due(11.0) == {7: "acme/web"}
