"""Puts changes of a pull request into words: a sentence for the timeline, a few words for a row that just changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.pages.wording import merge_change_wording
from monitor.pages.wording.plain_text import plain


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of a timeline: `actor` `action` `subject` `suffix`. Its `tone` is `ok`, `bad`, `merged` or empty.

    `ending`: what follows the name of the actor without a space.
    """

    icon: str
    tone: str
    actor: str
    action: str
    subject: str = ""
    suffix: str = ""
    ending: str = ""


_ACTIONS = {
    "opened": ("pr", "ok", "opened it"),
    "closed": ("closed", "bad", "closed it without merging"),
    "merged": ("merge", "merged", "merged it"),
    "reopened": ("pr", "ok", "opened it again"),
    "drafted": ("draft", "", "turned it back into a draft"),
    "ready_for_review": ("pr", "ok", "marked it ready for review"),
    "retitled": ("edit", "", "changed the title to"),
    "pushed": ("push", "", "pushed new commits"),
    "base_changed": ("pr", "", "changed the base to"),
    "labeled": ("tag", "", "added the label"),
    "unlabeled": ("tag", "", "removed the label"),
    "assigned": ("person", "", "assigned it to"),
    "unassigned": ("person", "", "took it off"),
    "review_requested": ("ask", "", "asked"),
    "review_request_removed": ("off", "", "withdrew the request to"),
    "commented": ("comment", "", "commented"),
    "claimed": ("claim", "", "is on it"),
    "review_dismissed": ("off", "", "dismissed the review of"),
    "force_pushed": ("push", "", "force-pushed"),
}
_REVIEWS = {
    "approved": ("check", "ok", "approved"),
    "changes_requested": ("x", "bad", "requested changes"),
    "commented": ("comment", "", "reviewed with comments"),
    "dismissed": ("off", "", "had their review dismissed"),
}
_CHECKS = {
    "success": ("check", "ok", "Checks passed"),
    "failure": ("x", "bad", "Checks failed"),
    "pending": ("run", "", "Checks started"),
    "none": ("off", "", "No checks any more"),
}
_SUBJECT_KEYS = {"retitled": "to", "base_changed": "to", "labeled": "label", "unlabeled": "label"}


def timeline_line(change: Mapping[str, Any]) -> TimelineLine:
    """The line of the timeline for one change of an event. A kind without words of its own is shown by its name."""
    kind = str(change.get("kind", ""))
    actor = plain(change.get("reviewer") or change.get("actor")) or "Somebody"
    if kind in merge_change_wording.KINDS:
        icon, action = merge_change_wording.words_of(kind, change)
        return TimelineLine(icon, "", "", action, plain(change.get("actor")))
    if kind == "reviewed" and change.get("by_push"):
        return TimelineLine("again", "", actor, "approval went stale with new commits", ending="’s")
    if kind == "reviewed":
        icon, tone, action = _REVIEWS.get(str(change.get("state")), ("comment", "", "reviewed"))
        return TimelineLine(icon, tone, actor, action)
    if kind == "checks_changed":
        return TimelineLine(*_without_actor(_CHECKS.get(str(change.get("to")), ("off", "", "Checks are not known"))))
    if kind == "mergeability_changed":
        conflicting = change.get("to") == "conflicting"
        found = ("warn", "bad", "It got conflicts") if conflicting else ("check", "ok", "Its conflicts are gone")
        return TimelineLine(*_without_actor(found))
    if kind == "turn_changed":
        return TimelineLine("again", "", "", "Whose turn it is changed")
    if kind == "unclaimed":
        return _unclaimed_line(plain(change.get("actor")), plain(change.get("login")))
    icon, tone, action = _ACTIONS.get(kind, ("push", "", kind.replace("_", " ")))
    suffix = "to review" if kind == "review_requested" else ""
    return TimelineLine(icon, tone, actor, action, "" if kind == "claimed" else _subject(kind, change), suffix)


def _unclaimed_line(actor: str, login: str) -> TimelineLine:
    if not actor:
        return TimelineLine("claim", "", login, "is not on it any more: the time was over")
    if actor.lower() == login.lower():
        return TimelineLine("claim", "", actor, "gave it back")
    return TimelineLine("claim", "", actor, "took it off", login)


def _without_actor(found: tuple[str, str, str]) -> tuple[str, str, str, str]:
    icon, tone, action = found
    return icon, tone, "", action


def _subject(kind: str, change: Mapping[str, Any]) -> str:
    if kind in _SUBJECT_KEYS:
        return plain(change.get(_SUBJECT_KEYS[kind]))
    if change.get("team"):
        return f"team {plain(change['team'])}"
    return plain(change.get("login"))


_ROW_WORDS = {
    "opened": "Opened",
    "closed": "Closed",
    "merged": "Merged",
    "reopened": "Opened again",
    "drafted": "Back to draft",
    "ready_for_review": "Ready for review",
    "retitled": "New title",
    "pushed": "New commits",
    "base_changed": "New base",
    "labeled": "Labels changed",
    "unlabeled": "Labels changed",
    "assigned": "Assignees changed",
    "unassigned": "Assignees changed",
    "review_requested": "Review requested",
    "review_request_removed": "Request withdrawn",
    "commented": "New comment",
    "claimed": "Taken",
    "unclaimed": "Free again",
    "turn_changed": "Turn changed",
    "queued": "In the merge queue",
    "unqueued": "Out of the merge queue",
    "auto_merge_enabled": "Auto-merge on",
    "auto_merge_disabled": "Auto-merge off",
}
_ROW_DECISIONS = {
    "approved": "Enough approvals",
    "review_required": "Another approval needed",
    "changes_requested": "Changes requested",
}
_ROW_CHECKS = {"success": "Checks passed", "failure": "Checks failing", "pending": "Checks running"}
_ROW_REVIEWS = {"approved": "Approved", "changes_requested": "Changes requested"}


def just_changed_words(kinds: Sequence[str], document: Mapping[str, Any]) -> str:
    """What a row says beside “just now”, like “New commits, checks failing”.

    Three kinds at most; unknown kinds are left out.
    """
    found: dict[str, None] = {}
    for kind in kinds:
        words = _row_words(kind, document)
        if words:
            found[words] = None
    return ", ".join([*found][:1] + [words[0].lower() + words[1:] for words in [*found][1:3]])


def _row_words(kind: str, document: Mapping[str, Any]) -> str:
    if kind == "checks_changed":
        return _ROW_CHECKS.get(str(document.get("ci")), "Checks changed")
    if kind == "mergeability_changed":
        return "Conflicts" if document.get("mergeable") == "conflicting" else "Conflicts gone"
    if kind == "reviewed":
        return _ROW_REVIEWS.get(str(document.get("review_state")), "Reviewed")
    if kind == "decision_changed":
        return _ROW_DECISIONS.get(str(document.get("decision")), "No approval required")
    if kind == "stack_changed":
        below = document.get("stacked_on")
        return f"Stacked on #{below}" if below else "Not stacked any more"
    return _ROW_WORDS.get(kind, "")
