"""What an answer of GitHub leaves out, carried over from the snapshot before it."""

from dataclasses import replace

from monitor.snapshot import RequestedReviewer, Snapshot, TimelineItem

TIMELINE_KEPT = 120


def carried(before: Snapshot | None, after: Snapshot) -> Snapshot:
    """`after` with its gaps filled: GitHub computes mergeability late, hides checks at times, and cuts timelines."""
    if before is None:
        return after
    same_head = before.head_sha == after.head_sha
    return replace(
        after,
        mergeable=before.mergeable if after.mergeable == "unknown" else after.mergeable,
        review_requests=_requests(before, after),
        ci=before.ci if after.ci == "unknown" and same_head else after.ci,
        timeline=_timeline(before, after),
        timeline_truncated=after.timeline_truncated and before.timeline_truncated,
    )


def _requests(before: Snapshot, after: Snapshot) -> tuple[RequestedReviewer, ...]:
    """A team the credential may no longer read is still asked: not being told is not the same as removed."""
    if not after.requests_hidden:
        return after.review_requests
    listed = {asked.key for asked in after.review_requests}
    kept = (asked for asked in before.review_requests if asked.kind == "team" and asked.key not in listed)
    return (*after.review_requests, *kept)


def _timeline(before: Snapshot, after: Snapshot) -> tuple[TimelineItem, ...]:
    known = set(after.timeline)
    if after.timeline_truncated:
        oldest = min((item.at for item in after.timeline), default=None)
        # Within the window that was read GitHub's word holds: a comment deleted since is gone.
        older = [item for item in before.timeline if item not in known and (oldest is None or item.at <= oldest)]
    else:
        older = []
    items = sorted([*older, *after.timeline], key=lambda item: item.at)
    return _bounded(items)


def _bounded(items: list[TimelineItem]) -> tuple[TimelineItem, ...]:
    """The newest items, and before them the last time it was made ready: ages count from there."""
    if len(items) <= TIMELINE_KEPT:
        return tuple(items)
    cut, kept = items[:-TIMELINE_KEPT], items[-TIMELINE_KEPT:]
    readied = [item for item in cut if item.kind == "ready_for_review"]
    return (*readied[-1:], *kept)
