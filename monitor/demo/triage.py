"""Labels, assignees and comments of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo.acts import act
from monitor.demo.objects import Account, PullRequest

if TYPE_CHECKING:
    from monitor.demo.world import World


@act
def label(world: World, pull: PullRequest, name: str, *, by: str | Account | None = None) -> None:
    """Put a label on; nothing happens when it is there already."""
    actor, new = world.account(by) if by else pull.author, world.label_of(pull.repository, name)
    if new in pull.labels:
        return
    pull.labels.append(new)
    world.note(pull, "LabeledEvent", actor, label=new)
    world.emit("pull_request", "labeled", pull.repository, pull, actor, label=new)


@act
def unlabel(world: World, pull: PullRequest, name: str, *, by: str | Account | None = None) -> None:
    actor, old = world.account(by) if by else pull.author, world.label_of(pull.repository, name)
    if old not in pull.labels:
        return
    pull.labels.remove(old)
    world.note(pull, "UnlabeledEvent", actor, label=old)
    world.emit("pull_request", "unlabeled", pull.repository, pull, actor, label=old)


@act
def assign(world: World, pull: PullRequest, who: str | Account, *, by: str | Account | None = None) -> None:
    actor, assignee = world.account(by) if by else pull.author, world.account(who)
    if assignee in pull.assignees:
        return
    pull.assignees.append(assignee)
    world.note(pull, "AssignedEvent", actor, assignee=assignee)
    world.emit("pull_request", "assigned", pull.repository, pull, actor, assignee=assignee)


@act
def unassign(world: World, pull: PullRequest, who: str | Account, *, by: str | Account | None = None) -> None:
    actor, assignee = world.account(by) if by else pull.author, world.account(who)
    if assignee not in pull.assignees:
        return
    pull.assignees.remove(assignee)
    world.note(pull, "UnassignedEvent", actor, assignee=assignee)
    world.emit("pull_request", "unassigned", pull.repository, pull, actor, assignee=assignee)


@act
def comment(world: World, pull: PullRequest, body: str = "Looks interesting.", *, by: str | Account) -> None:
    """An issue comment: changes no request and no review state."""
    actor = world.account(by)
    pull.comments += 1
    world.note(pull, "IssueComment", actor, body=body)
    world.emit("issue_comment", "created", pull.repository, pull, actor, body=body)
