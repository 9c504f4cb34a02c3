"""The kinds of change that can happen to a pull request, and what an event means for a list of pull requests.

`snapshot_diff` and `claim_and_turn_changes` create changes of these kinds; events, the API and the WebSocket carry the
values. Depends on no setting.
"""

from enum import StrEnum


class ChangeKind(StrEnum):
    """One kind of change."""

    # The comments name the keys that a change of this kind has besides `kind` and `actor`.
    OPENED = "opened"
    CLOSED = "closed"  # without being merged
    MERGED = "merged"
    REOPENED = "reopened"
    DRAFTED = "drafted"  # converted back to a draft
    READY_FOR_REVIEW = "ready_for_review"
    RETITLED = "retitled"  # from, to
    PUSHED = "pushed"  # from, to: commit ids of the head
    BASE_CHANGED = "base_changed"  # from, to: branch names
    LABELED = "labeled"  # label
    UNLABELED = "unlabeled"  # label
    ASSIGNED = "assigned"  # login
    UNASSIGNED = "unassigned"  # login
    REVIEW_REQUESTED = "review_requested"  # login or team (org/slug)
    REVIEW_REQUEST_REMOVED = "review_request_removed"  # login or team
    REVIEWED = "reviewed"  # reviewer, state; by_push, if dismissed: by pushed commits, not by a person
    CHECKS_CHANGED = "checks_changed"  # from, to
    MERGEABILITY_CHANGED = "mergeability_changed"  # from, to: only `mergeable` and `conflicting`
    COMMENTED = "commented"
    QUEUED = "queued"  # added to the merge queue
    UNQUEUED = "unqueued"  # removed from the merge queue without being merged; reason: GitHub's, or null
    AUTO_MERGE_ENABLED = "auto_merge_enabled"
    AUTO_MERGE_DISABLED = "auto_merge_disabled"
    DECISION_CHANGED = "decision_changed"  # from, to: GitHub's review decision, null where no review is required
    STACK_CHANGED = "stack_changed"  # from, to: the number of the pull request that this one is stacked on, or null
    CLAIMED = "claimed"  # login: who claimed the review with “I'm on it” in prmonitor
    UNCLAIMED = "unclaimed"  # login: whose claim was released, replaced by another person's, or expired
    TURN_CHANGED = "turn_changed"  # for a reason that is no other kind, for example that the members of a team changed


class UpdateType(StrEnum):
    """What an event means for a list of pull requests."""

    NEW_PR = "new_pr"  # prmonitor did not know the pull request before; it may already be closed
    UPDATED = "updated"  # everything else, for example a pull request that was reopened
    CLOSED = "closed"  # was open before, is closed or merged now
