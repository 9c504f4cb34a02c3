"""Composes the message that tells an author who of the requested reviewers is away, and who else could review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.time_wording import day_of_return
from notifications.messages.message import Line, Link, Message, Strong
from notifications.messages.plain_text import plain
from notifications.messages.review_request_message import MAX_NAMES, MessageContext


@dataclass(frozen=True, slots=True)
class Absence:
    """A requested reviewer who is away until `until`.

    `also_asked`: the logins and teams that are asked as well, and are not away. `others`: further members of `team` (`org/slug`, a team of the
    reviewer's; empty if none is known) who are not away.
    """

    login: str
    until: datetime
    also_asked: Sequence[str] = ()
    team: str = ""
    others: Sequence[str] = ()


def absence_message(document: Mapping[str, Any], absences: Sequence[Absence], context: MessageContext) -> Message:
    """The message to the author; `document` is the pull request's JSON document."""
    name = f"{document['repository']}#{document['number']}"
    title = plain(document["title"]) or "(no title)"
    demo = ("DEMO · ",) if context.demo else ()
    lines = [_line(absence, context) for absence in absences]
    short = "; ".join(reason_of(absence, context) for absence in absences)
    why = "You are told once, because you are asked to bring it on."
    return Message(
        text=(*demo, Strong(short), " – ", Link(document["url"], name), f" {title}"),
        title=(*demo, "🌴 ", Link(document["url"], f"{name} {title}")),
        lines=tuple(lines),
        notes=((why, " ", Link(context.page, "Open in prmonitor")) if context.page else (why,),),
    )


def reason_of(absence: Absence, context: MessageContext) -> str:
    """“wren is away until Mon”."""
    until = day_of_return(absence.until.astimezone(context.zone), context.now.astimezone(context.zone))
    return f"{plain(absence.login)} is away until {until}"


def _line(absence: Absence, context: MessageContext) -> Line:
    more = []
    if absence.also_asked:
        more.append(f"also asked: {_listed(absence.also_asked)}")
    if absence.others:
        more.append(f"others of {plain(absence.team)}: {_listed(absence.others)}")
    rest = "; ".join(more) if more else "nobody else is asked"
    return (Strong(reason_of(absence, context)), f"; {rest}")


def _listed(names: Sequence[str]) -> str:
    shown = [plain(name) for name in names[:MAX_NAMES]]
    return ", ".join([*shown, f"{len(names) - MAX_NAMES} more"] if len(names) > MAX_NAMES else shown)
