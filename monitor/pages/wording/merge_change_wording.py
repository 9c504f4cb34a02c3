"""Puts changes about the merge into words: merge queue, auto-merge, GitHub's decision, stacks."""

import re
from collections.abc import Mapping
from typing import Any

from monitor.pages.wording.plain_text import plain

_ICONS = {
    "queued": "queue",
    "unqueued": "queue",
    "auto_merge_enabled": "merge",
    "auto_merge_disabled": "merge",
    "decision_changed": "check",
    "stack_changed": "stack",
}
KINDS = frozenset(_ICONS)
_DECISIONS = {
    "approved": "approved",
    "review_required": "review required",
    "changes_requested": "changes requested",
    None: "no review required",
}
# GitHub's reasons for a removal from the merge queue -> words; manual: a person did it, and is named.
# https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=dequeued#pull_request
_REMOVALS = {
    "already_merged": "merged already",
    "branch_protections": "rules of the branch",
    "ci_failure": "failed checks",
    "ci_timeout": "checks took too long",
    "manual": "",
    "merge": "merged",
    "merge_conflict": "conflicts",
    "unknown_removal_reason": "",
}


def words_of(kind: str, change: Mapping[str, Any]) -> tuple[str, str]:
    """The icon and the words of a change of one of `KINDS`. The name of the actor follows, if GitHub says who it was."""
    words, by = _words(kind, change), " by" if kind == "queued" else ", by"
    if kind == "unqueued" and ":" not in words:
        by = " by"
    return _ICONS[kind], f"{words}{by}" if change.get("actor") else words


def _words(kind: str, change: Mapping[str, Any]) -> str:
    match kind:
        case "queued":
            return "Added to the merge queue"
        case "unqueued":
            reason = _removal(change.get("reason"))
            return f"Removed from the merge queue: {reason}" if reason else "Removed from the merge queue"
        case "auto_merge_enabled":
            return "Auto-merge on"
        case "auto_merge_disabled":
            return "Auto-merge off"
        case "decision_changed":
            before, after = (_DECISIONS.get(change.get(key), "not known") for key in ("from", "to"))
            return f"Decision: {before} → {after}"
    if change.get("to"):
        return f"Now stacked on #{change['to']}"
    return f"No longer stacked on #{change['from']}" if change.get("from") else "Stacked on another one"


def _removal(reason: str | None) -> str:
    """GitHub's reason in words: a code like `CI_FAILURE` or `failed_checks`, or a sentence."""
    text = plain(reason, 120).rstrip(".")
    if not re.fullmatch(r"[A-Za-z_]+", text):
        return text
    return _REMOVALS.get(text.lower(), text.lower().replace("_", " "))
