"""Reads what a person's digest tells: their turns in the order of urgency, and their own pull requests that rest."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from monitor import queries
from monitor.models import Person
from monitor.queries.turn_ages import calendar_of
from monitor.rules.logins import same_login
from monitor.rules.snapshot import parse_time
from monitor.rules.working_time import Calendar, duration, is_working_day, working_seconds
from notifications.messages.digest_message import MOST, DigestItem, DigestSection

TURNS = "is:open turn:me bot:false snoozed:false sort:urgency"
OWN = "is:open author:@me snoozed:false"
STALE = "Stale"
STALE_DAYS = 10  # working days
READ_AT_MOST = 200  # turns; those beyond are the least urgent


def sections_for(person: Person, now: datetime) -> list[DigestSection]:
    """The sections that have something to say: “Waiting on you”, “Your pull requests”, “Stale”."""
    login, calendar = person.github_login or "", calendar_of(person)
    turns = [(key, one, turn) for key, one in _documents(person, TURNS) if (turn := _turn_of(one, login))]
    waiting = [_item(key, one, turn, person, now) for key, one, turn in turns if turn["as"] != "author"]
    own = [_item(key, one, turn, person, now) for key, one, turn in turns if turn["as"] == "author"]
    told = {key for key, _, _ in turns}
    rest = f"{OWN} updated:<{_days_ago(calendar, now)} sort:age"
    stale = [_resting(key, one, calendar, now) for key, one in _documents(person, rest) if key not in told]
    sections = (
        DigestSection("Waiting on you", waiting[:MOST], len(waiting), _page(TURNS)),
        DigestSection("Your pull requests", own[:MOST], len(own), _page(OWN)),
        DigestSection(STALE, stale[:MOST], len(stale), _page(rest)),
    )
    return [section for section in sections if section.total]


def _documents(person: Person, q: str) -> list[tuple[int, dict[str, Any]]]:
    found = queries.search_for(person.user, q=q).documents(0, READ_AT_MOST)
    return [(pk, json.loads(document)) for pk, document in found.items()]


def _turn_of(document: Mapping[str, Any], login: str) -> Mapping[str, Any] | None:
    turns: Iterable[Mapping[str, Any]] = document["turn"]
    return next((turn for turn in turns if same_login(turn["login"] or "", login)), None)


def _item(key: int, document: Mapping[str, Any], turn: Mapping[str, Any], person: Person, now: datetime) -> DigestItem:
    since = parse_time(turn["since"])
    worked = working_seconds(calendar_of(person), since, now) if since else 0
    return DigestItem(
        key,
        _name(document),
        document["title"],
        document["url"],
        turn["reason"],
        duration(worked) if worked else "",
        worked >= person.limit_seconds,
        document["updated_at"],
    )


def _resting(key: int, document: Mapping[str, Any], calendar: Calendar, now: datetime) -> DigestItem:
    updated = parse_time(document["updated_at"])
    why = f"nothing for {_working_days(calendar, updated, now) if updated else 0} working days"
    return DigestItem(key, _name(document), document["title"], document["url"], why, updated=document["updated_at"])


def _name(document: Mapping[str, Any]) -> str:
    return f"{document['repository']}#{document['number']}"


def _page(q: str) -> str:
    return f"{settings.PUBLIC_URL}/?{urlencode({'q': q})}" if settings.PUBLIC_URL else ""


def _days_ago(calendar: Calendar, now: datetime) -> str:
    """The date after which fewer than `STALE_DAYS` working days have passed."""
    day, left = now.date(), STALE_DAYS
    for _ in range(400):
        if left == 0:
            break
        day -= timedelta(days=1)
        left -= is_working_day(calendar, day)
    return day.isoformat()


def _working_days(calendar: Calendar, since: datetime, now: datetime) -> int:
    days: Sequence[int] = range((now.date() - since.date()).days)
    return sum(is_working_day(calendar, now.date() - timedelta(days=number)) for number in days[:400])
