"""How long pull requests have waited, in the working time of the person whose turn it is, and whether they are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.models import Person
from monitor.pages.wording.time_wording import MINUTE
from monitor.queries.turn_ages import age_for, people_by_login
from monitor.rules.snapshot import parse_time
from monitor.rules.working_time import duration

OFF_HOURS = "off hours"
DocumentAndMine = tuple[Mapping[str, Any], Mapping[str, Any]]  # a document, and what is the reader's own in it


@dataclass(frozen=True, slots=True)
class WaitingTime:
    """How long it has been a person's turn, in words of their working time.

    `words`: `OFF_HOURS` if none of that time was in their working hours; empty if it is nobody's turn. `away_until`: when
    that person, not the reader, is back; None if they are not away.
    """

    words: str = ""
    away_until: datetime | None = None


def waiting_times(rows: Sequence[DocumentAndMine], login: str | None, now: datetime) -> list[WaitingTime]:
    """For each row, how long it has been the reader's turn, or else the turn of the first other person."""
    turns = [_turn(document, mine, login) for document, mine in rows]
    people = people_by_login({whose for whose, _ in turns if whose})
    return [_waiting_time(people.get(whose), since, now, whose == login) for whose, since in turns]


def _waiting_time(person: Person | None, since: datetime | None, now: datetime, is_reader: bool) -> WaitingTime:
    if since is None:
        return WaitingTime()
    away = person is not None and not is_reader and person.is_away(now)
    words = _words(age_for(person, since, now), since, now)
    return WaitingTime(words, person.away_until if person and away else None)


def _words(worked: float, since: datetime, now: datetime) -> str:
    # “0 s” after a night or a weekend of waiting would look like a bug.
    return OFF_HOURS if worked < 1 and (now - since).total_seconds() >= MINUTE else duration(worked)


def _turn(document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None) -> tuple[str, datetime | None]:
    if mine.get("turn"):
        return (login or ""), parse_time(mine["turn"]["since"])
    first = next(iter(document["turn"]), None)
    return ((first["login"] or "").lower(), parse_time(first["since"])) if first else ("", None)
