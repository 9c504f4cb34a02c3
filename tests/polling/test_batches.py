"""Batches that overload GitHub, a repository that GitHub fails on, and rate limits that do not suffice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitor.models import RateLimit, Repository
from monitor.polling.pacing import current_plan
from monitor.polling.pacing.throttle_levels import PollingLoad
from tests.demo_github import DemoGitHub, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def fifty(world: World, watch, look) -> list[Repository]:
    """Fifty repositories that have had their first look; nothing was open."""
    now = timezone.now()
    looked = dict.fromkeys(("first_read_at", "last_tried_at", "last_polled_at", "reconciled_at"), now)
    rows = []
    for number in range(50):
        world.add_repository(f"acme/r{number}")
        rows.append(watch(f"acme/r{number}", status="ok", checks_swept_at=now, **looked))
    look()
    return rows


def budget() -> RateLimit:
    return RateLimit.objects.get(resource="graphql")


def test_fifty_share_one_probe_and_one_point(github: DemoGitHub, fifty, look) -> None:
    github.log.clear()
    look()
    assert [(request.operation, len(request.ids), request.points) for request in github.log] == [("PrProbe", 50, 1)]


@pytest.mark.slow
def test_502_on_any_batch_over_twenty(github: DemoGitHub, fifty, look) -> None:
    github.faults.bad_gateway(only="PrProbe", over_ids=20)
    for _ in range(5):
        look()
    assert budget().batch_size <= 25
    github.log.clear()
    look()
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}
    # Larger batches may be tried again, but no batch that is far too large.
    assert max(len(request.ids) for request in github.asked("PrProbe")) <= 30
    assert len(github.asked("PrProbe")) <= 6


def test_one_failing_repository_among_fifty_is_found_and_asked_for_alone(github: DemoGitHub, fifty, look) -> None:
    bad = fifty[17]
    github.faults.poison(bad.node_id, only="PrProbe")
    for _ in range(6):
        look()
    assert list(Repository.objects.exclude(status="ok").values_list("full_name", flat=True)) == [bad.full_name]
    bad.refresh_from_db()
    assert (bad.status, bad.batch_limit) == ("error", 1)
    assert budget().batch_size >= 25
    github.log.clear()
    look()
    sizes = sorted(len(request.ids) for request in github.asked("PrProbe"))
    assert sizes[0] == 1
    assert sum(sizes) == 50
    assert len(sizes) <= 3
    github.faults.clear()
    Repository.objects.update(next_poll_at=timezone.now())
    RateLimit.objects.update(blocked_until=None)
    look()
    bad.refresh_from_db()
    assert (bad.status, bad.batch_limit) == ("ok", None)


@pytest.mark.slow
def test_all_of_github_answering_502_is_an_outage_not_fifty_culprits(github: DemoGitHub, fifty, look) -> None:
    github.faults.bad_gateway(only="PrProbe", times=None)
    for _ in range(8):
        look()
    assert len(github.asked("PrProbe")) < 12
    assert budget().blocked_until > timezone.now()
    assert set(Repository.objects.values_list("status", flat=True)) == {"error"}


def test_a_partial_answer_marks_only_its_part(github: DemoGitHub, fifty, look) -> None:
    github.faults.resource_limits(30, only="PrProbe")
    look()
    assert Repository.objects.filter(status="ok").count() >= 30
    look()
    assert Repository.objects.filter(status="ok").count() == 50


def test_quick_answers_make_batches_grow(fifty, look) -> None:
    RateLimit.objects.update(fast_answers=9)
    look()
    assert budget().batch_size == 60


def test_our_share_of_the_hour_is_kept(github: DemoGitHub, fifty, look) -> None:
    github.exhaust(leave=1000)
    look()
    RateLimit.objects.update(spent=3999)
    github.log.clear()
    look()
    assert not github.log
    row = Repository.objects.first()
    assert row.status_message.startswith("prmonitor's share of GitHub's hourly limit (80 %) is used up.")
    assert row.next_poll_at >= budget().reset_at


def test_sweeps_slow_down_before_probes_do(github: DemoGitHub, fifty, look) -> None:
    Repository.objects.update(checks_swept_at=None, reconciled_at=None)
    RateLimit.objects.update(spent=3450)
    github.log.clear()
    look()
    assert [request.operation for request in github.log] == ["PrProbe"]
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}


def test_quiet_repositories_are_stretched_and_say_so(github: DemoGitHub, fifty, look, time_passes) -> None:
    # Two days without a change and a small hourly limit have the same effect as thousands of repositories.
    time_passes(timedelta(days=2))
    Repository.objects.filter(pk=fifty[0].pk).update(changed_at=timezone.now())
    RateLimit.objects.update(limit=250, remaining=250, spent=0, planned_at=None)
    look()
    intervals = dict(Repository.objects.values_list("pk", "effective_interval_seconds"))
    assert intervals.pop(fifty[0].pk) == 60
    assert set(intervals.values()) == {120}


def test_a_new_hour_opens_by_itself(github: DemoGitHub, fifty, look, time_passes) -> None:
    RateLimit.objects.update(spent=4000)
    look()
    assert set(Repository.objects.values_list("status", flat=True)) == {"error"}
    time_passes(timedelta(minutes=61))
    look()
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}


def test_a_clock_that_is_set_back_does_not_block(github: DemoGitHub, fifty, look) -> None:
    ahead = timezone.now() + timedelta(hours=8)
    RateLimit.objects.update(blocked_until=ahead, reset_at=ahead, updated_at=ahead, planned_at=ahead, spent=4000)
    look()
    assert set(Repository.objects.values_list("status", flat=True)) == {"ok"}
    assert budget().reset_at < ahead


def test_the_load_is_counted_once_a_minute(fifty, look, django_assert_num_queries) -> None:
    identity = budget().identity
    RateLimit.objects.update(planned_at=None)
    current_plan.current_plan_for(identity, timezone.now())
    with django_assert_num_queries(1):
        plan = current_plan.current_plan_for(identity, timezone.now())
    assert plan.load == PollingLoad(lively=50)
