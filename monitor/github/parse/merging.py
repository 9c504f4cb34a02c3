"""Reads what decides about the merge of a pull request: GitHub's decision, merge queue, auto-merge, threads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from monitor.github.parse.fields import Node, nodes, number, object_in, required_time, text, timestamp
from monitor.github.parse.lists import next_page
from monitor.github.parse.people import login_and_bot
from monitor.rules.merge_facts import (
    OPTIONAL_FACTS,
    AutoMerge,
    Decision,
    MergeFacts,
    MergeQueueEntry,
    MergeState,
    OptionalFact,
)

_DECISIONS: dict[str, Decision] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "REVIEW_REQUIRED": "review_required",
}
_MERGE_STATES: dict[str, MergeState] = {
    "BEHIND": "behind",
    "BLOCKED": "blocked",
    "CLEAN": "clean",
    "DIRTY": "dirty",
    "DRAFT": "draft",
    "HAS_HOOKS": "has_hooks",
    "UNSTABLE": "unstable",
}
_FIELDS: dict[OptionalFact, str] = {
    "decision": "reviewDecision",
    "merge_state": "mergeStateStatus",
    "merge_queue": "mergeQueueEntry",
    "auto_merge": "autoMergeRequest",
    "threads": "reviewThreads",
    "protection": "baseRef",
}


def merge_facts(node: Node, refused: Collection[str] = ()) -> MergeFacts:
    """What decides about the merge; `refused` are the fields that GitHub does not let the credential read."""
    return MergeFacts(
        decision=_DECISIONS.get(text(node.get("reviewDecision"))),
        merge_state=_MERGE_STATES.get(text(node.get("mergeStateStatus")), "unknown"),
        merge_queue=_merge_queue(object_in(node, "mergeQueueEntry")),
        auto_merge=_auto_merge(object_in(node, "autoMergeRequest"), required_time(node, "updatedAt")),
        unresolved_threads=sum(not thread.get("isResolved") for thread in nodes(object_in(node, "reviewThreads"))),
        same_repository=node.get("isCrossRepository") is False,
        base_protected=bool(object_in(object_in(node, "baseRef"), "refUpdateRule")),
        not_known=tuple(_not_known(node, refused)),
    )


def _not_known(node: Node, refused: Collection[str]) -> Iterator[OptionalFact]:
    """The facts that the answer does not contain, or of which it contains only a part."""
    for fact in OPTIONAL_FACTS:
        field = _FIELDS[fact]
        if field not in node or field in refused or (fact == "threads" and next_page(node.get(field))):
            yield fact


def _merge_queue(entry: Node) -> MergeQueueEntry | None:
    since = timestamp(entry.get("enqueuedAt"))
    if since is None:
        return None
    return MergeQueueEntry(number(entry.get("position")), since, login_and_bot(entry.get("enqueuer"))[0])


def _auto_merge(request: Node, updated_at: datetime) -> AutoMerge | None:
    """GitHub does not promise the time at which it was asked; then that of the last update."""
    if not request:
        return None
    return AutoMerge(login_and_bot(request.get("enabledBy"))[0], timestamp(request.get("enabledAt")) or updated_at)
