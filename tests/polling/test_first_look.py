"""The first look writes no events, runs in slices, shows its progress, and continues where it stopped."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from monitor.models import Event, PullRequest, Repository
from monitor.polling.looks import first_look
from monitor.polling.pacing.next_batch import due_repositories
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db


def fresh(repository: Repository) -> Repository:
    repository.refresh_from_db()
    return repository


@pytest.mark.slow
def test_250_open_ones_in_slices(github: DemoGitHub, world: World, watch, look, monkeypatch) -> None:
    add_many(world, 1, 250)
    repository = watch("bulk/repo-0001")
    # A slice ends after its first query: the worst case of a slow GitHub.
    monkeypatch.setattr(first_look, "SLICE_SECONDS", 0.2)
    seen = []
    for _ in range(40):
        look()
        seen.append((fresh(repository).status, repository.read_count, repository.read_total))
        if repository.first_read_at:
            break
    assert seen[-1] == ("ok", 250, 250)
    assert PullRequest.objects.filter(state="open").count() == 250
    assert not Event.objects.exists()
    asked = [node_id for request in github.asked("PrDetails") for node_id in request.ids]
    assert len(asked) == len(set(asked))  # nothing is read twice


@pytest.mark.django_db(transaction=True)
def test_progress_is_on_the_row_while_it_goes_on(github: DemoGitHub, world: World, watch, look) -> None:
    add_many(world, 1, 60)
    repository = watch("bulk/repo-0001")
    third = lambda request: request.operation == "PrDetails" and len(request.ids) == 12  # noqa: E731
    with github.faults.hold(only=third) as hold:
        running = Thread(target=lambda: (look(), connection.close()))
        running.start()
        assert hold.reached.wait(20)
        assert fresh(repository).status == "pending"
        assert repository.status_message == "Reading its pull requests: 48 of 60."
        assert (repository.read_count, repository.read_total) == (48, 60)
    running.join(20)
    assert (fresh(repository).status, repository.status_message) == ("ok", "")


def test_many_small_repositories_share_their_questions(github: DemoGitHub, world: World, watch, look) -> None:
    add_many(world, 10, 5)
    for number in range(1, 11):
        watch(f"bulk/repo-{number:04}")
    look()
    assert Repository.objects.filter(status="ok").count() == 10
    assert PullRequest.objects.count() == 50
    assert len(github.asked("PrProbe")) == 1
    assert len(github.asked("PrDetails")) == 3


def test_a_subscription_is_looked_at_before_all_that_is_due(world: World, watch, look) -> None:
    long_due = timezone.now() - timedelta(minutes=9)
    for number in range(3):
        world.add_repository(f"acme/r{number}")
        watch(f"acme/r{number}", last_tried_at=long_due, next_poll_at=long_due, first_read_at=long_due)
    new = watch("acme/web")
    assert due_repositories(timezone.now()).first() == new


@pytest.mark.parametrize("which", [0, 17, 39])
def test_one_pull_request_github_fails_on_does_not_hold_up_the_rest(
    github: DemoGitHub, world: World, watch, look, which
) -> None:
    pulls = [world.open("acme/web", f"PR {number}", author="heron") for number in range(40)]
    github.faults.poison(pulls[which].id, only="PrDetails")
    repository = watch("acme/web")
    look()
    assert fresh(repository).status == "ok"
    assert PullRequest.objects.count() == 39
    assert list(repository.quarantine) == [pulls[which].id]


def test_old_closed_ones_are_not_read(world_of_old: World, watch, look) -> None:
    watch("acme/web")
    look()
    assert PullRequest.objects.count() == first_look.RECENT_PULL_REQUESTS
    look()
    assert (PullRequest.objects.count(), Event.objects.count()) == (first_look.RECENT_PULL_REQUESTS, 0)


@pytest.fixture
def world_of_old(world: World) -> World:
    """Sixty pull requests, all closed for a while."""
    world.clock = lambda: datetime.now(UTC) - timedelta(days=3)
    for number in range(60):
        world.close(world.open("acme/web", f"Old {number}", author="heron"))
    world.clock = lambda: datetime.now(UTC)
    return world
