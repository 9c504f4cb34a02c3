"""How long rows have waited, in the working time of whoever's turn it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.ages import age_for, people_called
from monitor.snapshot import moment
from monitor.views.times import MINUTE
from monitor.working_time import duration

OFF_HOURS = "off hours"
Pair = tuple[Mapping[str, Any], Mapping[str, Any]]  # a document, and what it is to the reader


def waited(rows: Sequence[Pair], login: str | None, now: datetime) -> list[str]:
    """For each row how long it has been the reader's turn, else the first other's, in words: `OFF_HOURS` while none of
    it was in their working hours, empty where it is nobody's."""
    turns = [_turn(document, mine, login) for document, mine in rows]
    people = people_called({whose for whose, _ in turns if whose})
    return [_words(age_for(people.get(whose), since, now), since, now) if since else "" for whose, since in turns]


def _words(worked: float, since: datetime, now: datetime) -> str:
    # “0 s” beside a night or a weekend of waiting would read like a fault.
    return OFF_HOURS if worked < 1 and (now - since).total_seconds() >= MINUTE else duration(worked)


def _turn(document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None) -> tuple[str, datetime | None]:
    if mine.get("turn"):
        return (login or ""), moment(mine["turn"]["since"])
    first = next(iter(document["turn"]), None)
    return ((first["login"] or "").lower(), moment(first["since"])) if first else ("", None)
