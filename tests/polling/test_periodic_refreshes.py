"""Changes that a probe does not show: checks, mergeability, missed closings, and changes on later pages."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from monitor.models import Event, PullRequest
from monitor.polling.looks.checks_due import is_urgent
from monitor.polling.pacing.intervals import RECONCILE_EVERY
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 23, 12, 2, tzinfo=UTC)


def kinds() -> list[str]:
    return [change["kind"] for event in Event.objects.order_by("id") for change in event.changes]


def long_ago(world: World) -> None:
    """Moves the demo's clock back one hour, so that no change is recent enough to be read twice."""
    world.clock = lambda: datetime.now(UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("ci", "pushed", "looked", "due"),
    [
        ("success", 1, 1, False),
        ("failure", 1, 1, False),
        ("pending", 1, 1, True),
        ("pending", 59, 1, True),
        ("pending", 61, 1, False),  # after an hour only every five minutes
        ("pending", 61, 3, True),
        ("none", 9, 1, True),  # checks may still begin
        ("none", 11, 1, False),
        ("unknown", 9, 1, True),
        ("pending", None, 1, False),
    ],
)
def test_urgent(ci: str, pushed: int | None, looked: int, due: bool) -> None:
    pushed_at = None if pushed is None else NOW - pushed * MINUTE
    assert is_urgent(ci, pushed_at, NOW - looked * MINUTE, NOW) is due


def test_pending_checks_are_refreshed_at_each_look(github: DemoGitHub, world: World, watch, look) -> None:
    pull = world.open("acme/web", "One", author="heron")
    world.set_checks(pull, "PENDING")
    watch("acme/web")
    look()
    world.set_checks(pull, "FAILURE")
    look()
    assert kinds() == ["checks_changed"]
    assert PullRequest.objects.get().ci == "failure"


def test_settled_checks_are_refreshed_every_fifteen_minutes(
    github: DemoGitHub, world: World, watch, look, time_passes
) -> None:
    long_ago(world)
    pull = world.open("acme/web", "One", author="heron")
    world.set_checks(pull, "SUCCESS")
    watch("acme/web")
    look()
    world.set_checks(pull, "FAILURE")
    world.set_mergeable(pull, "CONFLICTING")
    look()
    assert kinds() == []
    asked = len(github.asked("PrDetails"))
    time_passes(16 * MINUTE)
    look()
    assert kinds() == ["checks_changed", "mergeability_changed"]
    assert len(github.asked("PrDetails")) == asked


def test_the_merge_queue_is_seen_though_nothing_says_that_it_moved(
    github: DemoGitHub, world: World, watch, look, time_passes
) -> None:
    """Entering and leaving the queue change no `updatedAt`. Who removed the pull request is in its timeline only."""
    long_ago(world)
    pull = world.open("acme/web", "One", author="heron")
    world.review(pull, "APPROVED", by="wren")
    watch("acme/web")
    look()
    assert turn_codes() == ["ready_to_merge"]
    world.enqueue(pull, by="heron")
    look()
    assert kinds() == []
    time_passes(16 * MINUTE)
    look()
    assert (kinds(), turn_codes()) == (["queued"], [])
    world.dequeue(pull)
    look()
    assert kinds() == ["queued", "unqueued"]
    assert turn_codes() == ["left_queue"]
    github.log.clear()
    look()
    assert [request.operation for request in github.log] == ["PrProbe"], "and nothing is read twice"


def turn_codes() -> list[str]:
    return [turn["code"] for turn in json.loads(PullRequest.objects.get().document)["turn"]]


def test_a_refresh_of_many_repositories_shares_its_questions(
    github: DemoGitHub, world, watch, look, time_passes
) -> None:
    world.clock = lambda: datetime.now(UTC) - timedelta(days=2)
    add_many(world, 6, 20)
    for number in range(1, 7):
        watch(f"bulk/repo-{number:04}")
    look()
    time_passes(16 * MINUTE)
    github.log.clear()
    look()
    assert [len(request.ids) for request in github.asked("CiSweep")] == [100, 20]
    assert len(github.asked("PrProbe")) == 1
    assert not github.asked("PrDetails")


def test_checks_that_cannot_be_refreshed_do_not_fail_the_look(
    github: DemoGitHub, world, watch, look, time_passes
) -> None:
    long_ago(world)
    pull = world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    world.set_checks(pull, "FAILURE")
    time_passes(16 * MINUTE)
    github.faults.bad_gateway(only="CiSweep", times=1)
    look()
    repository.refresh_from_db()
    assert repository.status == "ok"
    look()
    assert kinds() == ["checks_changed"]


def test_checks_that_github_fails_on_do_not_stop_other_refreshes(
    github: DemoGitHub, world: World, watch, look, time_passes
) -> None:
    long_ago(world)
    pulls = [world.open("acme/web", f"PR {number}", author="heron") for number in range(9)]
    watch("acme/web")
    look()
    for pull in pulls:
        world.set_checks(pull, "FAILURE")
    poisoned = github.faults.poison(pulls[2].id, only="CiSweep")
    time_passes(16 * MINUTE)
    look()
    assert sorted(PullRequest.objects.filter(ci="failure").values_list("number", flat=True)) == [1, 2, 4, 5, 6, 7, 8, 9]
    hits = poisoned.hits
    time_passes(MINUTE)
    look()
    assert poisoned.hits == hits  # quarantined
    poisoned.clear()
    time_passes(16 * MINUTE)
    look()
    assert PullRequest.objects.filter(ci="failure").count() == 9


def test_if_github_fails_on_all_checks_few_queries_are_sent(
    github: DemoGitHub, world: World, watch, look, time_passes
) -> None:
    long_ago(world)
    add_many(world, 1, 80)
    repository = watch("bulk/repo-0001")
    look()
    time_passes(16 * MINUTE)
    broken = github.faults.bad_gateway(only="CiSweep")
    look()
    assert 1 < broken.hits <= 9
    repository.refresh_from_db()
    assert repository.status == "ok"


def test_an_unchanged_look_asks_once_and_writes_no_row(github: DemoGitHub, world: World, watch, look) -> None:
    long_ago(world)
    add_many(world, 3, 10)
    for number in range(1, 4):
        watch(f"bulk/repo-{number:04}")
    look()
    github.log.clear()
    before = list(PullRequest.objects.order_by("pk").values())
    look()
    assert [request.operation for request in github.log] == ["PrProbe"]
    assert list(PullRequest.objects.order_by("pk").values()) == before
    assert not Event.objects.exists()


def test_pages_are_read_until_an_unchanged_pull_request(github: DemoGitHub, world: World, watch, look) -> None:
    add_many(world, 1, 70)
    watch("bulk/repo-0001")
    look()
    github.log.clear()
    for number in range(1, 31):
        world.retitle(world.pull(f"bulk/repo-0001#{number}"), f"New title {number}")
    look()
    assert len(github.asked("PrMore")) == 1
    assert kinds() == ["retitled"] * 30
    assert not github.asked("OpenIds")


def test_a_closing_that_was_missed_is_found(github: DemoGitHub, world: World, watch, look, time_passes) -> None:
    long_ago(world)
    pull = world.open("acme/web", "One", author="heron")
    world.merge(pull)
    world.clock = lambda: datetime.now(UTC) - timedelta(minutes=50)
    for number in range(12):
        world.open("acme/web", f"Other {number}", author="finch")
    repository = watch("acme/web")
    look()
    # A look saw the opening but no look saw the closing: eleven newer changes hide the pull request in every probe.
    row = PullRequest.objects.get(number=1)
    PullRequest.objects.filter(pk=row.pk).update(
        state="open",
        digest="",
        snapshot=replace(row.stored_snapshot, state="open", merged_at=None, closed_at=None).to_json(),
    )
    look()
    assert PullRequest.objects.get(number=1).state == "open"
    time_passes(RECONCILE_EVERY)
    look()
    assert PullRequest.objects.get(number=1).state == "merged"
    assert kinds() == ["merged"]
    repository.refresh_from_db()
    assert timezone.now() - repository.reconciled_at < MINUTE


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_thousand_closed_since_the_last_look(github: DemoGitHub, world: World, watch, look, time_passes) -> None:
    add_many(world, 1, 5000)
    repository = watch("bulk/repo-0001")
    while not repository.first_read_at:
        look()
        repository.refresh_from_db()
    time_passes(timedelta(hours=8))
    for number in range(1, 5001):
        world.close(world.pull(f"bulk/repo-0001#{number}"))
    looks = 0
    while PullRequest.objects.filter(state="open").exists():
        look()
        looks += 1
        assert looks < 100
    assert Event.objects.filter(update_type="closed").count() == 5000
    look()
    repository.refresh_from_db()
    assert repository.status == "ok"


def test_eight_hours_away_are_one_look_not_480(github: DemoGitHub, world: World, watch, look, time_passes) -> None:
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    time_passes(timedelta(hours=8))
    github.log.clear()
    look(due=False)
    look(due=False)
    assert len(github.asked("PrProbe")) == 1
    repository.refresh_from_db()
    assert timezone.now() < repository.next_poll_at <= timezone.now() + MINUTE


def test_two_changes_within_one_second_are_both_seen(github: DemoGitHub, world: World, watch, look) -> None:
    second = datetime.now(UTC).replace(microsecond=0)
    world.clock = lambda: second
    pull = world.open("acme/web", "One", author="heron")
    watch("acme/web")
    look()
    world.retitle(pull, "Two")
    look()
    assert kinds() == ["retitled"]


def test_pull_requests_are_recorded_oldest_first(world: World, watch, look) -> None:
    watch("acme/web")
    look()
    start = datetime.now(UTC)
    for number in range(3):
        world.clock = lambda number=number: start + timedelta(seconds=number)
        world.open("acme/web", f"PR {number}", author="heron")
    look()
    assert [event.title for event in Event.objects.order_by("id")] == ["PR 0", "PR 1", "PR 2"]
