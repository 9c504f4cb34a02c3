"""Reads one pull request, and what pull requests are to a user: roles, turn and snooze (`mine` in the API)."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from monitor.database.prepared import padded, prepared
from monitor.models import Involvement, Ownership, PullRequest, Snooze
from monitor.models.person import confirmed_among
from monitor.queries.access import AnyUser, Viewer, viewer_for
from monitor.queries.repositories import repository_for
from monitor.queries.search_conditions import active_snoozes
from monitor.rules.pull_request_document import turns_in
from monitor.rules.roles import TurnRole, roles_of_person
from monitor.rules.snapshot import isoformat


class PullRequestNotFound(LookupError):
    """The repository exists for the user, but has no pull request of this number."""

    def __init__(self, full_name: str, number: int) -> None:
        super().__init__(f"pull request {full_name}#{number} was not found")


def pull_request_for(user: AnyUser, owner: str, name: str, number: int) -> PullRequest:
    """A pull request with its repository. Errors: RepositoryNotFound, PullRequestNotFound."""
    repository = repository_for(user, owner, name)
    found = repository.pull_requests.filter(number=number).first()
    if found is None:
        raise PullRequestNotFound(repository.full_name, number)
    found.repository = repository
    return found


def dead_spots() -> QuerySet[PullRequest]:
    """Open pull requests that are nobody's turn without a reason: there should be none, and each is a fault of the rules."""
    return PullRequest.objects.filter(state="open", turn_since=None, document__contains='"waits_for":null')


def mine_of(user: AnyUser, pull_request: PullRequest, viewer: Viewer | None = None) -> dict[str, Any]:
    """What one pull request is to this user, as `mine_for`."""
    return mine_for(user, {pull_request.pk: pull_request.document}, viewer)[pull_request.pk]


def mine_for(user: AnyUser, documents: Mapping[int, str], viewer: Viewer | None = None) -> dict[int, dict[str, Any]]:
    """Pull request id -> the value of `mine` in the document: this user's roles, turn and snooze.

    `documents`: their stored texts by pull request id. `viewer`: that of `user`, where the caller has read it. The
    caller has checked that the user may see them.
    """
    ids = list(documents)
    viewer = viewer or viewer_for(user)
    involved: dict[int, dict[str, set[str]]] = {pk: {} for pk in ids}
    for pk, role, name in _involvements(ids=padded(ids), names=padded(sorted(viewer.names))):
        involved[pk].setdefault(role, set()).add(name)
    # All of the user's, which are few: a list of a hundred ids takes longer to pass on.
    snoozes = {row.pull_request_id: row for row in _snoozes(user=user.pk, now=timezone.now())}
    return {
        pk: {
            "roles": roles_of_person(roles, viewer.login, viewer.teams),
            "turn": _turn_of(documents[pk], viewer) if roles.keys() & _TURN_ROLES else None,
            "snoozed": snooze_json(snoozes.get(pk)),
        }
        for pk, roles in involved.items()
    }


_TURN_ROLES = set(TurnRole)


@prepared
def _involvements(*, ids: Any, names: Any) -> QuerySet[Any, Any]:
    rows = Involvement.objects.filter(pull_request__in=ids, name__in=names)
    return rows.values_list("pull_request_id", "role", "name")


@prepared
def _snoozes(*, user: int, now: datetime) -> QuerySet[Any, Any]:
    return active_snoozes(user, now)


def _turn_of(document: str, viewer: Viewer) -> dict[str, Any] | None:
    """The first turn of this user in the document; None if there is none under their login."""
    for turn in turns_in(document):
        if (turn["login"] or "").lower() == viewer.login:
            return {key: turn[key] for key in ("code", "reason", "since")}
    return None


def unconfirmed_claimants(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The logins (lower case) of the claimants of these documents whose login nobody has confirmed."""
    claimants = {document["claimed"]["login"].lower() for document in documents if document["claimed"]}
    return claimants - confirmed_among(claimants)


def snooze_json(snooze: Snooze | None) -> dict[str, Any] | None:
    """A snooze as `mine.snoozed` shows it. If both values are null, the pull request is muted."""
    return None if snooze is None else {"until": isoformat(snooze.until), "until_event": snooze.until_event}


_COMPACT = json.JSONEncoder(separators=(",", ":"))
# What most pull requests of a list are to its reader.
_NOTHING: dict[str, Any] = {"roles": [], "turn": None, "snoozed": None}
_NOTHING_TEXT = _COMPACT.encode(_NOTHING)


def with_mine(document: str, mine: dict[str, Any]) -> str:
    """The stored JSON text of a document with `mine` added, without parsing it."""
    return f'{document[:-1]},"mine":{_NOTHING_TEXT if mine == _NOTHING else _COMPACT.encode(mine)}}}'


def review_requests_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The ledger of review requests of one pull request, oldest first."""
    return [entry.as_json() for entry in pull_request.requests.all()]


def code_owners_note(pull_request: PullRequest) -> str:
    """What is not known about the code owners, in words; empty if everything is known."""
    return Ownership.objects.filter(pull_request=pull_request).values_list("note", flat=True).first() or ""


def history_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The events of one pull request, oldest first."""
    events = []
    for event in pull_request.events.order_by("id").defer("facts"):
        # Set here, because a join would read the whole document again with each event.
        event.pull_request, event.repository = pull_request, pull_request.repository
        events.append(event.as_json())
    return events
