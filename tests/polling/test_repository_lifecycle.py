"""The life of a repository on GitHub: renamed, archived, made private, gone, back again."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from monitor.models import Event, PullRequest, Repository
from monitor.recording import rederive_repository, rename_documents
from tests.demo_github import DemoGitHub, World, add_many

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def fresh(repository: Repository) -> Repository:
    repository.refresh_from_db()
    return repository


@pytest.fixture
def web(world: World, watch, look) -> Repository:
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    return fresh(repository)


@pytest.mark.parametrize("act", ["rename", "transfer"])
def test_a_new_name_is_taken_over_everywhere(world: World, web, look, act) -> None:
    if act == "rename":
        world.rename("acme/web", "site")
    else:
        world.transfer("acme/web", "guild")
    name = world.repository("acme/web").name_with_owner
    assert name != "acme/web"
    look()
    assert fresh(web).full_name == name
    assert json.loads(PullRequest.objects.get().document)["repository"] == name


def test_an_archived_one_is_looked_at_hourly(world: World, web, look) -> None:
    world.archive("acme/web")
    look()
    assert fresh(web).archived
    assert web.effective_interval_seconds == 3600
    assert timezone.now() < web.next_poll_at <= timezone.now() + timedelta(hours=1)


def test_made_private(world: World, web, look) -> None:
    world.make_private("acme/web")
    look()
    assert fresh(web).private


def test_gone_and_back_again(world: World, web, look, time_passes) -> None:
    repository = world.repository("acme/web")
    world.delete("acme/web")
    states = []
    for _ in range(5):
        look()
        states.append((fresh(web).status, web.misses))
        assert web.status_message.startswith("GitHub answers 404: the token can no longer see this repository.")
        time_passes(4 * MINUTE)
    assert states == [("error", 1), ("error", 2), ("error", 3), ("inaccessible", 4), ("inaccessible", 5)]
    assert web.effective_interval_seconds == 3600
    assert PullRequest.objects.filter(repository=web, state="open").count() == 1

    world.restore(repository)
    look()
    assert (fresh(web).status, web.misses, web.missing_since) == ("ok", 0, None)
    assert web.effective_interval_seconds == 60


def test_a_whole_batch_of_nulls_is_no_deletion(github: DemoGitHub, world: World, watch, look, time_passes) -> None:
    add_many(world, 5, 1)
    rows = [watch(f"bulk/repo-{number:04}") for number in range(1, 6)]
    look()
    github.faults.null_nodes(only="PrProbe", times=4)
    for _ in range(4):
        look()
        time_passes(5 * MINUTE)
    for row in rows:
        assert (fresh(row).status, row.misses) == ("error", 0)
        assert "the credential has lost its access" in row.status_message
    look()
    assert {fresh(row).status for row in rows} == {"ok"}


def test_one_missing_repository_among_many(world: World, watch, look) -> None:
    add_many(world, 5, 1)
    rows = [watch(f"bulk/repo-{number:04}") for number in range(1, 6)]
    look()
    world.delete("bulk/repo-0003")
    look()
    assert [fresh(row).status for row in rows] == ["ok", "ok", "error", "ok", "ok"]


def test_hooked_repositories_are_looked_at_every_five_minutes(web, look) -> None:
    Repository.objects.update(hooked_at=timezone.now())
    look()
    assert fresh(web).effective_interval_seconds == 300


def test_a_rename_reaches_every_stored_pull_request_in_parts(world: World, watch, look, monkeypatch) -> None:
    monkeypatch.setattr(rename_documents, "BATCH_SIZE", 3)
    pulls = [world.open("acme/web", f'A "url":"x" title, "title": {number}', author="heron") for number in range(8)]
    for pull in pulls[:4]:
        world.close(pull, by="heron")
    web = watch("acme/web")
    look()
    had = {row.number: json.loads(row.document) for row in PullRequest.objects.all()}
    PullRequest.objects.update(snapshot="{}")  # nothing is computed from the snapshots
    world.rename("acme/web", "site")
    look()
    assert fresh(web).renaming is False
    for row in PullRequest.objects.all():
        now = {"repository": "acme/site", "url": f"{world.web_url}/acme/site/pull/{row.number}"}
        assert json.loads(row.document) == had[row.number] | now
    assert not Event.objects.exists()


def test_an_archived_repository_gives_nobody_a_turn_until_it_is_one_no_more(
    world: World, watch, look, monkeypatch
) -> None:
    """In parts, and also for pull requests that GitHub never says anything new about."""
    monkeypatch.setattr(rederive_repository, "AT_ONCE", 2)
    for number in range(5):
        world.open("acme/web", f"PR {number}", author="heron")
    web = watch("acme/web")
    look()
    assert all(turns_by_number().values())
    world.archive("acme/web")
    look()
    assert (fresh(web).archived, fresh(web).reconsidered_up_to) == (True, None)
    assert set(turns_by_number().values()) == {()}
    assert {json.loads(row.document)["waits_for"]["code"] for row in PullRequest.objects.all()} == {"archived"}
    assert [kinds_of(event) for event in Event.objects.order_by("id")] == [["turn_changed"]] * 5
    world.unarchive("acme/web")
    look()
    assert set(turns_by_number().values()) == {("no_reviewer",)}
    assert Event.objects.count() == 10


def test_an_interrupted_archiving_continues_at_the_next_look(world: World, watch, look) -> None:
    for number in range(3):
        world.open("acme/web", f"PR {number}", author="heron")
    web = watch("acme/web")
    look()
    world.archive("acme/web")
    first = PullRequest.objects.order_by("pk")[0]
    # As after a kill: the row says so, and the first part is done.
    Repository.objects.update(archived=True, reconsidered_up_to=first.pk)
    look()
    assert sorted(turns_by_number().values()) == [(), (), ("no_reviewer",)]
    assert fresh(web).reconsidered_up_to is None


def test_another_default_branch_makes_stacks_and_ends_them(world: World, web, look) -> None:
    """A pull request into the default branch is stacked on nobody."""
    repository = world.repository("acme/web")
    repository.required_approvals = None
    below = world.open("acme/web", "Below", author="heron")
    above = world.open("acme/web", "Above", author="heron", base=below.head_ref_name)
    look()
    row = PullRequest.objects.get(number=above.number)
    assert row.stacked_on == below.number
    repository.default_branch = below.head_ref_name
    look()
    row.refresh_from_db()
    assert (fresh(web).default_branch, row.stacked_on) == (below.head_ref_name, None)


def turns_by_number() -> dict[int, tuple[str, ...]]:
    """The codes of the turns of each pull request."""
    documents = (json.loads(row.document) for row in PullRequest.objects.all())
    return {document["number"]: tuple(turn["code"] for turn in document["turn"]) for document in documents}


def kinds_of(event: Event) -> list[str]:
    return [change["kind"] for change in event.changes]


def test_an_interrupted_rename_continues_at_the_next_look(world: World, watch, look, monkeypatch) -> None:
    monkeypatch.setattr(rename_documents, "BATCH_SIZE", 3)
    for number in range(8):
        world.open("acme/web", f"PR {number}", author="heron")
    web = watch("acme/web")
    look()
    # As after a kill between two parts: the name is committed, but only some documents have it.
    Repository.objects.update(full_name="acme/former", url=f"{world.web_url}/acme/former", renaming=True)
    assert rename_documents.rename_documents(fresh(web))
    assert names() == {"acme/web": 5, "acme/former": 3}
    world.rename("acme/web", "site")
    look()
    assert names() == {"acme/site": 8}
    assert fresh(web).renaming is False


def names() -> Counter[str]:
    return Counter(json.loads(row.document)["repository"] for row in PullRequest.objects.all())
