"""Works out who may get a message about an event: requested reviewers, and members of requested teams, who watch."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Lower

from monitor import queries
from monitor.models import Event, Person, ReviewRequest
from monitor.models.team import members_of
from monitor.rules.change_kinds import ChangeKind

RequestKey = tuple[int, str, str]  # pull request, kind, name in lower case
# Each of these events counts as a new request to everybody whose review is still open.
_KINDS_THAT_REQUEST_AGAIN = frozenset({ChangeKind.OPENED, ChangeKind.READY_FOR_REVIEW, ChangeKind.REOPENED})


@dataclass(frozen=True, slots=True)
class RequestedReview:
    """A login or a team whose review an event requests; `by` is who requested it, None if that is not known."""

    event: Event
    kind: str
    name: str
    by: str | None
    request: ReviewRequest | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who may get a message about a requested review; without a person: the team as a whole, in a channel."""

    requested_review: RequestedReview
    person: Person | None = None

    @property
    def name(self) -> str:
        """The person's GitHub login, or `org/slug` of the team."""
        return (self.person and self.person.github_login) or self.requested_review.name


def recipients_of(events: Sequence[Event]) -> list[Recipient]:
    """Who may get a message about which requested review, in a fixed number of queries.

    A requested person: has this login, wants Slack messages, may see the repository, watches it, and a filter of their
    subscription matches. A requested team: its known members under the same conditions; the team as a whole if none of
    them is reached but somebody watches the repository.
    """
    reviews = list(requested_reviews(events))
    if not reviews:
        return []
    members = members_of({review.name for review in reviews if review.kind == "team"})
    people = people_with({review.name.lower() for review in reviews if review.kind == "user"}.union(*members.values()))
    users = {person.user_id for person in people.values() if person.user_id is not None}
    audience = queries.audience_of(list({review.event.id: review.event for review in reviews}.values()), users)
    watched = _watched({review.event.repository_id for review in reviews})
    found: list[Recipient] = []
    for review in reviews:
        logins = {review.name.lower()} if review.kind == "user" else members.get(review.name.lower(), set())
        known = [people[login] for login in sorted(logins) if login in people]
        reached = [Recipient(review, person) for person in known if person.user_id in audience[review.event.id]]
        found += reached
        if (
            review.kind == "team"
            and review.event.repository_id in watched
            and not _is_reached_through_members(review, reached, logins)
        ):
            found.append(Recipient(review))
    return found


def _watched(repositories: Collection[int]) -> set[int]:
    # Only watchers who may see the repository count: a channel gets nothing about a repository that is hidden from all.
    return {repository for _, repository in queries.watchers_of(repositories)}


def _is_reached_through_members(
    review: RequestedReview, reached: Iterable[Recipient], members: Collection[str]
) -> bool:
    """Whether a member other than the requester and the author is reached, or the team has no such member."""
    own = {name.lower() for name in (review.by, review.event.pull_request.author) if name}
    others = {recipient.name.lower() for recipient in reached} - own
    return bool(others) or bool(members and not set(members) - own)


def requested_reviews(events: Sequence[Event]) -> Iterator[RequestedReview]:
    """The reviews that these events request: each login and team once per event."""
    requests = open_or_last_requests({event.pull_request_id for event in events if _requests_reviews(event)})
    for event in events:
        found: dict[tuple[str, str], RequestedReview] = {}
        for change in event.changes:
            if change["kind"] == ChangeKind.REVIEW_REQUESTED:
                kind, name = ("team", change["team"]) if "team" in change else ("user", change["login"])
                request = requests.get((event.pull_request_id, kind, name.lower()))
                by = change.get("actor") or (request.by if request else None)
                found[kind, name.lower()] = RequestedReview(event, kind, name, by, request)
        if _change_kinds(event) & _KINDS_THAT_REQUEST_AGAIN:
            for (pull_request, kind, key), request in requests.items():
                if pull_request == event.pull_request_id and request.settled is None:
                    found.setdefault((kind, key), RequestedReview(event, kind, request.name, request.by, request))
        yield from found.values()


def _change_kinds(event: Event) -> set[str]:
    return {change["kind"] for change in event.changes}


def _requests_reviews(event: Event) -> bool:
    return bool(_change_kinds(event) & {*_KINDS_THAT_REQUEST_AGAIN, ChangeKind.REVIEW_REQUESTED})


def open_or_last_requests(pull_requests: Collection[int]) -> Mapping[RequestKey, ReviewRequest]:
    """For each login and team ever requested: the open request, else the last settled one."""
    rows: Any = ReviewRequest.objects.filter(pull_request__in=pull_requests) if pull_requests else ()
    oldest_first = sorted(rows, key=lambda row: (row.settled is None, row.asked_at))
    return {(row.pull_request_id, row.kind, row.name.lower()): row for row in oldest_first}


def people_with(logins: Collection[str]) -> dict[str, Person]:
    """People with an active user here who want messages, by login in lower case."""
    if not logins:
        return {}
    rows = Person.objects.annotate(key=Lower("github_login")).filter(key__in=logins, slack=True, user__is_active=True)
    return {row.key: row for row in rows}
