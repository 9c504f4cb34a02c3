"""Puts into words what GitHub says about the merge: required approvals, merge queue, auto-merge, conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.plain_text import plain
from monitor.rules.merge_facts import MergeFacts
from monitor.rules.snapshot import parse_time

# GitHub's decision -> words, icon, and the tone of both
_DECISIONS: dict[str | None, tuple[str, str, str]] = {
    "approved": ("enough", "check", "ok"),
    "review_required": ("another one is needed", "clock", "warn"),
    "changes_requested": ("changes requested", "x", "bad"),
    None: ("the branch asks for none", "", ""),
}
_NOT_KNOWN = ("not known", "", "t3")


@dataclass(frozen=True, slots=True)
class MergeWording:
    """What the page of an open pull request says beside the conflicts."""

    decision: str
    decision_icon: str
    decision_tone: str
    position: int
    queued_since: datetime | None
    auto_merge_by: str
    auto_merge_since: datetime | None
    unresolved_threads: int


def merge_wording_for(document: Mapping[str, Any], facts: MergeFacts, login: str | None) -> MergeWording | None:
    """The words for a reader with this `login` (lower case); None if the pull request is not open.

    `facts` say what GitHub did not tell: a document has null for that, and for what the branch does not require.
    """
    if document["state"] != "open":
        return None
    queue, auto_merge = document["merge_queue"] or {}, document["auto_merge"] or {}
    decision = _DECISIONS[document["decision"]] if facts.knows("decision") else _NOT_KNOWN
    return MergeWording(
        *decision,
        position=queue.get("position", 0),
        queued_since=parse_time(queue.get("since")),
        auto_merge_by=_who(auto_merge.get("by"), login),
        auto_merge_since=parse_time(auto_merge.get("since")),
        unresolved_threads=document["unresolved_threads"],
    )


def _who(by: str | None, login: str | None) -> str:
    return "you" if by and by.lower() == login else plain(by) or "a deleted account"
