"""How long pull requests have waited, in the working time of the person whose turn it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.pages.wording.time_wording import MINUTE
from monitor.queries.turn_ages import age_for, people_by_login
from monitor.rules.snapshot import parse_time
from monitor.rules.working_time import duration

OFF_HOURS = "off hours"
DocumentAndMine = tuple[Mapping[str, Any], Mapping[str, Any]]  # a document, and what is the reader's own in it


def waiting_times(rows: Sequence[DocumentAndMine], login: str | None, now: datetime) -> list[str]:
    """For each row, in words, how long it has been the reader's turn, or else the turn of the first other person.

    `OFF_HOURS` if none of that time was in their working hours; empty if it is nobody's turn.
    """
    turns = [_turn(document, mine, login) for document, mine in rows]
    people = people_by_login({whose for whose, _ in turns if whose})
    return [_words(age_for(people.get(whose), since, now), since, now) if since else "" for whose, since in turns]


def _words(worked: float, since: datetime, now: datetime) -> str:
    # “0 s” after a night or a weekend of waiting would look like a bug.
    return OFF_HOURS if worked < 1 and (now - since).total_seconds() >= MINUTE else duration(worked)


def _turn(document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None) -> tuple[str, datetime | None]:
    if mine.get("turn"):
        return (login or ""), parse_time(mine["turn"]["since"])
    first = next(iter(document["turn"]), None)
    return ((first["login"] or "").lower(), parse_time(first["since"])) if first else ("", None)
