"""The demo lives: steadily, believably, for days, and often where the reader looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from monitor.demo.world.merge_rules import decision, latest_opinions, merge_state
from monitor.demo.world.objects import PullRequest, TimelineItem
from tests.demo.asking import PROBE, graphql
from tests.demo_github import DemoGitHub, Life, World, demo_world


class Ticking:
    """A clock that goes on four seconds at each step of the life."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 4, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


def lived(steps: int, seed: int = 1) -> tuple[World, Life, list[str]]:
    clock = Ticking()
    world = demo_world(now=clock)
    life = Life(world, seed=seed)
    said = []
    for _ in range(steps):
        clock.time += timedelta(seconds=4)
        said.append(life.step())
    return world, life, said


@pytest.mark.slow
def test_it_stays_within_bounds_for_long() -> None:
    world, life, _ = lived(4000)
    assert life.low - 1 <= len(life.scene.open_pulls()) <= life.high + 1
    pulls = [pull for home in world.repositories.values() for pull in home.pulls.values()]
    assert len(pulls) <= life.high + 1 + life.kept_closed * len(world.repositories)
    assert max(len(pull.timeline) for pull in pulls) < 150
    assert sum(life.scene.waits_for_viewer(pull) for pull in life.scene.open_pulls()) >= 3
    gone = len(world.nodes) - len(pulls)
    assert gone < 50  # people, teams and repositories, and no pull request that was forgotten


@pytest.mark.slow
def test_everything_happens() -> None:
    _, _, said = lived(3000)
    words = " ".join(said)
    for happening in (
        "opened", "pushed", "rebased", "checks failure", "checks success", "conflicting", "commented", "labelled",
        "unlabelled", "assigned", "unassigned", "retitled", "base changed", "ready for review", "back to draft", "merged",
        "closed", "reopened", "dismissed", "review requested from plover", "taken back", "approved", "changes_requested",
        "CODEOWNERS changed", "teasel comes or goes", ": queued", "merged out of the queue", "thrown out of the queue",
        "auto-merge enabled", "auto-merge disabled", "merged by auto-merge", "opened on top of", "a thread opened",
        "a thread resolved",
    ):  # fmt: skip
        assert happening in words, happening


def test_a_newcomer_sees_how_far_merges_have_come() -> None:
    world = demo_world(now=Ticking())
    scene = Life(world).scene
    pulls = scene.open_pulls()
    yours = [pull for pull in pulls if pull.author is world.account("plover")]
    others = [pull for pull in pulls if pull not in yours]
    assert [one for one in yours if _approvals(one) == 1 and one.repository.required_approvals == 2]
    assert [one for one in others if decision(world, one) == "APPROVED" and scene.waits_for_viewer(one)]
    assert [one for one in others if _made_stale(one, "plover")]
    assert sorted(one.merge_queue_entry.position for one in pulls if one.merge_queue_entry) == [1, 2]
    assert [one for one in yours if one.merge_queue_entry]
    out = [one for one in yours if _was_removed(one) and not one.merge_queue_entry]
    assert [one.state for one in out] == ["OPEN"]
    waiting = [one for one in yours if one.auto_merge_request and one.head.rollup == "PENDING"]
    assert {merge_state(world, one) for one in waiting} == {"BLOCKED"}
    talked = [one for one in yours if {thread.is_resolved for thread in one.threads} == {True, False}]
    assert {merge_state(world, one) for one in talked} == {"BLOCKED"}
    heads = {one.head_ref_name: one for one in pulls}
    assert [one for one in others if (below := heads.get(one.base_ref_name)) and below.base_ref_name in heads]
    agents = [one for one in others if one.author and one.author.login == "copilot-swe-agent"]
    assert [[person.login for person in one.assignees] for one in agents] == [["plover"]]


def _approvals(pull: PullRequest) -> int:
    return sum(one.state == "APPROVED" for one in latest_opinions(pull))


def _was_removed(pull: PullRequest) -> bool:
    return any(
        isinstance(item, TimelineItem) and item.details.get("reason") == "failed_checks" for item in pull.timeline
    )


def _made_stale(pull: PullRequest, reviewer: str) -> bool:
    details = [item.details for item in pull.timeline if isinstance(item, TimelineItem)]
    return any(one.get("pull_request_commit") and one["review"].author.login == reviewer for one in details)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_within_the_first_minutes_merges_move(seed: int) -> None:
    _, _, said = lived(75, seed=seed)
    words = " ".join(said)
    for happening in ("merged out of the queue", "a thread"):
        assert happening in words, happening


def test_a_watcher_soon_sees_something_that_concerns_them() -> None:
    clock = Ticking()
    world = demo_world(now=clock)
    life = Life(world)
    quiet, longest = 0, 0
    for _ in range(500):
        before = {pull.id: pull.updated_at for pull in life.scene.open_pulls() if life.scene.concerns_viewer(pull)}
        rollups = {pull.id: (pull.head.rollup, pull.mergeable) for pull in life.scene.open_pulls()}
        clock.time += timedelta(seconds=4)
        life.step()
        after = [pull for pull in life.scene.open_pulls() if life.scene.concerns_viewer(pull)]
        moved = {pull.id: pull.updated_at for pull in after} != before or any(
            rollups.get(pull.id) != (pull.head.rollup, pull.mergeable) for pull in after
        )
        quiet = 0 if moved else quiet + 1
        longest = max(longest, quiet)
    assert longest <= 12


@pytest.mark.slow
def test_the_same_seed_lives_the_same_life() -> None:
    assert lived(300, seed=5)[2] == lived(300, seed=5)[2]
    assert lived(300, seed=5)[2] != lived(300, seed=6)[2]


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_what_happens_is_possible_on_github(seed: int) -> None:
    clock = Ticking()
    world = demo_world(now=clock)
    life = Life(world, seed=seed)
    updated: dict[str, datetime] = {}
    for _ in range(400):
        clock.time += timedelta(seconds=4)
        life.step()
        for pull in (pull for home in world.repositories.values() for pull in home.pulls.values()):
            reviewers = [one.reviewer for one in pull.requests]
            assert len(set(reviewers)) == len(reviewers)
            assert pull.author not in reviewers
            assert (pull.closed_at is None) == (pull.state == "OPEN")
            assert (pull.merged_at is None) == (pull.state != "MERGED")
            assert pull.state == "OPEN" or not (pull.merge_queue_entry or pull.auto_merge_request)
            assert pull.updated_at >= updated.get(pull.id, pull.created_at)
            updated[pull.id] = pull.updated_at
        home = life.random.choice(life.scene.repositories())
        times = [pull.updated_at for pull in home.recently_updated()]
        assert times == sorted(times, reverse=True)


def test_it_goes_on_while_many_read() -> None:
    world = demo_world()
    life = Life(world, interval=0.001).start()
    ids = [home.id for home in world.repositories.values()]
    try:
        with DemoGitHub(world) as github, ThreadPoolExecutor(4) as pool:
            said = list(pool.map(lambda _: graphql(github, PROBE, ids=ids, k=10), range(40)))
    finally:
        life.stop()
    assert all(one.status == 200 and not one.errors for one in said)


def test_it_runs_by_itself_until_stopped() -> None:
    world, moved = demo_world(), Event()
    world.listeners.append(lambda *_: moved.set())
    life = Life(world, interval=0.01).start()
    assert moved.wait(5)
    life.stop()
    moved.clear()
    assert not moved.wait(0.05)
