"""Composes the message “your review is requested”: all wording of what people read in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from monitor.rules.search.vocabulary import size_of
from notifications.messages.message import Line, Link, Mention, Message, Part, Strong
from notifications.messages.plain_text import plain

MAX_NAMES = 5


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An open review request: `name` is a login or a team (`org/slug`), `by` who requested the review, at `since`.

    `by` is None if GitHub requested it (code owners) or nobody knows. `reason` is the reason that the pull request's
    document states; empty if it states none.
    """

    kind: Literal["user", "team"]
    name: str
    by: str | None
    since: datetime
    slack_user_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """For whom a message is written: the readers' time zone, one person or a channel, the demo or not.

    `page` is prmonitor's page of the pull request; empty if prmonitor does not know its own address.
    """

    now: datetime
    zone: tzinfo
    personal: bool
    page: str = ""
    demo: bool = False


def review_request_message(
    document: Mapping[str, Any], requests: Sequence[OpenRequest], context: MessageContext
) -> Message:
    """The message about the open `requests` to the readers; `document` is the pull request's JSON document."""
    name = f"{document['repository']}#{document['number']}"
    title = plain(document["title"]) or "(no title)"
    url = document["url"]
    demo = ("DEMO · ",) if context.demo else ()
    waiting = _personal_line(requests) if context.personal else _channel_line(requests)
    return Message(
        text=(*demo, *waiting, " – ", Link(url, name), f" {title}"),
        title=(*demo, "👀 ", Link(url, f"{name} {title}")),
        lines=(waiting, (f"Waiting since {local_time(min(request.since for request in requests), context)}",)),
        notes=_notes(document, context),
    )


def reason_for(request: OpenRequest) -> str:
    """Why the reader gets the message, in the same words as on pages and in the API."""
    if request.reason:
        return plain(request.reason)
    if request.kind == "team":
        return f"review requested from team {plain(request.name.rpartition('/')[2])}"
    return f"review requested by {plain(request.by)}" if request.by else "review requested"


def _personal_line(requests: Sequence[OpenRequest]) -> Line:
    reasons = dict.fromkeys(reason_for(request) for request in requests)
    return (Strong("Your turn:"), " " + ", ".join(reasons))


def _channel_line(requests: Sequence[OpenRequest]) -> Line:
    """The requested people and teams, each once, and the requesters. Only people are mentioned."""
    distinct = list({(request.kind, request.name.lower()): request for request in requests}.values())
    names = [_name(request) for request in distinct[:MAX_NAMES]]
    if len(distinct) > MAX_NAMES:
        names.append(f"{len(distinct) - MAX_NAMES} more")
    by = list(dict.fromkeys(plain(request.by) for request in distinct if request.by))
    requested = " review requested" + (f" by {_listed(by[:MAX_NAMES])}" if by else "")
    return (*_joined(names), ":", requested)


def _name(request: OpenRequest) -> Part:
    if request.kind == "team":
        return f"team {plain(request.name)}"
    return Mention(request.slack_user_id, plain(request.name)) if request.slack_user_id else plain(request.name)


def _joined(parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for place, part in enumerate(parts):
        if place:
            found.append(" and " if place == len(parts) - 1 else ", ")
        found.append(part)
    return found


def _listed(names: Sequence[str]) -> str:
    return "".join(str(part) for part in _joined(list(names)))


def _notes(document: Mapping[str, Any], context: MessageContext) -> tuple[Line, ...]:
    facts: Line = (" · ".join(_facts(document)),)
    whose = plain(document["author"] or "a deleted account")
    if context.personal:
        why = f"By {whose}. You are told because you watch {document['repository']} and your review is open."
    else:
        why = f"By {whose}. Told here because somebody who was asked watches {document['repository']}."
    return (facts, (why, " ", Link(context.page, "Open in prmonitor")) if context.page else (why,))


_CHECKS = {
    "success": "checks passed",
    "failure": "checks failing",
    "pending": "checks running",
    "none": "no checks",
}


def _facts(document: Mapping[str, Any]) -> list[str]:
    found = [_CHECKS[document["ci"]]] if document["ci"] in _CHECKS else []
    if document["mergeable"] == "conflicting":
        found.append(f"conflicts with {plain(document['base'])}")
    more, less = document["additions"], document["deletions"]
    found.append(f"size {size_of(more + less)} (+{more} −{less})")
    approvals = sum(review["state"] == "approved" for review in document["reviews"])
    if approvals:
        found.append("1 approval" if approvals == 1 else f"{approvals} approvals")
    return found


def local_time(moment: datetime, context: MessageContext) -> str:
    """A time in the readers' time zone: “14:12 CET” today, “Fri 17:05 CET” within a week, with the date otherwise."""
    then, today = moment.astimezone(context.zone), context.now.astimezone(context.zone).date()
    days = (today - then.date()).days
    if days == 0:
        return f"{then:%H:%M %Z}"
    return f"{then:%a %H:%M %Z}" if 0 < days < 7 else f"{then:%Y-%m-%d %H:%M %Z}"
