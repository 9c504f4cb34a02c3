"""Errors between a delivery and its events: nothing is lost, nothing is done twice, and no request waits."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.background.deadline import Deadline
from monitor.github.webhooks import Hint
from monitor.models import Event, RateLimit, Repository, WebhookDelivery
from monitor.polling import rounds
from monitor.polling.hints import webhook_processing, webhook_queue
from monitor.polling.pacing.leases import LEASE
from tests.refusing_database import refusing
from tests.webhooks.conftest import is_due, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def commented(world, hooked, post):
    """A delivery is waiting: a comment on the only pull request of acme/web."""
    pull = world.open("acme/web", "One", author="heron")
    repository = hooked()
    world.comment(pull, "Hm.", by="wren")
    post.arrive()
    return repository


def waiting() -> WebhookDelivery:
    return WebhookDelivery.objects.get(done_at=None)


def later(span: timedelta) -> None:
    """Moves all times back, as if `span` had passed."""
    for row in WebhookDelivery.objects.filter(done_at=None):
        WebhookDelivery.objects.filter(pk=row.pk).update(due_at=row.due_at - span)
    for limit in RateLimit.objects.exclude(blocked_until=None):
        RateLimit.objects.filter(pk=limit.pk).update(blocked_until=limit.blocked_until - span)


def next_run(name: str = "webhooks"):
    return Schedule.objects.values_list("next_run", flat=True).get(name=name)


def test_while_github_is_down_tries_get_rarer_and_then_succeed(github, commented) -> None:
    github.faults.bad_gateway()
    waits = []
    for _ in range(4):
        assert work(github) in (["PrDetails"], ["PrDetails", "RateLimit"], ["RateLimit"], [])
        row = waiting()
        waits.append((row.due_at - timezone.now()).total_seconds())
        assert row.error
        assert work(github) == [], "not before its time"
        later(timedelta(minutes=10))
    assert [row > 3 for row in waits] == [True] * 4
    assert waits == sorted(waits)
    github.faults.clear()
    assert work(github) == ["RateLimit", "PrDetails"]
    row = WebhookDelivery.objects.get()
    assert (row.error, row.done_at is None, Event.objects.count()) == ("", False, 1)


def test_the_schedule_runs_again_when_the_hint_is_due(github, commented) -> None:
    Schedule.objects.filter(name="webhooks").update(next_run=timezone.now() + timedelta(minutes=1))
    github.faults.bad_gateway()
    work(github)
    assert next_run() == waiting().due_at


def test_a_time_that_github_names_is_kept(github, commented) -> None:
    github.faults.secondary_limit(retry_after=600)
    work(github)
    work(github)
    until = RateLimit.objects.get(resource="graphql").blocked_until
    later(timedelta(seconds=60))
    assert work(github) == [], "nothing is asked before"
    assert abs(waiting().due_at - (until - timedelta(seconds=60))) < timedelta(seconds=2)


def test_what_cannot_be_read_is_given_up_and_left_to_regular_looks(github, commented) -> None:
    Repository.objects.update(next_poll_at=timezone.now() + timedelta(hours=1))
    github.faults.bad_gateway()
    WebhookDelivery.objects.filter(done_at=None).update(attempts=webhook_queue.TRIES - 1)
    work(github)
    row = WebhookDelivery.objects.get()
    assert row.done_at is not None
    assert row.error
    assert is_due(commented)


def test_one_failing_pull_request_does_not_stop_the_others(world, github, hooked, post) -> None:
    pulls = [world.open("acme/web", f"Number {n}", author="heron") for n in range(8)]
    hooked()
    for pull in pulls:
        world.comment(pull, "Hm.", by="wren")
    post.arrive()
    bad = pulls[3]
    github.faults.poison(bad.id)
    work(github)
    assert Event.objects.count() == 7
    assert waiting().hint["pull_requests"][0]["node_id"] == bad.id
    github.faults.clear()
    later(timedelta(minutes=10))
    work(github)
    assert Event.objects.count() == 8


def test_a_worker_that_died_is_replaced_when_its_lease_runs_out(github, commented) -> None:
    assert webhook_queue.take_batch().rows, "taken by somebody who is never heard of again"
    assert work(github) == []
    later(LEASE)
    assert work(github) == ["PrDetails"]
    assert Event.objects.count() == 1


def test_hints_that_arrive_while_a_worker_reads_wait_for_that_worker(world, github, commented, post) -> None:
    """So a burst is read together, and no older answer is recorded after a newer one."""
    batch = webhook_queue.take_batch()
    world.comment(world.pull("acme/web#1"), "Hm again.", by="wren")
    post.arrive()
    assert not webhook_queue.take_batch().rows
    batch.mark_done([row.pk for row in batch.rows])
    assert len(webhook_queue.take_batch().rows) == 1


def test_a_worker_with_an_expired_lease_writes_nothing(commented) -> None:
    first = webhook_queue.take_batch()
    later(LEASE)
    second = webhook_queue.take_batch()
    first.mark_done([row.pk for row in first.rows])
    first.postpone(first.rows[0], ValueError("late"), None)
    assert [row.pk for row in second.rows] == [waiting().pk]
    assert (waiting().lease, waiting().error) == (second.token, "")


def test_a_clock_that_ran_ahead_does_not_block_hints(github, commented) -> None:
    webhook_queue.take_batch()
    WebhookDelivery.objects.update(due_at=timezone.now() + timedelta(hours=8))
    assert work(github) == ["PrDetails"]


def test_hints_that_kill_their_worker_are_given_up(github, commented) -> None:
    WebhookDelivery.objects.filter(done_at=None).update(attempts=webhook_queue.TRIES + 1)
    assert work(github) == []


def test_a_hint_is_looked_at_within_a_round_when_no_worker_is_free(github, commented) -> None:
    Repository.objects.update(next_poll_at=timezone.now() + timedelta(hours=1))
    rounds.run_due()
    assert Event.objects.count() == 1


def test_an_unreadable_hint_does_not_stop_looks(world, commented, look) -> None:
    WebhookDelivery.objects.filter(done_at=None).update(hint={"kind": "from another version"})
    world.open("acme/web", "Two", author="heron")
    assert look() == 1
    assert Event.objects.filter(title="Two").exists()


def test_hints_without_time_left_are_followed_later(github, commented) -> None:
    assert webhook_processing.process_hints(Deadline(0)) == 0
    assert waiting().attempts == 0
    assert tasks.webhooks() == 1


def test_a_delivery_wakes_the_worker(world, hooked, post, django_capture_on_commit_callbacks) -> None:
    world.open("acme/web", "One", author="heron")
    hooked()
    Schedule.objects.filter(name="webhooks").update(next_run=timezone.now() + timedelta(minutes=1))
    world.comment(world.pull("acme/web#1"), "Hm.", by="wren")
    with django_capture_on_commit_callbacks(execute=True):
        post.arrive()
    assert next_run() <= timezone.now()


def test_old_deliveries_are_forgotten(commented) -> None:
    WebhookDelivery.objects.update(received_at=timezone.now() - timedelta(days=5))
    webhook_queue.store_delivery("fresh", "ping", "", None)
    tasks.housekeeping()
    assert list(WebhookDelivery.objects.values_list("delivery", flat=True)) == ["fresh"]


def test_a_database_outage_while_hints_are_followed_ends_the_round(github, commented, look) -> None:
    github.log.clear()
    with refusing('INSERT INTO "monitor_pullrequest"'), pytest.raises(OperationalError):
        look()
    assert [one.operation for one in github.log] == ["PrDetails"]


def test_an_unreadable_hint_does_not_block_other_hints(github, commented, post) -> None:
    post.arrive()
    webhook_queue.store_delivery("odd", "pull_request", "opened", Hint("details"))
    WebhookDelivery.objects.filter(delivery="odd").update(hint={"kind": "from another version"})
    assert work(github) == ["PrDetails"]
    assert Event.objects.count() == 1
    assert "KeyError" in WebhookDelivery.objects.get(delivery="odd").error
    assert not WebhookDelivery.objects.filter(done_at=None).exists()
