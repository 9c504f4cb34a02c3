"""Puts into words why an open pull request is nobody's turn: in the queue, stacked on another one, blocked and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.plain_text import plain
from monitor.rules.snapshot import parse_time

# code -> the word of the chip, its icon, and what a row says under the time that it has lasted
_CHIPS: dict[str, tuple[str, str, str]] = {
    "archived": ("Archived", "off", "waiting"),
    "draft": ("Draft", "draft", "as a draft"),
    "merge_queue": ("In queue", "queue", "in the queue"),
    "auto_merge": ("Auto-merge", "merge", "waiting"),
    "stacked": ("Stacked", "stack", "waiting"),
    "blocked": ("Blocked", "lock", "waiting"),
    "checks": ("Checks run", "run", "waiting"),
    "hidden": ("In review", "clock", "waiting"),
    "bot": ("Nobody", "bot", "waiting"),
}


@dataclass(frozen=True, slots=True)
class WaitWording:
    """Why it is nobody's turn. `words` go on with a link to the pull request `below`, if there is one."""

    chip: str
    icon: str
    words: str
    below: int | None
    since: datetime
    lasting: str


def wait_wording_for(document: Mapping[str, Any]) -> WaitWording | None:
    """The words; None if it is somebody's turn, or the pull request is not open."""
    wait = document["waits_for"]
    if wait is None:
        return None
    chip, icon, lasting = _CHIPS.get(wait["code"], ("Waits", "clock", "waiting"))
    below = document["stacked_on"] if wait["code"] == "stacked" else None
    return WaitWording(chip, icon, _words(wait, document, below), below, parse_time(wait["since"]), lasting)


def _words(wait: Mapping[str, Any], document: Mapping[str, Any], below: int | None) -> str:
    if below is not None:
        return "waits for"
    words = plain(wait["reason"])
    queue = document["merge_queue"]
    return f"{words}, position {queue['position']}" if wait["code"] == "merge_queue" and queue else words
