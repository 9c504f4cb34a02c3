"""From events to who could be told: everybody whose review was asked for and who watches, personally or by a team."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Lower

from monitor import queries
from monitor.events import Kind
from monitor.models import Event, Person, ReviewRequest
from monitor.models.team import members_of

Key = tuple[int, str, str]  # pull request, kind, name in lower case
# After these, everybody whose review is still open is asked as if anew.
_ASKS_ANEW = frozenset({Kind.OPENED, Kind.READY_FOR_REVIEW, Kind.REOPENED})


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody (or a team) whose review an event asks for; `by` is None where nobody is known to have asked."""

    event: Event
    kind: str
    name: str
    by: str | None
    request: ReviewRequest | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reader who could be told, or (without a person) a team none of whose members we reach."""

    asked: Asked
    person: Person | None = None

    @property
    def recipient(self) -> str:
        """The reader as people know them."""
        return (self.person and self.person.github_login) or self.asked.name


def candidates(events: Sequence[Event]) -> list[Candidate]:
    """Who could be told of which request, in a fixed number of queries.

    A person: with this login, wanting Slack messages, and hearing the event (they may see the repository, subscribe to
    it, and a filter of theirs matches). A team: its known members of that kind; the team as a whole where there are none
    but somebody watches the repository.
    """
    asked = list(_asked(events))
    if not asked:
        return []
    members = members_of({one.name for one in asked if one.kind == "team"})
    people = _people({one.name.lower() for one in asked if one.kind == "user"}.union(*members.values()))
    users = {person.user_id for person in people.values() if person.user_id is not None}
    heard = queries.audience_of(list({one.event.id: one.event for one in asked}.values()), users)
    watched = _watched({one.event.repository_id for one in asked})
    found: list[Candidate] = []
    for one in asked:
        logins = {one.name.lower()} if one.kind == "user" else members.get(one.name.lower(), set())
        reached = [people[login] for login in sorted(logins) if login in people]
        readers = [Candidate(one, person) for person in reached if person.user_id in heard[one.event.id]]
        found += readers
        if one.kind == "team" and one.event.repository_id in watched and not _hears_somebody_else(one, readers, logins):
            found.append(Candidate(one))
    return found


def _watched(repositories: Collection[int]) -> set[int]:
    # By somebody who may see it: a private one that is shared with nobody any more is no channel's business.
    return {repository for _, repository in queries.watchers_of(repositories)}


def _hears_somebody_else(asked: Asked, readers: Iterable[Candidate], members: Collection[str]) -> bool:
    """Whether a team is reached through its members; or consists of nobody but the one who asks."""
    own = {name.lower() for name in (asked.by, asked.event.pull_request.author) if name}
    others = {reader.recipient.lower() for reader in readers} - own
    return bool(others) or bool(members and not set(members) - own)


def _asked(events: Sequence[Event]) -> Iterator[Asked]:
    ledger = open_or_last({event.pull_request_id for event in events if _concerns(event)})
    for event in events:
        found: dict[tuple[str, str], Asked] = {}
        for change in event.changes:
            if change["kind"] == Kind.REVIEW_REQUESTED:
                kind, name = ("team", change["team"]) if "team" in change else ("user", change["login"])
                request = ledger.get((event.pull_request_id, kind, name.lower()))
                by = change.get("actor") or (request.by if request else None)
                found[kind, name.lower()] = Asked(event, kind, name, by, request)
        if _kinds(event) & _ASKS_ANEW:
            for (pull_request, kind, key), request in ledger.items():
                if pull_request == event.pull_request_id and request.settled is None:
                    found.setdefault((kind, key), Asked(event, kind, request.name, request.by, request))
        yield from found.values()


def _kinds(event: Event) -> set[str]:
    return {change["kind"] for change in event.changes}


def _concerns(event: Event) -> bool:
    return bool(_kinds(event) & {*_ASKS_ANEW, Kind.REVIEW_REQUESTED})


def open_or_last(pull_requests: Collection[int]) -> Mapping[Key, ReviewRequest]:
    """For everybody ever asked: the request that is open, else the last one."""
    rows: Any = ReviewRequest.objects.filter(pull_request__in=pull_requests) if pull_requests else ()
    oldest_first = sorted(rows, key=lambda row: (row.settled is None, row.asked_at))
    return {(row.pull_request_id, row.kind, row.name.lower()): row for row in oldest_first}


def _people(logins: Collection[str]) -> dict[str, Person]:
    """People who sign in here and want messages, by login in lower case."""
    if not logins:
        return {}
    rows = Person.objects.annotate(key=Lower("github_login")).filter(key__in=logins, slack=True, user__is_active=True)
    return {row.key: row for row in rows}
