"""Fills the gaps of a new snapshot with what the one before it says, where GitHub left something out of its answer.

Called by `recording/recorder` before it compares the two. Depends on no setting.
"""

from dataclasses import replace

from monitor.rules.snapshot import RequestedReviewer, Snapshot, TimelineItem

TIMELINE_KEPT = 120


def fill_gaps(before: Snapshot | None, after: Snapshot) -> Snapshot:
    """`after` with its gaps filled from `before`.

    GitHub computes in the background whether a pull request can be merged, and says `unknown` until then; it leaves
    out checks at times, and only the end of a long timeline is read.
    """
    if before is None:
        return after
    same_head = before.head_sha == after.head_sha
    return replace(
        after,
        mergeable=before.mergeable if after.mergeable == "unknown" else after.mergeable,
        review_requests=_requests(before, after),
        ci=before.ci if after.ci == "unknown" and same_head else after.ci,
        merging=after.merging.filled_from(before.merging),
        timeline=_timeline(before, after),
        timeline_truncated=after.timeline_truncated and before.timeline_truncated,
    )


def _requests(before: Snapshot, after: Snapshot) -> tuple[RequestedReviewer, ...]:
    """Keeps the teams that were asked before if the credential may not read all requests now: they were not removed."""
    if not after.requests_hidden:
        return after.review_requests
    listed = {asked.key for asked in after.review_requests}
    kept = (asked for asked in before.review_requests if asked.kind == "team" and asked.key not in listed)
    return (*after.review_requests, *kept)


def _timeline(before: Snapshot, after: Snapshot) -> tuple[TimelineItem, ...]:
    known = set(after.timeline)
    if after.timeline_truncated:
        oldest = min((item.at for item in after.timeline), default=None)
        # Older items are kept; in the part that was read, an item that is missing was deleted on GitHub.
        older = [item for item in before.timeline if item not in known and (oldest is None or item.at <= oldest)]
    else:
        older = []
    items = sorted([*older, *after.timeline], key=lambda item: item.at)
    return _bounded(items)


def _bounded(items: list[TimelineItem]) -> tuple[TimelineItem, ...]:
    """The newest `TIMELINE_KEPT` items, and the last `ready_for_review` before them: ages count from there."""
    if len(items) <= TIMELINE_KEPT:
        return tuple(items)
    older, kept = items[:-TIMELINE_KEPT], items[-TIMELINE_KEPT:]
    readied = [item for item in older if item.kind == "ready_for_review"]
    return (*readied[-1:], *kept)
