"""Several workers at once, and workers that die."""

import multiprocessing
import signal
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from notifications.delivery import deliverer, delivery_results
from notifications.models import Delivery
from tests.fixtures_slack import Answer, Slack
from tests.notifications.story import Story, rows
from tests.refusing_database import refusing


@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_saving_it_is_sent_again_when_the_lease_ends(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.pass_by(60)
    connection.close()  # a connection does not survive a fork in two processes
    worker = multiprocessing.get_context("fork").Process(target=story.deliver)
    by_webhook.answers.append(Answer(meanwhile=lambda: worker.kill()))
    worker.start()
    worker.join(10)
    assert worker.exitcode == -signal.SIGKILL
    assert rows() == [("wren", "waiting", "")]
    assert story.after(59) == 0
    assert len(by_webhook.posts) == 1
    assert story.after(1) == 1
    assert rows() == [("wren", "sent", "")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    sent: list[int] = []

    def another() -> None:
        try:
            sent.append(len(deliverer.lease_next_batch(story.now)))
            sent.append(story.deliver())
        finally:
            connection.close()

    def meanwhile() -> None:
        workers = [threading.Thread(target=another) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    by_webhook.answers.append(Answer(meanwhile=meanwhile))
    assert story.deliver() == 1
    assert sent == [0] * 8
    assert len(by_webhook.posts) == 1


@pytest.mark.django_db(transaction=True)
def test_one_due_message_is_claimed_by_one_of_many(by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren", "finch")
    start, claimed = threading.Barrier(6), []

    def worker() -> None:
        try:
            start.wait()
            deliverer.plan(story.now)
            claimed.append(len(deliverer.lease_next_batch(story.now + timedelta(seconds=60))))
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(6)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert Delivery.objects.count() == 2
    assert sorted(claimed) == [0, 0, 0, 0, 0, 2]


def test_an_expired_lease_no_longer_writes(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    [mine] = deliverer.lease_next_batch(story.now)
    story.pass_by(60)
    [theirs] = deliverer.lease_next_batch(story.now)
    delivery_results.record_failed([mine], "too late", story.now)
    theirs.refresh_from_db()
    assert theirs.state == "waiting"


def test_a_database_that_is_away_while_sending_loses_no_message(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    story.pass_by(60)
    with refusing('FROM "monitor_snooze"'), pytest.raises(OperationalError):
        story.deliver()
    assert rows() == [("wren", "waiting", "")]
    story.pass_by(60)
    assert story.deliver() == 1
    assert rows() == [("wren", "sent", "")]
