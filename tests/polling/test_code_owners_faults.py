"""Errors in prmonitor while it finds or records the code owners of one pull request or repository."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from django.db import DataError, OperationalError, connection
from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.webhooks.hints import Hint, NamedObject
from monitor.models import Event, Ownership, PullRequest, Repository, WebhookDelivery
from monitor.polling.hints import webhook_processing, webhook_queue
from tests.demo_github import DemoGitHub, World
from tests.refusing_database import refusing

pytestmark = pytest.mark.django_db(transaction=True)
Rows = tuple[PullRequest, PullRequest, PullRequest]


def owners(row: PullRequest) -> list[str]:
    return [one["owner"] for one in json.loads(PullRequest.objects.get(pk=row.pk).document)["code_owners"]]


def an_hour_passes() -> None:
    Repository.objects.update(owners_checked_at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def rows(world: World, watch, look) -> Rows:
    """Two pull requests of acme/web and one of acme/vault, with owners; CODEOWNERS was edited since.

    What is kept of the first one's files is spoiled: it stands for whatever nobody thought of.
    """
    for name in ("acme/web", "acme/vault"):
        world.edit_codeowners(name, "* @wren\n")
        watch(name)
    for name, title in (("acme/web", "One"), ("acme/web", "Two"), ("acme/vault", "Three")):
        world.open(name, title, author="heron", draft=True)
    look()
    one, two = PullRequest.objects.filter(repository__full_name="acme/web").order_by("number")
    Ownership.objects.filter(pull_request=one).update(paths=[1])
    for name in ("acme/web", "acme/vault"):
        world.edit_codeowners(name, "* @lark\n")
    an_hour_passes()
    return one, two, PullRequest.objects.get(title="Three")


def test_failed_owners_of_one_pull_request_do_not_affect_others(rows: Rows, look) -> None:
    look()
    assert [owners(row) for row in rows] == [["@wren"], ["@lark"], ["@lark"]]  # the first keeps those that are known


def test_a_pull_request_with_failed_owners_is_recorded(
    world: World, rows: Rows, look, caplog: pytest.LogCaptureFixture
) -> None:
    look()
    caplog.clear()
    for pull in ("acme/web#1", "acme/web#2", "acme/vault#1"):
        world.label(world.pull(pull), "urgent")
    look()
    assert sorted(event.title for event in Event.objects.all()) == ["One", "Three", "Two"]
    assert {row.status for row in Repository.objects.all()} == {"ok"}
    [said] = [record for record in caplog.records if record.exc_info]
    assert "acme/web#1" in said.getMessage()


def test_a_pull_request_with_failed_owners_is_read_after_a_webhook(world: World, rows: Rows, look) -> None:
    look()
    for row in rows[:2]:
        world.label(world.pull(f"acme/web#{row.number}"), "urgent")
        home, named = NamedObject(row.repository.node_id, "acme/web"), NamedObject(row.node_id, str(row.number))
        webhook_queue.store_delivery(
            f"delivery-{row.pk}", "pull_request", "labeled", Hint("details", (home,), (named,))
        )
    webhook_processing.process_hints(Deadline(None))
    assert sorted(event.title for event in Event.objects.all()) == ["One", "Two"]
    assert not WebhookDelivery.objects.filter(done_at=None).exists()


def test_if_no_owners_can_be_found_pull_requests_are_recorded_and_owners_follow(
    world: World, rows: Rows, look, caplog: pytest.LogCaptureFixture
) -> None:
    Repository.objects.update(owners_checked_at=timezone.now())
    for number in (1, 2):
        world.label(world.pull(f"acme/web#{number}"), "urgent")
    with refusing('FROM "monitor_ownership"', error=DataError) as refused:
        look()
    assert refused
    assert sorted(event.title for event in Event.objects.all()) == ["One", "Two"]
    assert Repository.objects.get(full_name="acme/web").owners_checked_at is None
    assert "Could not work out the code owners of" in caplog.text
    look()
    assert owners(rows[1]) == ["@lark"]


def test_failed_recording_of_owners_does_not_affect_other_repositories(rows: Rows, look) -> None:
    PullRequest.objects.filter(pk=rows[1].pk).update(snapshot="{")
    look()
    assert owners(rows[2]) == ["@lark"]
    # Due again in a few minutes, and not at every look.
    assert all(timezone.now() - one.owners_checked_at < timedelta(hours=1) for one in Repository.objects.all())


def test_a_repository_deleted_while_codeowners_is_read_does_not_affect_others(
    github: DemoGitHub, world: World, rows: Rows, look
) -> None:
    for name in ("acme/web", "acme/vault"):
        world.open(name, "To a new base", author="heron", base="release", draft=True)
    with github.faults.hold(only="Codeowners") as hold:
        worker = Thread(target=lambda: (look(), connection.close()))
        worker.start()
        assert hold.reached.wait(10)
        Repository.objects.filter(full_name="acme/vault").delete()
    worker.join(20)
    assert [event.repository.full_name for event in Event.objects.all()] == ["acme/web"]


@pytest.mark.parametrize("part", ['FROM "monitor_ownership"', 'FROM "monitor_codeownersbranch"'])
def test_a_database_outage_while_owners_are_found_ends_the_round(
    github: DemoGitHub, world: World, rows: Rows, look, part: str
) -> None:
    Repository.objects.update(owners_checked_at=timezone.now())
    world.label(world.pull("acme/web#2"), "urgent")
    github.log.clear()
    with refusing(part), pytest.raises(OperationalError):
        look()
    assert [request.operation for request in github.log] == ["PrProbe", "PrDetails"]
    assert {row.status for row in Repository.objects.all()} == {"ok"}
