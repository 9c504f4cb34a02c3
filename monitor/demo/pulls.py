"""The life of a pull request: opened, pushed to, retitled, made ready, merged, closed, reopened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.demo import reviews
from monitor.demo.acts import act
from monitor.demo.node_ids import node_id
from monitor.demo.objects import Account, ChangedFile, Commit, PullRequest, Repository

if TYPE_CHECKING:
    from monitor.demo.world import World


@act
def open(
    world: World,
    repository: str | Repository,
    title: str,
    *,
    author: str | Account,
    draft: bool = False,
    base: str = "main",
    head: str | None = None,
    files: Sequence[str | ChangedFile] = ("README.md",),
    labels: Sequence[str] = (),
    body: str = "",
    fork: bool = False,
) -> PullRequest:
    """Open a pull request; unless it is a draft its code owners are asked at once, as GitHub does."""
    home, by = world.repository(repository), world.account(author)
    number, home.next_number = home.next_number, home.next_number + 1
    database_id, now = world.numbers.take(), world.now()
    pull = PullRequest(
        node_id("PullRequest", database_id, home.database_id), database_id, number, home, by, title, now, now,
        base, world.numbers.oid(), head or f"{by.login}/change-{number}", [new_commit(world, home, by)],
        published_at=None if draft else now, is_draft=draft, is_cross_repository=fork, body=body,
    )  # fmt: skip
    touch_files(pull, files)
    pull.labels = [world.label_of(home, name) for name in labels]
    home.pulls[number] = world.nodes[pull.id] = pull
    home.unsorted = True
    world.emit("pull_request", "opened", home, pull, by)
    if not draft:
        reviews.request_code_owners(world, pull)
    return pull


def new_commit(world: World, repository: Repository, author: Account | None) -> Commit:
    number = world.numbers.take()
    return Commit(node_id("Commit", number, repository.database_id), world.numbers.oid(), world.now(), author)


def touch_files(pull: PullRequest, files: Sequence[str | ChangedFile]) -> None:
    """Let the pull request change these files (too), and count its lines anew."""
    changed = {file.path: file for file in pull.files}
    for file in files:
        new = file if isinstance(file, ChangedFile) else ChangedFile(file, additions=12, deletions=3)
        changed[new.path] = new
    pull.files = list(changed.values())
    pull.additions = sum(file.additions for file in pull.files)
    pull.deletions = sum(file.deletions for file in pull.files)
    pull.changed_files = len(pull.files)


@act
def push(
    world: World, pull: PullRequest, *, by: str | Account | None = None, files: Sequence[str | ChangedFile] = ()
) -> Commit:
    """Push a new commit: the head moves and its checks are unknown; owners of newly changed files are asked."""
    pusher = world.account(by) if by else pull.author
    pull.commits = [*pull.commits[-99:], new_commit(world, pull.repository, pusher)]
    touch_files(pull, files)
    world.touch(pull)
    world.emit("pull_request", "synchronize", pull.repository, pull, pusher)
    if files and not pull.is_draft:
        reviews.request_code_owners(world, pull, [file if isinstance(file, str) else file.path for file in files])
    return pull.head


@act
def force_push(world: World, pull: PullRequest, *, by: str | Account | None = None) -> Commit:
    """Rewrite the branch: one commit of a new hash, and a HeadRefForcePushedEvent."""
    pusher = world.account(by) if by else pull.author
    before, pull.commits = pull.head, [new_commit(world, pull.repository, pusher)]
    world.note(pull, "HeadRefForcePushedEvent", pusher, before_commit=before, after_commit=pull.head)
    world.emit("pull_request", "synchronize", pull.repository, pull, pusher)
    return pull.head


@act
def retitle(world: World, pull: PullRequest, title: str, *, by: str | Account | None = None) -> None:
    actor, before = world.account(by) if by else pull.author, pull.title
    pull.title = title
    world.note(pull, "RenamedTitleEvent", actor, previous_title=before, current_title=title)
    world.emit("pull_request", "edited", pull.repository, pull, actor, changes={"title": {"from": before}})


@act
def change_base(world: World, pull: PullRequest, base: str, *, by: str | Account | None = None) -> None:
    actor, before = world.account(by) if by else pull.author, pull.base_ref_name
    pull.base_ref_name, pull.base_ref_oid = base, world.numbers.oid()
    world.note(pull, "BaseRefChangedEvent", actor, previous_ref_name=before, current_ref_name=base)
    world.emit("pull_request", "edited", pull.repository, pull, actor, changes={"base": {"ref": {"from": before}}})


@act
def ready_for_review(world: World, pull: PullRequest, *, by: str | Account | None = None) -> None:
    """Take the draft mark off; now the code owners are asked."""
    actor = world.account(by) if by else pull.author
    pull.is_draft, pull.published_at = False, world.now()
    world.note(pull, "ReadyForReviewEvent", actor)
    world.emit("pull_request", "ready_for_review", pull.repository, pull, actor)
    reviews.request_code_owners(world, pull)


@act
def convert_to_draft(world: World, pull: PullRequest, *, by: str | Account | None = None) -> None:
    actor = world.account(by) if by else pull.author
    pull.is_draft = True
    world.note(pull, "ConvertToDraftEvent", actor)
    world.emit("pull_request", "converted_to_draft", pull.repository, pull, actor)


@act
def merge(world: World, pull: PullRequest, *, by: str | Account | None = None) -> None:
    """Merge it; GitHub writes both a MergedEvent and a ClosedEvent."""
    actor, now = world.account(by) if by else pull.author, world.now()
    pull.state, pull.merged_at, pull.closed_at, pull.merged_by = "MERGED", now, now, actor
    pull.mergeable = "UNKNOWN"
    world.note(pull, "MergedEvent", actor, merge_ref_name=pull.base_ref_name, commit=pull.head)
    world.note(pull, "ClosedEvent", actor)
    world.emit("pull_request", "closed", pull.repository, pull, actor)
    world.emit("push", "", pull.repository, pull, actor, ref=pull.base_ref_name, paths=[f.path for f in pull.files])


@act
def close(world: World, pull: PullRequest, *, by: str | Account | None = None) -> None:
    actor = world.account(by) if by else pull.author
    pull.state, pull.closed_at = "CLOSED", world.now()
    world.note(pull, "ClosedEvent", actor)
    world.emit("pull_request", "closed", pull.repository, pull, actor)


@act
def reopen(world: World, pull: PullRequest, *, by: str | Account | None = None) -> None:
    """Open a closed pull request again; a merged one stays merged (ValueError)."""
    if pull.state != "CLOSED":
        raise ValueError(f"{pull.slug} is {pull.state.lower()}; only a closed pull request can be reopened")
    actor = world.account(by) if by else pull.author
    pull.state, pull.closed_at = "OPEN", None
    world.note(pull, "ReopenedEvent", actor)
    world.emit("pull_request", "reopened", pull.repository, pull, actor)


@act
def forget(world: World, pull: PullRequest) -> None:
    """Drop it as if it had never been, to bound the memory of a world that runs for days."""
    pull.repository.pulls.pop(pull.number, None)
    pull.repository.unsorted = True
    world.nodes.pop(pull.id, None)
