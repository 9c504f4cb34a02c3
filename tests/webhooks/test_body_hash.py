"""A captured delivery that is sent again: its signature stays valid, with any delivery id and any event name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from monitor import tasks
from monitor.github.webhooks import body_hash_of, hint_of
from monitor.models import Event, WebhookDelivery

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOME = {"repository": {"node_id": "R_1", "full_name": "acme/web"}}
PULL = HOME | {"action": "labeled", "number": 3, "pull_request": {"node_id": "PR_1", "number": 3}}
MEMBER = {"action": "added", "organization": {"login": "acme"}, "team": {"slug": "web"}, "member": {"login": "wren"}}
INSTALLED = {"action": "added", "repositories_added": [{"node_id": "R_1", "full_name": "acme/web"}]}


def test_the_same_bytes_under_another_id_do_nothing(deliver) -> None:
    assert deliver("pull_request", PULL, delivery="captured").status_code == 202
    again = [
        deliver("pull_request", PULL, delivery=f"replayed-{number}", **said)
        for number, said in enumerate(({}, {"X-GitHub-Event": "pull_request_review"}, {"X-GitHub-Hook-ID": "7"}))
    ]
    assert {(answer.status_code, answer.content) for answer in again} == {(200, b'{"status": "seen before"}')}
    assert WebhookDelivery.objects.get().delivery == "captured"


def test_what_was_replayed_is_not_read_back_again(github, world, hooked, post, deliver) -> None:
    pull = world.open("acme/web", "One", author="heron")
    hooked()
    world.comment(pull, "Hm.", by="wren")
    [sent] = post.take()
    post.deliver(sent)
    assert tasks.webhooks() == 1
    assert Event.objects.count() == 1
    github.log.clear()
    for number in range(20):
        deliver(sent.event, sent.payload, delivery=f"replayed-{number}")
    assert tasks.webhooks() == 0
    assert not github.log


def test_other_bytes_are_another_happening(deliver) -> None:
    for action in ("labeled", "unlabeled"):
        assert deliver("pull_request", PULL | {"action": action}).status_code == 202
    assert WebhookDelivery.objects.count() == 2


@pytest.mark.parametrize(("event", "payload"), [("membership", MEMBER), ("installation_repositories", INSTALLED)])
def test_payloads_without_a_time_may_repeat_once_per_hour(event: str, payload: dict) -> None:
    marks = [body_hash_of(b"{}", hint_of(event, payload), NOON + timedelta(minutes=at)) for at in (0, 59, 60, 24 * 60)]
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


def test_everything_else_is_the_same_at_any_time() -> None:
    hint = hint_of("pull_request", PULL)
    assert (
        body_hash_of(b"{}", hint, NOON)
        == body_hash_of(b"{}", hint, NOON + timedelta(days=3))
        != body_hash_of(b"{ }", hint, NOON)
    )


def test_deliveries_without_a_hint_may_repeat(deliver) -> None:
    answers = [deliver(event, {"zen": "Design for failure."}) for event in ("ping", "ping", "unheard_of", "unheard_of")]
    assert [answer.status_code for answer in answers] == [202] * 4


def test_bytes_are_remembered_as_long_as_deliveries(deliver) -> None:
    deliver("pull_request", PULL)
    WebhookDelivery.objects.update(received_at=timezone.now() - timedelta(days=3))
    tasks.housekeeping()
    assert deliver("pull_request", PULL).status_code == 200
    WebhookDelivery.objects.update(received_at=timezone.now() - timedelta(days=5))
    tasks.housekeeping()
    assert deliver("pull_request", PULL).status_code == 202


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_taken(deliver) -> None:
    ready = Barrier(6)

    def send(number: int) -> int:
        try:
            ready.wait(10)
            return deliver("pull_request", PULL, delivery=f"at-once-{number}").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(send, range(6)))
    assert answers == [200] * 5 + [202]
    assert WebhookDelivery.objects.count() == 1
