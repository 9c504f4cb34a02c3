"""Lists of pull requests: what a search means for its reader, page by page, and how many it finds."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Func, QuerySet, Subquery
from django.utils import timezone

from monitor.models import EventSequence, PullRequest, Repository
from monitor.queries.access import AnyUser, teams_of, viewer_for
from monitor.queries.repositories import repositories_for
from monitor.search import Me, Name, Query, Reader, parse
from monitor.search_sql import Asker, condition, ordering

COUNTED_AT_ONCE = 50


def pull_requests_for(
    user: AnyUser, *, repository: Repository | None = None, state: str | None = None, q: str = ""
) -> QuerySet[PullRequest]:
    """What the user may see: of one repository, or of all they subscribe to; in the order `q` names, else newest update first.

    `state`: open, closed (unmerged), merged, all; without it, open ones unless `q` says otherwise.
    Errors: SearchError for a bad `q`.
    """
    now = timezone.now()
    query = parse(q, now).within(state)
    return searched(query, asker_for(user, [query], now), watched(user, repository))


def asks_for_somebody_unknown(user: AnyUser, q: str) -> bool:
    """Whether `q` asks who reads, and nobody knows that: then it finds nothing, and readers are told why. Errors: SearchError."""
    return parse(q, timezone.now()).asks_who_reads and viewer_for(user).login is None


def watched(user: AnyUser, repository: Repository | None = None) -> QuerySet[PullRequest]:
    """Every pull request of one repository, or of all the user subscribes to and may see; in no order."""
    if repository is not None:
        return PullRequest.objects.filter(repository=repository).order_by()
    return PullRequest.objects.filter(repository__in=repositories_for(user).order_by().values("pk")).order_by()


def searched(query: Query, asker: Asker, rows: QuerySet[PullRequest]) -> QuerySet[PullRequest]:
    """Those of `rows` that `query` means, in its order."""
    return rows.filter(condition(query, asker)).order_by(*ordering(query))


def page_of(found: QuerySet[PullRequest], start: int, stop: int) -> QuerySet[PullRequest]:
    """Some rows of a list, in its order. Ids alone are sorted: the texts of rows that are not wanted stay unread."""
    wanted = PullRequest.objects.filter(pk__in=found.values("pk")[start:stop])
    return wanted.order_by(*found.query.order_by)


def counts_for(user: AnyUser, queries: Sequence[Query]) -> list[int]:
    """How many pull requests each query means now, in statements that grow by one with every fifty queries."""
    asker = asker_for(user, queries, timezone.now())
    rows = watched(user)  # made once: what people subscribe to is the dearest part of every query
    counted = [_count(rows.filter(condition(query, asker))) for query in queries]
    found: list[int] = []
    for start in range(0, len(counted), COUNTED_AT_ONCE):
        some = counted[start : start + COUNTED_AT_ONCE]
        # One row that is always there carries the counts: each is planned for itself, with the indices it needs.
        row = EventSequence.objects.filter(pk=EventSequence.ONLY).values_list(*some).get()
        found += [count or 0 for count in row]
    return found


def _count(rows: QuerySet[PullRequest]) -> Subquery:
    return Subquery(rows.annotate(found=Func("pk", function="COUNT")).values("found"))


def asker_for(user: AnyUser, queries: Iterable[Query], now: datetime) -> Asker:
    """Who asks, with the teams of everybody these queries name; a fixed number of statements."""
    queries = list(queries)
    if not any(isinstance(term.value, Name | Me) for query in queries for term in query.terms):
        return Asker(user.pk or 0, now)  # who reads makes no difference: the plain list is spared two statements
    viewer = viewer_for(user)
    teams: dict[str, Collection[str]] = dict(teams_of({login for query in queries for login in query.logins}))
    if viewer.login:
        teams[viewer.login] = viewer.teams
    return Asker(user.pk or 0, now, Reader(viewer.login, teams))
