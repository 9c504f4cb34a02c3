"""A pull request as everybody reads it: the JSON that API, pages and sockets hand out, written once when it changes."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.ledger import Request
from monitor.snapshot import Snapshot, isoformat
from monitor.verdict import review_state, reviews_that_count


def head_of(repository: str, url: str) -> tuple[str, str, str]:
    """How every document of a repository begins, cut at the two places where the pull request's number stands."""
    return f'{{"repository":{_json(repository)},"number":', f',"url":{_json(url)[:-1]}/pull/', '"'


def document(
    repository: str,
    url: str,
    snapshot: Snapshot,
    requests: Sequence[Request],
    *,
    as_of: datetime,
    code_owners: Sequence[Mapping[str, Any]] = (),
    turn: Sequence[Mapping[str, Any]] = (),
    claimed: Mapping[str, Any] | None = None,
) -> str:
    """All of the contract's keys but `mine`, as compact JSON. Nothing in it moves by itself.

    `repository` and `url` are the repository's own: they stand at the beginning, where a rename changes them (`head_of`).
    """
    before, between, after = head_of(repository, url)
    plain = {
        "title": snapshot.title,
        "author": snapshot.author,
        "author_is_bot": snapshot.author_is_bot,
        "state": snapshot.state,
        "draft": snapshot.draft,
        "labels": [{"name": label.name, "color": label.color} for label in snapshot.labels],
        "assignees": list(snapshot.assignees),
        "review_requests": _pending(snapshot, requests),
        "reviews": _reviews(snapshot),
        "review_state": review_state(snapshot),
        "ci": snapshot.ci,
        "mergeable": snapshot.mergeable,
        "base": snapshot.base,
        "head": snapshot.head,
        "head_sha": snapshot.head_sha,
        # Keys of the contract whose rules are not built yet: there, and empty.
        "decision": None,
        "merge_queue": None,
        "auto_merge": None,
        "unresolved_threads": 0,
        "stacked_on": None,
        "additions": snapshot.additions,
        "deletions": snapshot.deletions,
        "changed_files": snapshot.changed_files,
        "code_owners": list(code_owners),
        "turn": list(turn),
        "waits_for": None,
        "claimed": claimed,
        "created_at": isoformat(snapshot.created_at),
        "updated_at": isoformat(snapshot.updated_at),
        "ready_at": isoformat(snapshot.ready_at),
        "merged_at": isoformat(snapshot.merged_at),
        "closed_at": isoformat(snapshot.closed_at),
        "as_of": isoformat(as_of),
    }
    return f"{before}{snapshot.number}{between}{snapshot.number}{after},{_json(plain)[1:]}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pending(snapshot: Snapshot, requests: Sequence[Request]) -> list[dict[str, Any]]:
    since = {entry.who: entry.asked_at for entry in sorted(requests, key=lambda entry: entry.asked_at)}
    return [
        {
            "kind": asked.kind,
            "name": asked.name,
            "code_owner": asked.code_owner,
            "since": isoformat(since.get(asked.key, snapshot.created_at)),
        }
        for asked in snapshot.review_requests
    ]


def _reviews(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        {"reviewer": review.reviewer, "state": review.state, "submitted_at": isoformat(review.submitted_at)}
        for review in reviews_that_count(snapshot)
    ]
