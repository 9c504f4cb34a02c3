"""Repositories with more open pull requests than one run can read: the next run continues after the last page."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.models import Event, PullRequest, Repository
from monitor.polling import rounds
from monitor.polling.looks import first_look, reconciliation
from monitor.polling.pacing.next_batch import due_repositories
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db


def fresh(repository: Repository) -> Repository:
    repository.refresh_from_db()
    return repository


def pages(github: DemoGitHub) -> Counter[str | None]:
    """How often each page of the open pull requests was requested, by cursor; the first page has None."""
    return Counter(request.variables.get("after") for request in github.asked("OpenIds"))


@pytest.fixture
def short_turns(monkeypatch) -> None:
    """A run ends after its first page: the worst case of a slow GitHub."""
    monkeypatch.setattr(first_look, "SLICE_SECONDS", 0)
    monkeypatch.setattr(reconciliation, "SLICE_SECONDS", 0)


@pytest.mark.slow
def test_each_page_is_asked_for_once_over_many_turns(github: DemoGitHub, world: World, watch, turn) -> None:
    add_many(world, 1, 420)
    repository = watch("bulk/repo-0001")
    seen = []
    for _ in range(20):
        turn()
        seen.append((fresh(repository).status, repository.read_count, repository.read_total))
        if repository.first_read_at:
            break
    assert seen == [("pending", count, 420) for count in (100, 200, 300, 400)] + [("ok", 420, 420)]
    assert list(pages(github).values()) == [1] * 5
    asked = [node_id for request in github.asked("PrDetails") for node_id in request.ids]
    assert len(asked) == len(set(asked)) == 420
    assert not Event.objects.exists()


def test_progress_is_told_in_words(world: World, watch, turn) -> None:
    add_many(world, 1, 1010)
    repository = watch("bulk/repo-0001")
    turn()
    assert fresh(repository).status_message == "Reading its pull requests: 100 of about 1,010."


@pytest.mark.slow
def test_small_repositories_are_ready_after_one_turn_beside_a_huge_one(
    github: DemoGitHub, world: World, watch, turn
) -> None:
    add_many(world, 1, 300, organization="huge")
    huge = watch("huge/repo-0001")
    add_many(world, 9, 30, organization="small")
    for number in range(1, 10):
        watch(f"small/repo-{number:04}")
    turn()
    assert Repository.objects.filter(status="ok").count() == 9
    assert fresh(huge).status == "pending"
    assert len(github.asked("OpenIds")) == 1  # the first pages of all of them share a question
    # The huge repository comes last: before its first pull request is read, all others are complete.
    first_of_huge = next(
        at
        for at, request in enumerate(github.asked("PrDetails"))
        if any(id in ids_of(world, huge) for id in request.ids)
    )
    small = [id for request in github.asked("PrDetails")[: first_of_huge + 1] for id in request.ids]
    assert len(set(small) - ids_of(world, huge)) == 9 * 30


@pytest.fixture
def turn(short_turns):
    """Makes every repository due and looks at the next batch once."""

    def turn() -> None:
        Repository.objects.update(next_poll_at=timezone.now())
        rounds.look_at_next_batch(due_repositories(timezone.now()), Deadline(25))

    return turn


def ids_of(world: World, repository: Repository) -> set[str]:
    return {pull.id for pull in world.repository(repository.full_name).pulls.values()}


@pytest.mark.slow
def test_changes_during_a_first_look_are_recorded_without_events(world: World, watch, turn) -> None:
    add_many(world, 1, 250)
    repository = watch("bulk/repo-0001")
    turn()
    first = world.pull("bulk/repo-0001#1")
    world.retitle(first, "Another title", by="wren")
    closed, merged = world.pull("bulk/repo-0001#2"), world.pull("bulk/repo-0001#240")
    world.close(closed, by="heron")
    world.merge(merged, by="heron")
    world.open("bulk/repo-0001", "Opened meanwhile", author="finch")
    for _ in range(3):
        turn()
    assert fresh(repository).status == "ok"
    kept = dict(PullRequest.objects.values_list("number", "state"))
    assert (kept[1], kept[2], kept[240], kept[251]) == ("open", "closed", "merged", "open")
    assert PullRequest.objects.get(number=1).title == "Another title"
    assert not Event.objects.exists()


@pytest.mark.slow
def test_a_page_github_refuses_starts_the_list_over(github: DemoGitHub, world: World, watch, turn) -> None:
    add_many(world, 1, 250)
    repository = watch("bulk/repo-0001")
    turn()
    Repository.objects.update(listing=fresh(repository).listing | {"cursor": "from another day"})
    for _ in range(5):
        turn()
    assert fresh(repository).status == "ok"
    assert PullRequest.objects.filter(state="open").count() == 250


def test_a_list_of_long_ago_starts_over(world: World, watch, turn, time_passes) -> None:
    add_many(world, 1, 250)
    repository = watch("bulk/repo-0001")
    turn()
    began = fresh(repository).listing["began_at"]
    Repository.objects.update(listing=repository.listing | {"began_at": "2020-01-01T00:00:00Z"})
    turn()
    assert fresh(repository).listing["began_at"] >= began
    assert repository.listing["listed"] == 100


@pytest.mark.slow
def test_reconciliation_goes_on_from_page_to_page(github: DemoGitHub, world: World, watch, turn) -> None:
    add_many(world, 1, 350)
    repository = watch("bulk/repo-0001")
    for _ in range(4):
        turn()
    assert fresh(repository).first_read_at
    Repository.objects.update(reconciled_at=timezone.now() - timedelta(days=1))
    # Probes do not show these closings: as if the looks had missed them.
    for number in (3, 130, 349):
        pull = world.pull(f"bulk/repo-0001#{number}")
        touched = pull.updated_at
        world.close(pull, by="heron")
        pull.updated_at = touched
    github.log.clear()
    for _ in range(4):
        turn()
    assert fresh(repository).reconciled_at > timezone.now() - timedelta(minutes=1)
    assert list(pages(github).values()) == [1] * 4
    assert set(PullRequest.objects.filter(state="closed").values_list("number", flat=True)) == {3, 130, 349}
    assert {event.pull_request.number for event in Event.objects.all()} == {3, 130, 349}


@pytest.mark.slow
def test_an_outage_in_the_middle_of_a_reconciliation_starts_it_over(
    github: DemoGitHub, world: World, watch, turn
) -> None:
    add_many(world, 1, 250)
    repository = watch("bulk/repo-0001")
    for _ in range(3):
        turn()
    Repository.objects.update(reconciled_at=timezone.now() - timedelta(days=1))
    turn()
    assert fresh(repository).listing["listed"] == 100
    long_ago = timezone.now() - timedelta(minutes=30)
    Repository.objects.update(failures=3, failing_since=long_ago)
    turn()
    assert fresh(repository).listing["listed"] == 100


@pytest.mark.slow
def test_a_turn_reads_page_after_page_while_there_is_time(github: DemoGitHub, world: World, watch) -> None:
    add_many(world, 1, 350)
    repository = watch("bulk/repo-0001")
    assert rounds.run_due() == 1
    assert (fresh(repository).status, repository.read_count, repository.listing) == ("ok", 350, None)
    assert len(github.asked("PrProbe")) == 1


def test_a_reconciliation_that_fails_does_not_make_the_look_a_failure(
    github: DemoGitHub, world: World, watch, turn
) -> None:
    add_many(world, 1, 30)
    repository = watch("bulk/repo-0001")
    turn()
    long_ago = timezone.now() - timedelta(days=1)
    Repository.objects.update(reconciled_at=long_ago)
    pull = world.pull("bulk/repo-0001#1")
    touched = pull.updated_at
    world.close(pull, by="heron")
    pull.updated_at = touched
    github.log.clear()
    # GitHub answers nothing more, not even the smallest question.
    fault = github.faults.html(only=lambda request: request.operation in ("PrDetails", "RateLimit"), times=2)
    turn()
    assert fault.hits == 2
    assert (fresh(repository).status, repository.reconciled_at) == ("ok", long_ago)


def test_first_pages_that_overload_github_are_read_one_by_one(github: DemoGitHub, world: World, watch, turn) -> None:
    add_many(world, 2, 30)
    rows = [watch(f"bulk/repo-000{number}") for number in (1, 2)]
    github.faults.bad_gateway(only="OpenIds", over_ids=1)
    turn()
    assert [fresh(row).status for row in rows] == ["ok", "ok"]
    assert [len(request.ids) for request in github.asked("OpenIds")] == [2, 1, 1]


def test_an_unreadable_list_fails_only_its_own_repository(github: DemoGitHub, world: World, watch, turn) -> None:
    add_many(world, 1, 30)
    large = watch("bulk/repo-0001")
    world.open("acme/web", "One", author="heron")
    small = watch("acme/web")
    github.faults.html(only=lambda request: request.operation == "OpenIds" and large.node_id in request.ids, times=None)
    turn()
    assert fresh(large).status == "error"
    assert "a page instead of data" in large.status_message
    assert fresh(small).status == "ok"
