"""The four numbers of a repository as each of its readers sees them: only of the pairs asked for, in a fixed number of statements."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, Q

from monitor.events import Role
from monitor.models import Involvement, PullRequest
from monitor.queries.access import AnyUser, Viewer, viewers_for

STATS = ("total_open_prs", "assigned_to_user", "review_requests", "needs_review")
Pair = tuple[int, int]  # (user, repository)
Stats = Mapping[str, int]


def stats_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, Stats]:
    """The four numbers of each repository as this user sees them."""
    counted = stats_of({(user.pk, repository) for repository in repository_ids})
    return {repository: counted[user.pk, repository] for repository in repository_ids}


def stats_of(pairs: Collection[Pair]) -> dict[Pair, Stats]:
    """(user, repository) -> the four numbers. Access is the caller's business.

    All to whom a repository shows nothing of their own share one mapping.
    """
    if not pairs:
        return {}
    readers: dict[int, set[int]] = {}
    for user, repository in pairs:
        readers.setdefault(repository, set()).add(user)
    everybody = {repository: _stats(*counted) for repository, counted in _of_everybody(readers).items()}
    assigned, asked = _of_their_own(readers)
    return {
        pair: {**everybody[pair[1]], "assigned_to_user": assigned[pair], "review_requests": asked[pair]}
        if pair in assigned or pair in asked
        else everybody[pair[1]]
        for pair in pairs
    }


def _stats(total: int, undecided: int) -> Stats:
    return dict(zip(STATS, (total, 0, 0, undecided), strict=True))


def _of_everybody(repositories: Collection[int]) -> dict[int, tuple[int, int]]:
    undecided = Q(draft=False, author_is_bot=False, review_state__in=("none", "waiting"))
    rows = (
        PullRequest.objects.filter(repository__in=repositories, state="open")
        .order_by()
        .values_list("repository")
        .annotate(total=Count("pk"), undecided=Count("pk", filter=undecided))
    )
    counted = {repository: (total, waiting) for repository, total, waiting in rows}
    return {repository: counted.get(repository, (0, 0)) for repository in repositories}


def _of_their_own(readers: dict[int, set[int]]) -> tuple[Counter[Pair], Counter[Pair]]:
    """How many open pull requests are assigned to each pair's user, and how many ask them, also by several names."""
    viewers = viewers_for(set().union(*readers.values()))
    bearers = _bearers(viewers.values())
    assigned: Counter[Pair] = Counter()
    asked: dict[tuple[int, int], set[int]] = {}
    for pull_request, repository, role, name in _involved(readers, viewers):
        users = bearers.get((name, role == Role.TEAM_REQUESTED), set()) & readers[repository]
        if role == Role.ASSIGNED:
            assigned.update((user, repository) for user in users)
        elif users:
            asked.setdefault((repository, pull_request), set()).update(users)
    return assigned, Counter((user, repository) for (repository, _), users in asked.items() for user in users)


def _bearers(viewers: Collection[Viewer]) -> dict[tuple[str, bool], set[int]]:
    """(name, whether it is a team's) -> the users it stands for."""
    found: dict[tuple[str, bool], set[int]] = {}
    for viewer in viewers:
        for name in viewer.names:
            found.setdefault((name, name != viewer.login), set()).add(viewer.user_id)
    return found


def _involved(readers: dict[int, set[int]], viewers: dict[int, Viewer]) -> Iterable[tuple[int, int, str, str]]:
    """(pull request, repository, role, name) of what is assigned or asks for a review."""
    rows = Involvement.objects.filter(
        role__in=(Role.ASSIGNED, Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED),
        pull_request__state="open",
        pull_request__repository__in=readers,
    )
    if len(viewers) <= len(readers):
        # Few readers of many repositories: their names lead. Many readers of few: the repositories do.
        rows = rows.filter(name__in={name for viewer in viewers.values() for name in viewer.names})
    return rows.values_list("pull_request_id", "pull_request__repository_id", "role", "name")
