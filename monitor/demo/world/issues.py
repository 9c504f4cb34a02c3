"""What a pull request shares with issues: labels, assignees and comments."""

from __future__ import annotations

from monitor.demo.world.objects import Account, PullRequest
from monitor.demo.world.state import WorldState, act


class IssueActs(WorldState):
    """What a pull request can do because GitHub keeps it as an issue too."""

    @act
    def label(self, pull: PullRequest, name: str, *, by: str | Account | None = None) -> None:
        """Put a label on; nothing happens when it is there already."""
        actor, new = self.account(by) if by else pull.author, self.label_of(pull.repository, name)
        if new in pull.labels:
            return
        pull.labels.append(new)
        self.add_to_timeline(pull, "LabeledEvent", actor, label=new)
        self.emit("pull_request", "labeled", pull.repository, pull, actor, label=new)

    @act
    def unlabel(self, pull: PullRequest, name: str, *, by: str | Account | None = None) -> None:
        actor, old = self.account(by) if by else pull.author, self.label_of(pull.repository, name)
        if old not in pull.labels:
            return
        pull.labels.remove(old)
        self.add_to_timeline(pull, "UnlabeledEvent", actor, label=old)
        self.emit("pull_request", "unlabeled", pull.repository, pull, actor, label=old)

    @act
    def assign(self, pull: PullRequest, who: str | Account, *, by: str | Account | None = None) -> None:
        actor, assignee = self.account(by) if by else pull.author, self.account(who)
        if assignee in pull.assignees:
            return
        pull.assignees.append(assignee)
        self.add_to_timeline(pull, "AssignedEvent", actor, assignee=assignee)
        self.emit("pull_request", "assigned", pull.repository, pull, actor, assignee=assignee)

    @act
    def unassign(self, pull: PullRequest, who: str | Account, *, by: str | Account | None = None) -> None:
        actor, assignee = self.account(by) if by else pull.author, self.account(who)
        if assignee not in pull.assignees:
            return
        pull.assignees.remove(assignee)
        self.add_to_timeline(pull, "UnassignedEvent", actor, assignee=assignee)
        self.emit("pull_request", "unassigned", pull.repository, pull, actor, assignee=assignee)

    @act
    def comment(self, pull: PullRequest, body: str = "Looks interesting.", *, by: str | Account) -> None:
        """An issue comment: changes no request and no review state."""
        actor = self.account(by)
        pull.comments += 1
        self.add_to_timeline(pull, "IssueComment", actor, body=body)
        self.emit("issue_comment", "created", pull.repository, pull, actor, body=body)
