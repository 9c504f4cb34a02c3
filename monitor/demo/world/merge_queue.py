"""The merge queue: pull requests enter it, leave it, and are merged out of it. That moves no `updated_at`."""

from __future__ import annotations

from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, MergeQueueEntry, PullRequest
from monitor.demo.world.state import WorldState, act

QUEUE = "github-merge-queue[bot]"
# What the timeline says and what the webhook says about it.
_REASONS = {
    "merged": "MERGE",
    "manual": "MANUAL",
    "failed_checks": "CI_FAILURE",
    "merge_conflict": "MERGE_CONFLICT",
    "branch_protections": "BRANCH_PROTECTIONS",
}


class MergeQueueActs(WorldState):
    """What happens in the merge queue of a base branch; a merge out of it is `merge`, as any other."""

    @act
    def enqueue(self, pull: PullRequest, by: str | Account) -> None:
        """Put it at the queue's end; nothing happens when it is there already."""
        if pull.state != "OPEN" or pull.is_draft:
            raise ValueError(f"{pull.slug} is a draft or not open; it cannot be queued")
        if pull.merge_queue_entry is not None:
            return
        actor = self.account(by)
        entry = MergeQueueEntry(node_id("MergeQueueEntry", self.numbers.take()), pull, actor, self.now())
        pull.merge_queue_entry = entry
        pull.repository.merge_queue.append(entry)
        self.write_to_timeline(pull, "AddedToMergeQueueEvent", actor, enqueuer=actor)
        self.emit("pull_request", "enqueued", pull.repository, pull, actor)

    @act
    def dequeue(self, pull: PullRequest, by: str | Account | None = None, reason: str = "") -> None:
        """Take it out of the queue: a person does (`manual`), or without `by` the queue itself (`failed_checks`)."""
        actor = self.account(by) if by else None
        self._leave_queue(pull, actor, reason or ("manual" if by else "failed_checks"))

    def _leave_queue(self, pull: PullRequest, actor: Account | None, reason: str) -> None:
        """Nothing happens where it is in no queue; without an actor the queue's own bot did it."""
        entry = pull.merge_queue_entry
        if entry is None:
            return
        doer = actor or self.account(QUEUE)
        pull.merge_queue_entry = None
        pull.repository.merge_queue.remove(entry)
        self.write_to_timeline(pull, "RemovedFromMergeQueueEvent", doer, enqueuer=entry.enqueuer, reason=reason)
        told = _REASONS.get(reason, "UNKNOWN_REMOVAL_REASON")
        self.emit("pull_request", "dequeued", pull.repository, pull, doer, reason=told)
