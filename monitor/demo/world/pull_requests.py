"""Pull requests: opened, pushed to, retitled, made ready, merged, closed, reopened."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.demo.world.auto_merge import AutoMergeActs
from monitor.demo.world.merge_queue import MergeQueueActs
from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, ChangedFile, Commit, PullRequest, Repository
from monitor.demo.world.reviews import ReviewActs
from monitor.demo.world.state import act


class PullRequestActs(ReviewActs, MergeQueueActs, AutoMergeActs):
    """What happens to pull requests; being ready asks the code owners, and what changes the head or base leaves the queue."""

    @act
    def open(
        self,
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
        repo, by = self.repository(repository), self.account(author)
        number, repo.next_number = repo.next_number, repo.next_number + 1
        database_id, now = self.numbers.take(), self.now()
        pull = PullRequest(
            node_id("PullRequest", database_id, repo.database_id), database_id, number, repo, by, title, now, now,
            base, self.numbers.oid(), head or f"{by.login}/change-{number}", [self._new_commit(repo, by)],
            published_at=None if draft else now, is_draft=draft, is_cross_repository=fork, body=body,
        )  # fmt: skip
        _change_files(pull, files)
        pull.labels = [self.label_of(repo, name) for name in labels]
        repo.pulls[number] = self.nodes[pull.id] = pull
        repo.unsorted = True
        self.emit("pull_request", "opened", repo, pull, by)
        if not draft:
            self._request_code_owners(pull)
        return pull

    def _new_commit(self, repository: Repository, author: Account | None) -> Commit:
        number = self.numbers.take()
        return Commit(node_id("Commit", number, repository.database_id), self.numbers.oid(), self.now(), author)

    @act
    def push(
        self, pull: PullRequest, *, by: str | Account | None = None, files: Sequence[str | ChangedFile] = ()
    ) -> Commit:
        """Push a new commit: the head moves and its checks are unknown; owners of newly changed files are asked."""
        pusher = self.account(by) if by else pull.author
        pull.commits = [*pull.commits[-99:], self._new_commit(pull.repository, pusher)]
        _change_files(pull, files)
        self.touch(pull)
        self.emit("pull_request", "synchronize", pull.repository, pull, pusher)
        self._after_push(pull, pusher)
        if files and not pull.is_draft:
            self._request_code_owners(pull, [file if isinstance(file, str) else file.path for file in files])
        return pull.head

    @act
    def force_push(self, pull: PullRequest, *, by: str | Account | None = None) -> Commit:
        """Rewrite the branch: one commit of a new hash, and a HeadRefForcePushedEvent."""
        pusher = self.account(by) if by else pull.author
        before, pull.commits = pull.head, [self._new_commit(pull.repository, pusher)]
        self.add_to_timeline(pull, "HeadRefForcePushedEvent", pusher, before_commit=before, after_commit=pull.head)
        pull.is_behind = False
        self.emit("pull_request", "synchronize", pull.repository, pull, pusher)
        self._after_push(pull, pusher)
        return pull.head

    def _after_push(self, pull: PullRequest, pusher: Account | None) -> None:
        """What GitHub does by itself when the head moves."""
        self._leave_queue(pull, None, "head_changed")
        if pusher is None or not pusher.may_write:
            self._end_auto_merge(pull, pusher, "Head branch was pushed to by a user without write access")
        self._dismiss_stale_reviews(pull, pusher)

    @act
    def retitle(self, pull: PullRequest, title: str, *, by: str | Account | None = None) -> None:
        actor, before = self.account(by) if by else pull.author, pull.title
        pull.title = title
        self.add_to_timeline(pull, "RenamedTitleEvent", actor, previous_title=before, current_title=title)
        self.emit("pull_request", "edited", pull.repository, pull, actor, changes={"title": {"from": before}})

    @act
    def change_base(self, pull: PullRequest, base: str, *, by: str | Account | None = None) -> None:
        actor = self.account(by) if by else pull.author
        before = self._move_base(pull, base)
        self.add_to_timeline(pull, "BaseRefChangedEvent", actor, previous_ref_name=before, current_ref_name=base)
        self.emit("pull_request", "edited", pull.repository, pull, actor, changes={"base": {"ref": {"from": before}}})

    def _move_base(self, pull: PullRequest, base: str) -> str:
        """Returns the base there was before."""
        self._leave_queue(pull, None, "base_changed")
        before = pull.base_ref_name
        pull.base_ref_name, pull.base_ref_oid, pull.is_behind = base, self.numbers.oid(), False
        return before

    @act
    def ready_for_review(self, pull: PullRequest, *, by: str | Account | None = None) -> None:
        """Take the draft mark off; now the code owners are asked."""
        actor = self.account(by) if by else pull.author
        pull.is_draft, pull.published_at = False, self.now()
        self.add_to_timeline(pull, "ReadyForReviewEvent", actor)
        self.emit("pull_request", "ready_for_review", pull.repository, pull, actor)
        self._request_code_owners(pull)

    @act
    def convert_to_draft(self, pull: PullRequest, *, by: str | Account | None = None) -> None:
        actor = self.account(by) if by else pull.author
        pull.is_draft = True
        self._leave_queue(pull, actor, "manual")
        self._end_auto_merge(pull, actor, "Pull request was converted to draft")
        self.add_to_timeline(pull, "ConvertToDraftEvent", actor)
        self.emit("pull_request", "converted_to_draft", pull.repository, pull, actor)

    @act
    def merge(self, pull: PullRequest, *, by: str | Account | None = None, delete_branch: bool = False) -> None:
        """Merge it; GitHub writes both a MergedEvent and a ClosedEvent. Out of a queue, whoever queued it merges it.

        Deleting its branch hands the pull requests that are based on it to its own base.
        """
        queued = pull.merge_queue_entry
        actor, now = self.account(by) if by else (queued.enqueuer if queued else pull.author), self.now()
        self._leave_queue(pull, None, "merged")
        pull.state, pull.merged_at, pull.closed_at, pull.merged_by = "MERGED", now, now, actor
        pull.mergeable, pull.auto_merge_request = "UNKNOWN", None
        self.add_to_timeline(pull, "MergedEvent", actor, merge_ref_name=pull.base_ref_name, commit=pull.head)
        self.add_to_timeline(pull, "ClosedEvent", actor)
        self.emit("pull_request", "closed", pull.repository, pull, actor)
        self.emit("push", "", pull.repository, pull, actor, ref=pull.base_ref_name, paths=[f.path for f in pull.files])
        if delete_branch and not pull.is_cross_repository:
            self._retarget(pull, actor)

    def _retarget(self, merged: PullRequest, actor: Account | None) -> None:
        """What GitHub does when the branch of a merged pull request is deleted, with those that were based on it."""
        for pull in merged.repository.pulls.values():
            if pull.state == "OPEN" and pull.base_ref_name == merged.head_ref_name:
                old, new = self._move_base(pull, merged.base_ref_name), merged.base_ref_name
                self.add_to_timeline(pull, "AutomaticBaseChangeSucceededEvent", actor, old_base=old, new_base=new)
                changes = {"base": {"ref": {"from": old}}}
                self.emit("pull_request", "edited", pull.repository, pull, actor, changes=changes)

    @act
    def close(self, pull: PullRequest, *, by: str | Account | None = None) -> None:
        actor = self.account(by) if by else pull.author
        pull.state, pull.closed_at = "CLOSED", self.now()
        self._leave_queue(pull, actor, "manual")
        self._end_auto_merge(pull, actor, "Pull request was closed")
        self.add_to_timeline(pull, "ClosedEvent", actor)
        self.emit("pull_request", "closed", pull.repository, pull, actor)

    @act
    def reopen(self, pull: PullRequest, *, by: str | Account | None = None) -> None:
        """Open a closed pull request again; a merged one stays merged (ValueError)."""
        if pull.state != "CLOSED":
            raise ValueError(f"{pull.slug} is {pull.state.lower()}; only a closed pull request can be reopened")
        actor = self.account(by) if by else pull.author
        pull.state, pull.closed_at = "OPEN", None
        self.add_to_timeline(pull, "ReopenedEvent", actor)
        self.emit("pull_request", "reopened", pull.repository, pull, actor)

    @act
    def forget(self, pull: PullRequest) -> None:
        """Drop it as if it had never been, to bound the memory of a world that runs for days."""
        pull.repository.pulls.pop(pull.number, None)
        pull.repository.unsorted = True
        self.nodes.pop(pull.id, None)


def _change_files(pull: PullRequest, files: Sequence[str | ChangedFile]) -> None:
    """Let the pull request change these files (too), and count its lines anew."""
    changed = {file.path: file for file in pull.files}
    for file in files:
        new = file if isinstance(file, ChangedFile) else ChangedFile(file, additions=12, deletions=3)
        changed[new.path] = new
    pull.files = list(changed.values())
    pull.additions = sum(file.additions for file in pull.files)
    pull.deletions = sum(file.deletions for file in pull.files)
    pull.changed_files = len(pull.files)
