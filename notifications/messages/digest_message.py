"""Composes the daily digest: what waits for the reader, what their own pull requests need, and what is forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.messages.message import Line, Link, Message, Part, Strong, Struck
from notifications.messages.plain_text import plain

MOST = 5  # pull requests in one section


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One pull request: `name` is `owner/name#number`; `why` says what it needs, `waiting` since how long.

    `key` is its primary key, `updated` when GitHub last changed it. A `settled` one is crossed out.
    """

    key: int
    name: str
    title: str
    url: str
    why: str
    waiting: str = ""
    late: bool = False
    updated: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True)
class DigestSection:
    """A heading and its pull requests, the most urgent first. `total` counts those that are not listed, too.

    `page` is the view of prmonitor that lists all; empty if prmonitor does not know its own address.
    """

    heading: str
    items: Sequence[DigestItem]
    total: int
    page: str = ""

    @property
    def left(self) -> int:
        """How many are not settled yet."""
        return self.total - sum(item.settled for item in self.items)


@dataclass(frozen=True, slots=True)
class DigestContext:
    """`returned`: the reader was away before. `profile`: where they change the digest; empty as `page` above."""

    returned: bool = False
    profile: str = ""
    demo: bool = False


def digest_message(sections: Sequence[DigestSection], context: DigestContext) -> Message:
    """The digest; `sections` have at least one pull request each."""
    counts = ", ".join(f"{section.heading.lower()}: {section.total}" for section in sections)
    demo: Line = ("DEMO · ",) if context.demo else ()
    greeting = "🌴 Welcome back" if context.returned else "☀️ Today"
    done = () if any(section.left for section in sections) else (" – all done",)
    change = "Change its hour, or switch it off, in your profile."
    why = "You get one digest after an absence." if context.returned else "You get one digest on each working day."
    return Message(
        text=(*demo, Strong(greeting[2:].strip()), f" – {counts}"),
        title=(*demo, Strong(greeting), *done),
        lines=tuple(line for section in sections for line in _lines(section)),
        notes=((why, " ", Link(context.profile, change)) if context.profile else (f"{why} {change}",),),
    )


def _lines(section: DigestSection) -> list[Line]:
    lines: list[Line] = [(Strong(f"{section.heading} ({section.left})"),)]
    lines += [_line(item) for item in section.items[:MOST]]
    more = section.total - min(len(section.items), MOST)
    if more > 0:
        words = f"+{more} more"
        lines.append((Link(section.page, words) if section.page else words,))
    return lines


def _line(item: DigestItem) -> Line:
    title = plain(item.title) or "(no title)"
    facts = [plain(item.why), *([f"waiting {item.waiting}"] if item.waiting else [])]
    label, why = f"{item.name} {title}", f" – {' · '.join(facts)}"
    if item.settled:
        return ("• ", Link(item.url, label, struck=True), Struck(why))
    late: tuple[Part, ...] = (Strong(" · over your limit"),) if item.late else ()
    return ("• ", Link(item.url, label), why, *late)
