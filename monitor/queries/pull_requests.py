"""Reads about pull requests: lists, one, and what they are to the reader."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from monitor.events import Awaited
from monitor.models import Involvement, Ownership, PullRequest, Snooze
from monitor.models.person import confirmed_among
from monitor.queries.access import AnyUser, Viewer, viewer_for
from monitor.queries.repositories import repository_for
from monitor.roles import roles_of
from monitor.search_sql import asleep
from monitor.snapshot import isoformat


class PullRequestNotFound(LookupError):
    """The repository is there, the number is not."""

    def __init__(self, full_name: str, number: int) -> None:
        super().__init__(f"pull request {full_name}#{number} was not found")


def pull_request_for(user: AnyUser, owner: str, name: str, number: int) -> PullRequest:
    """One pull request with its repository. Errors: RepositoryNotFound, PullRequestNotFound."""
    repository = repository_for(user, owner, name)
    found = repository.pull_requests.filter(number=number).first()
    if found is None:
        raise PullRequestNotFound(repository.full_name, number)
    found.repository = repository
    return found


def mine_for(user: AnyUser, pull_requests: Sequence[PullRequest]) -> dict[int, dict[str, Any]]:
    """What each pull request is to this user: pull request id -> the document's `mine`."""
    documents = {row.pk: row.document for row in pull_requests}
    ids = list(documents)
    viewer = viewer_for(user)
    involved: dict[int, dict[str, set[str]]] = {pk: {} for pk in ids}
    rows = Involvement.objects.filter(pull_request__in=ids, name__in=viewer.names)
    for pk, role, name in rows.values_list("pull_request_id", "role", "name"):
        involved[pk].setdefault(role, set()).add(name)
    put_off = asleep(user.pk, timezone.now()).filter(pull_request__in=ids)
    snoozes = {row.pull_request_id: row for row in put_off}
    return {
        pk: {
            "roles": roles_of(roles, viewer.login, viewer.teams),
            "turn": _turn_of(documents[pk], viewer) if roles.keys() & _TURN_ROLES else None,
            "snoozed": snooze_json(snoozes.get(pk)),
        }
        for pk, roles in involved.items()
    }


_TURN_ROLES = set(Awaited)


def _turn_of(document: str, viewer: Viewer) -> dict[str, Any] | None:
    """The first of this person's turns, in the words everybody reads."""
    for turn in json.loads(document)["turn"]:
        if (turn["login"] or "").lower() == viewer.login:
            return {key: turn[key] for key in ("code", "reason", "since")}
    return None


def unconfirmed_takers(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The logins (lower case) under which somebody is on one of these, and which nobody has confirmed."""
    takers = {document["claimed"]["login"].lower() for document in documents if document["claimed"]}
    return takers - confirmed_among(takers)


def snooze_json(snooze: Snooze | None) -> dict[str, Any] | None:
    """A snooze as `mine.snoozed` shows it; both values null: muted."""
    return None if snooze is None else {"until": isoformat(snooze.until), "until_event": snooze.until_event}


def with_mine(document: str, mine: dict[str, Any]) -> str:
    """The stored text with `mine` added, without reading it."""
    return f'{document[:-1]},"mine":{json.dumps(mine, separators=(",", ":"))}}}'


def requests_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The ledger of one pull request, oldest first."""
    return [entry.as_json() for entry in pull_request.requests.all()]


def owners_note(pull_request: PullRequest) -> str:
    """What is not known of its code owners, in words; empty when nothing is missing."""
    return Ownership.objects.filter(pull_request=pull_request).values_list("note", flat=True).first() or ""


def history_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The events of one pull request, oldest first."""
    told = []
    for event in pull_request.events.order_by("id"):
        # Both are at hand: joined, each event would bring the whole document along.
        event.pull_request, event.repository = pull_request, pull_request.repository
        told.append(event.as_json())
    return told
