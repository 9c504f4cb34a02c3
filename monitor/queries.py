"""Every read, and the one place where access is decided: what a user may not see does not exist for them."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from monitor.events import Role
from monitor.models import (
    Event,
    EventSequence,
    Involvement,
    PullRequest,
    Repository,
    Snooze,
    Subscription,
    TeamMember,
)
from monitor.roles import passes, roles_of
from monitor.search import SearchError
from monitor.snapshot import isoformat

AnyUser = Any  # Django's request.user: a User or an AnonymousUser, whose attributes its stubs tell apart too strictly
STATS = ("total_open_prs", "assigned_to_user", "review_requests", "needs_review")


class RepositoryNotFound(LookupError):
    """Unknown, unreadable, or private and not shared with the asker: the three are never told apart."""

    def __init__(self, full_name: str) -> None:
        super().__init__(f'repository "{full_name}" was not found, or neither the token nor you may read it')


class PullRequestNotFound(LookupError):
    """The repository is there, the number is not."""

    def __init__(self, full_name: str, number: int) -> None:
        super().__init__(f"pull request {full_name}#{number} was not found")


class Resync(Exception):
    """A cursor that cannot be served: ahead of the head, or older than what is kept. `cursor` is where to go on."""

    def __init__(self, cursor: int) -> None:
        super().__init__(f"events are kept only in part; fetch anew and go on from {cursor}")
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the user, their GitHub login and teams (all in lower case)."""

    user_id: int
    login: str | None
    teams: frozenset[str]
    is_staff: bool

    @property
    def names(self) -> set[str]:
        """Every name that stands for this person in an `Involvement`."""
        return {self.login, *self.teams} if self.login else set()


# Who may see what


def visible_to(user: AnyUser) -> QuerySet[Repository]:
    """The repositories `user` may see: public ones, all for staff, private ones shared with one of their groups."""
    if not user.is_active or user.pk is None:
        return Repository.objects.none()
    if user.is_staff:
        return Repository.objects.all()
    shared = Repository.shared_with.through.objects.filter(
        repository=OuterRef("pk"), group__in=user.groups.values("pk")
    )
    return Repository.objects.filter(Q(private=False) | Exists(shared))


def viewers_for(user_ids: Collection[int]) -> dict[int, Viewer]:
    """The viewers behind user ids, in two queries; inactive users are left out."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True).values_list("pk", "is_staff", "person__github_login")
    logins = {pk: (is_staff, (login or "").lower() or None) for pk, is_staff, login in people}
    teams = _teams_of({login for _, login in logins.values() if login})
    return {
        pk: Viewer(pk, login, frozenset(teams.get(login or "", ())), is_staff)
        for pk, (is_staff, login) in logins.items()
    }


def viewer_for(user: AnyUser) -> Viewer:
    """The viewer behind one user."""
    return viewers_for([user.pk]).get(user.pk) or Viewer(user.pk or 0, None, frozenset(), False)


def _teams_of(logins: Collection[str]) -> dict[str, set[str]]:
    if not logins:
        return {}
    found: dict[str, set[str]] = {}
    rows = TeamMember.objects.filter(login__in=logins, team__members_known=True)
    for login, team in rows.values_list("login", Lower("team__name")):
        found.setdefault(login, set()).add(team)
    return found


def audience_of(events: Sequence[Event], user_ids: Collection[int] | None = None) -> dict[int, set[int]]:
    """Who hears which event: event id -> user ids, in a fixed number of queries.

    Those who may see the repository, subscribe to it, and whose filters match the pull request now or matched it
    before the change. With `user_ids`, only of those.
    """
    by_repository: dict[int, list[tuple[Viewer, list[str]]]] = {}
    for repository, viewer, filters in _watching({event.repository_id for event in events}, user_ids):
        by_repository.setdefault(repository, []).append((viewer, filters))
    return {
        event.id: {
            viewer.user_id
            for viewer, filters in by_repository.get(event.repository_id, ())
            if passes(filters, event.audience, viewer.login, viewer.teams)
        }
        for event in events
    }


def watchers_of(repository_ids: Collection[int], user_ids: Collection[int] | None = None) -> set[tuple[int, int]]:
    """(user, repository) pairs: who subscribes to which of the repositories and may see it. With `user_ids`, only these."""
    return {(viewer.user_id, repository) for repository, viewer, _ in _watching(repository_ids, user_ids)}


def _watching(repositories: Collection[int], user_ids: Collection[int] | None) -> list[tuple[int, Viewer, list[str]]]:
    """(repository, viewer, filters) of every subscription whose owner may see the repository."""
    subscriptions = Subscription.objects.filter(repository__in=repositories, user__is_active=True)
    if user_ids is not None:
        subscriptions = subscriptions.filter(user__in=user_ids)
    subscribed = list(subscriptions.values_list("repository_id", "user_id", "filters"))
    if not subscribed:
        return []
    viewers = viewers_for({user for _, user, _ in subscribed})
    allowed = _allowed(repositories, viewers)
    return [
        (repository, viewers[user], filters)
        for repository, user, filters in subscribed
        if (repository, user) in allowed
    ]


def _allowed(repositories: Collection[int], viewers: dict[int, Viewer]) -> set[tuple[int, int]]:
    """(repository, user) pairs of `visible_to`, for many users at once."""
    private = dict(Repository.objects.filter(pk__in=repositories).values_list("pk", "private"))
    allowed = {
        (repository, viewer.user_id)
        for repository, hidden in private.items()
        for viewer in viewers.values()
        if viewer.is_staff or not hidden
    }
    hidden = [repository for repository, is_private in private.items() if is_private]
    if hidden:
        shared = Repository.shared_with.through.objects.filter(repository__in=hidden, group__user__in=viewers)
        allowed |= set(shared.values_list("repository_id", "group__user"))
    return allowed


# Repositories


def named(queryset: QuerySet[Repository], full_name: str) -> Repository | None:
    """The repository called `full_name`, regardless of case; of two that bear one name, the one still answering."""
    if "\x00" in full_name:
        return None  # PostgreSQL refuses to compare with it, and nothing is called so
    found = queryset.filter(pk__in=_ids_named(full_name))
    return min(found, key=lambda row: (row.status == Repository.Status.INACCESSIBLE, -row.pk), default=None)


def _ids_named(full_name: str) -> QuerySet[Any, Any]:
    return Repository.objects.annotate(key=Lower("full_name")).filter(key=full_name.lower()).values("pk")


def repository_for(user: AnyUser, owner: str, name: str) -> Repository:
    """The repository if `user` may see it. Errors: RepositoryNotFound."""
    found = named(visible_to(user), f"{owner}/{name}")
    if found is None:
        raise RepositoryNotFound(f"{owner}/{name}")
    return found


def repositories_for(user: AnyUser) -> QuerySet[Repository]:
    """What the user subscribes to and may see, by name."""
    return visible_to(user).filter(subscriptions__user=user.pk).order_by(Lower("full_name"), "pk")


def filters_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, list[str]]:
    """The filters of the user's subscriptions, by repository; not subscribed: absent."""
    rows = Subscription.objects.filter(user=user.pk, repository__in=repository_ids)
    return dict(rows.values_list("repository_id", "filters"))


def stats_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The four numbers of each repository as this user sees them."""
    return {repository: stats for (_, repository), stats in stats_of([user.pk], repository_ids).items()}


def stats_of(user_ids: Collection[int], repository_ids: Collection[int]) -> dict[tuple[int, int], dict[str, int]]:
    """(user, repository) -> the four numbers, in a fixed number of queries. Access is the caller's business."""
    everybody = _stats_of_everybody(repository_ids)
    viewers = viewers_for(user_ids)
    assigned, asked = _personal_counts(viewers, repository_ids)
    return {
        (user, repository): dict(
            zip(
                STATS,
                (
                    everybody.get(repository, (0, 0))[0],
                    assigned[user, repository],
                    asked[user, repository],
                    everybody.get(repository, (0, 0))[1],
                ),
                strict=True,
            )
        )
        for user in user_ids
        for repository in repository_ids
    }


def _stats_of_everybody(repository_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    undecided = Q(draft=False, author_is_bot=False, review_state__in=("none", "waiting"))
    rows = (
        PullRequest.objects.filter(repository__in=repository_ids, state="open")
        .order_by()
        .values_list("repository")
        .annotate(total=Count("pk"), undecided=Count("pk", filter=undecided))
    )
    return {repository: (total, waiting) for repository, total, waiting in rows}


def _personal_counts(
    viewers: dict[int, Viewer], repository_ids: Collection[int]
) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    roles = (Role.ASSIGNED, Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED)
    rows = Involvement.objects.filter(
        name__in={name for viewer in viewers.values() for name in viewer.names},
        role__in=roles,
        pull_request__state="open",
        pull_request__repository__in=repository_ids,
    ).values_list("pull_request_id", "pull_request__repository_id", "role", "name")
    assigned: set[tuple[int, int, int]] = set()
    asked: set[tuple[int, int, int]] = set()
    people: dict[tuple[str, bool], list[int]] = {}
    for viewer in viewers.values():
        for name in viewer.names:
            people.setdefault((name, name != viewer.login), []).append(viewer.user_id)
    for pull_request, repository, role, name in rows:
        for user in people.get((name, role == Role.TEAM_REQUESTED), ()):
            (assigned if role == Role.ASSIGNED else asked).add((user, repository, pull_request))
    return Counter((user, repository) for user, repository, _ in assigned), Counter(
        (user, repository) for user, repository, _ in asked
    )


def repository_json(repository: Repository, filters: list[str] | None, stats: dict[str, int]) -> dict[str, Any]:
    """A repository as the API shows it."""
    return {
        "full_name": repository.full_name,
        "url": repository.url,
        "private": repository.private,
        "archived": repository.archived,
        "default_branch": repository.default_branch,
        "filters": filters,
        "status": repository.status,
        "status_message": repository.status_message,
        "last_polled_at": isoformat(repository.last_polled_at),
        "next_poll_at": isoformat(repository.next_poll_at),
        "effective_interval_seconds": repository.effective_interval_seconds,
        "stats": stats,
    }


# Pull requests


def pull_requests_for(
    user: AnyUser, *, repository: Repository | None = None, state: str | None = None, q: str = ""
) -> QuerySet[PullRequest]:
    """What the user may see: of one repository, or of all they subscribe to. Newest update first.

    `state`: open, closed (unmerged), merged, all; without it, open ones. Errors: SearchError for a bad `q`.
    """
    if q.strip():
        raise SearchError("searching is not built yet")
    found = PullRequest.objects.filter(repository__in=[repository] if repository else repositories_for(user).order_by())
    if state != "all":
        found = found.filter(state=state or "open")
    return found.order_by("-updated_at", Lower("repository__full_name"), "number")


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
    snoozes = {row.pull_request_id: row for row in Snooze.objects.filter(user=user.pk, pull_request__in=ids)}
    return {
        pk: {
            "roles": roles_of(roles, viewer.login, viewer.teams),
            "turn": _turn_of(documents[pk], viewer) if roles.keys() & _TURN_ROLES else None,
            "snoozed": snooze_json(snoozes.get(pk)),
        }
        for pk, roles in involved.items()
    }


_TURN_ROLES = {Involvement.TURN_AUTHOR, Involvement.TURN_REVIEWER}


def _turn_of(document: str, viewer: Viewer) -> dict[str, Any] | None:
    """The first of this person's turns, in the words everybody reads."""
    for turn in json.loads(document)["turn"]:
        if (turn["login"] or "").lower() == viewer.login:
            return {key: turn[key] for key in ("code", "reason", "since")}
    return None


def snooze_json(snooze: Snooze | None) -> dict[str, Any] | None:
    """A snooze as `mine.snoozed` shows it; both values null: muted."""
    return None if snooze is None else {"until": isoformat(snooze.until), "until_event": snooze.until_event}


def with_mine(document: str, mine: dict[str, Any]) -> str:
    """The stored text with `mine` added, without reading it."""
    return f'{document[:-1]},"mine":{json.dumps(mine, separators=(",", ":"))}}}'


def requests_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The ledger of one pull request, oldest first."""
    return [entry.as_json() for entry in pull_request.requests.all()]


def history_of(pull_request: PullRequest) -> list[dict[str, Any]]:
    """The events of one pull request, oldest first."""
    told = []
    for event in pull_request.events.order_by("id"):
        # Both are at hand: joined, each event would bring the whole document along.
        event.pull_request, event.repository = pull_request, pull_request.repository
        told.append(event.as_json())
    return told


# Events


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in commit order; `cursor` is how far was looked, also where nothing concerned the reader."""

    items: list[Event]
    cursor: int
    has_more: bool


LOOKED_AT_ONCE = 500


def head() -> int:
    """The id of the newest event."""
    return EventSequence.objects.values_list("last", flat=True).get(pk=EventSequence.ONLY)


def oldest_cursor() -> int:
    """The cursor from which everything that is kept can be read."""
    return EventSequence.objects.values_list("pruned", flat=True).get(pk=EventSequence.ONLY)


def check_cursor(after: int) -> int:
    """The head, if `after` can be served from. Errors: Resync."""
    last, pruned = EventSequence.objects.values_list("last", "pruned").get(pk=EventSequence.ONLY)
    if after > last or after < pruned:
        raise Resync(last)
    return last


def events_after(after: int, limit: int = LOOKED_AT_ONCE, upto: int | None = None) -> list[Event]:
    """The next events of everybody, with repository and pull request (today's document) loaded."""
    rows = Event.objects.filter(id__gt=after).select_related("repository", "pull_request")
    if upto is not None:
        rows = rows.filter(id__lte=upto)
    return list(rows.defer("pull_request__snapshot").order_by("id")[:limit])


def events_for(user: AnyUser, after: int, limit: int) -> EventPage:
    """The next events this user would have heard of. Errors: Resync when `after` cannot be served.

    Looks through everybody's events in pages until `limit` are found or the head is reached.
    """
    last = check_cursor(after)
    found: list[Event] = []
    cursor = after
    while cursor < last:
        page = events_after(cursor, LOOKED_AT_ONCE, last)
        heard = audience_of(page, [user.pk])
        for event in page:
            if user.pk in heard[event.id]:
                if len(found) == limit:
                    return EventPage(found, cursor, True)
                found.append(event)
            cursor = event.id
        if not page:
            cursor = last
    return EventPage(found, max(cursor, after), False)


def missed_more_than(user: AnyUser, after: int, limit: int) -> bool:
    """Whether more than `limit` events after `after` concern this user; reads no documents. Errors: Resync."""
    last = check_cursor(after)
    found = 0
    cursor = after
    while found <= limit < last - after and cursor < last:
        rows = Event.objects.filter(id__gt=cursor, id__lte=last).only("id", "repository_id", "audience")
        page = list(rows.order_by("id")[:LOOKED_AT_ONCE])
        found += sum(user.pk in heard for heard in audience_of(page, [user.pk]).values())
        cursor = page[-1].id if page else last
    return found > limit
