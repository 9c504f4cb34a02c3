"""Trouble between a delivery and what it brings: nothing is lost, nothing is done twice, nobody waits in a request."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.github.webhooks import Hint
from monitor.models import Event, RateLimit, Repository, WebhookDelivery
from monitor.polling import hinted, hints, rounds
from monitor.polling.deadline import Deadline
from monitor.polling.leases import LEASE
from tests.refusing import refusing
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
    """The same as if that much time had gone by."""
    for row in WebhookDelivery.objects.filter(done_at=None):
        WebhookDelivery.objects.filter(pk=row.pk).update(due_at=row.due_at - span)
    for limit in RateLimit.objects.exclude(blocked_until=None):
        RateLimit.objects.filter(pk=limit.pk).update(blocked_until=limit.blocked_until - span)


def next_run(name: str = "webhooks"):
    return Schedule.objects.values_list("next_run", flat=True).get(name=name)


def test_while_github_is_down_it_is_tried_ever_less_often_and_then_found(github, commented) -> None:
    github.faults.bad_gateway()
    waits = []
    for _ in range(4):
        assert work(github) in (["PrDetails"], [])
        row = waiting()
        waits.append((row.due_at - timezone.now()).total_seconds())
        assert row.error
        assert work(github) == [], "not before its time"
        later(timedelta(minutes=10))
    assert [row > 3 for row in waits] == [True] * 4
    assert waits == sorted(waits)
    github.faults.clear()
    assert work(github) == ["PrDetails"]
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
    WebhookDelivery.objects.filter(done_at=None).update(attempts=hints.TRIES - 1)
    work(github)
    row = WebhookDelivery.objects.get()
    assert row.done_at is not None
    assert row.error
    assert is_due(commented)


def test_one_poisoned_pull_request_keeps_no_other_from_being_read(world, github, hooked, post) -> None:
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
    assert hints.take().rows, "taken by somebody who is never heard of again"
    assert work(github) == []
    later(LEASE)
    assert work(github) == ["PrDetails"]
    assert Event.objects.count() == 1


def test_what_comes_while_somebody_reads_waits_for_them(world, github, commented, post) -> None:
    """So bursts are read together, and an older answer never comes after a newer one."""
    batch = hints.take()
    world.comment(world.pull("acme/web#1"), "Hm again.", by="wren")
    post.arrive()
    assert not hints.take().rows
    batch.done([row.pk for row in batch.rows])
    assert len(hints.take().rows) == 1


def test_whose_lease_ran_out_writes_nothing_any_more(commented) -> None:
    first = hints.take()
    later(LEASE)
    second = hints.take()
    first.done([row.pk for row in first.rows])
    first.put_off(first.rows[0], ValueError("late"), None)
    assert [row.pk for row in second.rows] == [waiting().pk]
    assert (waiting().lease, waiting().error) == (second.token, "")


def test_a_clock_that_ran_ahead_holds_nothing_up(github, commented) -> None:
    hints.take()
    WebhookDelivery.objects.update(due_at=timezone.now() + timedelta(hours=8))
    assert work(github) == ["PrDetails"]


def test_hints_that_kill_their_worker_come_to_rest(github, commented) -> None:
    WebhookDelivery.objects.filter(done_at=None).update(attempts=hints.TRIES + 1)
    assert work(github) == []


def test_a_hint_is_looked_at_within_a_round_when_no_worker_is_free(github, commented) -> None:
    Repository.objects.update(next_poll_at=timezone.now() + timedelta(hours=1))
    rounds.run_due()
    assert Event.objects.count() == 1


def test_a_hint_that_nobody_understands_keeps_no_repository_from_being_looked_at(world, commented, look) -> None:
    WebhookDelivery.objects.filter(done_at=None).update(hint={"kind": "from another version"})
    world.open("acme/web", "Two", author="heron")
    assert look() == 1
    assert Event.objects.filter(title="Two").exists()


def test_no_time_left_means_later_not_never(github, commented) -> None:
    assert hinted.work(Deadline(0)) == 0
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
    hints.keep("fresh", "ping", "", None)
    tasks.housekeeping()
    assert list(WebhookDelivery.objects.values_list("delivery", flat=True)) == ["fresh"]


def test_a_database_that_takes_nothing_ends_the_round_that_follows_hints(github, commented, look) -> None:
    github.log.clear()
    with refusing('INSERT INTO "monitor_pullrequest"'), pytest.raises(OperationalError):
        look()
    assert [one.operation for one in github.log] == ["PrDetails"]


def test_a_hint_that_nobody_understands_holds_up_no_other(github, commented, post) -> None:
    post.arrive()
    hints.keep("odd", "pull_request", "opened", Hint("details"))
    WebhookDelivery.objects.filter(delivery="odd").update(hint={"kind": "from another version"})
    assert work(github) == ["PrDetails"]
    assert Event.objects.count() == 1
    assert "KeyError" in WebhookDelivery.objects.get(delivery="odd").error
    assert not WebhookDelivery.objects.filter(done_at=None).exists()
