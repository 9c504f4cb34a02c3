"""All wording of what people are told: text, names and links as values; how they look in Slack is decided elsewhere."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal, TypeAlias

from monitor.search.vocabulary import size_of

LONGEST = 150
NAMED = 5
_READ = 4096  # characters of a text looked at, at most: titles may be hostile
_JOINERS = "\u200c\u200d"  # inside Persian words, and inside emoji


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person whom Slack can ping; `name` stands where it cannot."""

    slack_user_id: str
    name: str


Part: TypeAlias = str | Strong | Link | Mention
Line: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """`text` stands alone, as a notification shows it; `title` and `lines` are the card; `notes` are set smaller."""

    text: Line
    title: Line
    lines: tuple[Line, ...]
    notes: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One open review request: of a login or a team (`org/slug`), by whom (None: GitHub, or not known), since when.

    `words` are the reason as the pull request's document tells it, where it does.
    """

    kind: Literal["user", "team"]
    name: str
    by: str | None
    since: datetime
    slack_user_id: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and for whom a message is written. `page` is our own page of the pull request, empty when not known."""

    now: datetime
    zone: tzinfo
    personal: bool
    page: str = ""
    demo: bool = False


def review_requested(document: Mapping[str, Any], asked: Sequence[Asked], setting: Setting) -> Message:
    """“Your review is asked for”, from a pull request's document and its open requests to these readers."""
    name = f"{document['repository']}#{document['number']}"
    title = plain(document["title"]) or "(no title)"
    url = document["url"]
    demo = ("DEMO · ",) if setting.demo else ()
    waiting = _your_turn(asked) if setting.personal else _their_turn(asked)
    return Message(
        text=(*demo, *waiting, " – ", Link(url, name), f" {title}"),
        title=(*demo, "👀 ", Link(url, f"{name} {title}")),
        lines=(waiting, (f"Waiting since {clock(min(one.since for one in asked), setting)}",)),
        notes=_notes(document, setting),
    )


def reason(asked: Asked) -> str:
    """Why somebody is told, in the words of pages and API."""
    if asked.words:
        return plain(asked.words)
    if asked.kind == "team":
        return f"review requested from team {plain(asked.name.rpartition('/')[2])}"
    return f"review requested by {plain(asked.by)}" if asked.by else "review requested"


def _your_turn(asked: Sequence[Asked]) -> Line:
    reasons = dict.fromkeys(reason(one) for one in asked)
    return (Strong("Your turn:"), " " + ", ".join(reasons))


def _their_turn(asked: Sequence[Asked]) -> Line:
    """Everybody asked, each once, and by whom; teams are named, never pinged."""
    once = list({(one.kind, one.name.lower()): one for one in asked}.values())
    names = [_name(one) for one in once[:NAMED]]
    if len(once) > NAMED:
        names.append(f"{len(once) - NAMED} more")
    by = list(dict.fromkeys(plain(one.by) for one in once if one.by))
    asking = " review requested" + (f" by {_listed(by[:NAMED])}" if by else "")
    return (*_joined(names), ":", asking)


def _name(asked: Asked) -> Part:
    if asked.kind == "team":
        return f"team {plain(asked.name)}"
    return Mention(asked.slack_user_id, plain(asked.name)) if asked.slack_user_id else plain(asked.name)


def _joined(parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for place, part in enumerate(parts):
        if place:
            found.append(" and " if place == len(parts) - 1 else ", ")
        found.append(part)
    return found


def _listed(names: Sequence[str]) -> str:
    return "".join(str(part) for part in _joined(list(names)))


def _notes(document: Mapping[str, Any], setting: Setting) -> tuple[Line, ...]:
    facts: Line = (" · ".join(_facts(document)),)
    whose = plain(document["author"] or "a deleted account")
    if setting.personal:
        why = f"By {whose}. You are told because you watch {document['repository']} and your review is open."
    else:
        why = f"By {whose}. Told here because somebody who was asked watches {document['repository']}."
    return (facts, (why, " ", Link(setting.page, "Open in prmonitor")) if setting.page else (why,))


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


def clock(moment: datetime, setting: Setting) -> str:
    """A time as people say it: “14:12 CET” today, “Fri 17:05 CET” this week, the date after."""
    then, today = moment.astimezone(setting.zone), setting.now.astimezone(setting.zone).date()
    days = (today - then.date()).days
    if days == 0:
        return f"{then:%H:%M %Z}"
    return f"{then:%a %H:%M %Z}" if 0 < days < 7 else f"{then:%Y-%m-%d %H:%M %Z}"


def plain(text: str | None, longest: int = LONGEST) -> str:
    """Untrusted text as one harmless line of at most `longest` characters.

    Control characters and line breaks become spaces; marks that turn the direction of writing, hide text or are half a
    character go.
    """
    kept = "".join(_harmless(character) for character in (text or "")[:_READ])
    line = re.sub(r"\s+", " ", kept).strip()
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    # Not in the middle of a character that is written as several.
    while cut and unicodedata.combining(line[len(cut)]):
        cut = cut[:-1]
    return cut.rstrip(" " + _JOINERS) + "…"


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character
