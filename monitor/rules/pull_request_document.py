"""Builds a pull request's document: the JSON text that the API, the pages and the WebSocket hand out.

Called by `recording/derived_values` when a pull request changes; the text is stored with it. Depends on no setting.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.rules.merge_facts import MergeFacts
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.review_state import review_state, reviews_shown
from monitor.rules.snapshot import Snapshot, isoformat

_TURN_KEY = '"turn":'
_DECODER = json.JSONDecoder()


def document_start(repository: str, url: str) -> tuple[str, str, str]:
    """The first characters of every document of a repository, in three parts: the number goes between each two.

    `recording/rename_documents` replaces them when the repository is renamed.
    """
    return f'{{"repository":{_json(repository)},"number":', f',"url":{_json(url)[:-1]}/pull/', '"'


def turns_in(document: str) -> list[dict[str, Any]]:
    """The value of `turn` in a stored document, without parsing the rest, which takes twenty times as long.

    In a document's texts each quote follows a backslash, so only the key itself can look like one.
    """
    turns: list[dict[str, Any]] = _DECODER.raw_decode(document, document.index(_TURN_KEY) + len(_TURN_KEY))[0]
    return turns


def build_document(
    repository: str,
    url: str,
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    *,
    as_of: datetime,
    code_owners: Sequence[Mapping[str, Any]] = (),
    turn: Sequence[Mapping[str, Any]] = (),
    waits_for: Mapping[str, Any] | None = None,
    stacked_on: int | None = None,
    claimed: Mapping[str, Any] | None = None,
) -> str:
    """Compact JSON with every key of the API's pull request except `mine`, which differs from reader to reader.

    Nothing in it changes as time passes: times are absolute. `repository` and `url` are the repository's own; they
    come first, so that a rename can replace them (`document_start`).
    """
    before, between, after = document_start(repository, url)
    plain = {
        "title": snapshot.title,
        "author": snapshot.author,
        "author_is_bot": snapshot.author_is_bot,
        "state": snapshot.state,
        "draft": snapshot.draft,
        "labels": [{"name": label.name, "color": label.color} for label in snapshot.labels],
        "assignees": list(snapshot.assignees),
        "review_requests": _pending_requests(snapshot, requests),
        "reviews": _reviews(snapshot),
        "review_state": review_state(snapshot),
        "ci": snapshot.ci,
        "mergeable": snapshot.mergeable,
        "base": snapshot.base,
        "head": snapshot.head,
        "head_sha": snapshot.head_sha,
        **_merging(snapshot.merging),
        "stacked_on": stacked_on,
        "additions": snapshot.additions,
        "deletions": snapshot.deletions,
        "changed_files": snapshot.changed_files,
        "code_owners": list(code_owners),
        "turn": list(turn),
        "waits_for": waits_for,
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


def _merging(facts: MergeFacts) -> dict[str, Any]:
    queue, auto_merge = facts.merge_queue, facts.auto_merge
    return {
        "decision": facts.decision,
        "merge_queue": None if queue is None else {"position": queue.position, "since": isoformat(queue.since)},
        "auto_merge": None if auto_merge is None else {"by": auto_merge.by, "since": isoformat(auto_merge.since)},
        "unresolved_threads": facts.unresolved_threads,
    }


def _pending_requests(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry]) -> list[dict[str, Any]]:
    since = {entry.key: entry.asked_at for entry in sorted(requests, key=lambda entry: entry.asked_at)}
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
        for review in reviews_shown(snapshot)
    ]
