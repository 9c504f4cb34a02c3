"""Counts the four stats of repositories, for many users at once: open pull requests in all, and the user's own."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, Q

from monitor.models import Involvement, PullRequest
from monitor.queries.access import AnyUser, Viewer, viewers_for
from monitor.rules.roles import Role

STATS = ("total_open_prs", "assigned_to_user", "review_requests", "needs_review")
Pair = tuple[int, int]  # (user, repository)
Stats = Mapping[str, int]


def stats_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, Stats]:
    """Repository id -> the four stats for this user. The caller has checked that the user may see the repositories."""
    counted = stats_of_pairs({(user.pk, repository) for repository in repository_ids})
    return {repository: counted[user.pk, repository] for repository in repository_ids}


def stats_of_pairs(pairs: Collection[Pair]) -> dict[Pair, Stats]:
    """(user, repository) -> the four stats, in a fixed number of statements. The caller has checked the access.

    Users for whom nothing in a repository is their own share one mapping.
    """
    if not pairs:
        return {}
    readers: dict[int, set[int]] = {}
    for user, repository in pairs:
        readers.setdefault(repository, set()).add(user)
    everybody = {repository: _stats(*counted) for repository, counted in _shared_stats(readers).items()}
    assigned, asked = _personal_counts(readers)
    return {
        pair: {**everybody[pair[1]], "assigned_to_user": assigned[pair], "review_requests": asked[pair]}
        if pair in assigned or pair in asked
        else everybody[pair[1]]
        for pair in pairs
    }


def _stats(total: int, needs_review: int) -> Stats:
    return dict(zip(STATS, (total, 0, 0, needs_review), strict=True))


def _shared_stats(repositories: Collection[int]) -> dict[int, tuple[int, int]]:
    is_undecided = Q(draft=False, author_is_bot=False, review_state__in=("none", "waiting"))
    rows = (
        PullRequest.objects.filter(repository__in=repositories, state="open")
        .order_by()
        .values_list("repository")
        .annotate(total=Count("pk"), needs_review=Count("pk", filter=is_undecided))
    )
    counted = {repository: (total, needs_review) for repository, total, needs_review in rows}
    return {repository: counted.get(repository, (0, 0)) for repository in repositories}


def _personal_counts(readers: dict[int, set[int]]) -> tuple[Counter[Pair], Counter[Pair]]:
    """Per pair, how many open pull requests are assigned to the user, and how many ask them or a team of theirs."""
    viewers = viewers_for(set().union(*readers.values()))
    users_by_name = _users_by_name(viewers.values())
    assigned: Counter[Pair] = Counter()
    asked: dict[tuple[int, int], set[int]] = {}
    for pull_request, repository, role, name in _involved(readers, viewers):
        users = users_by_name.get((name, role == Role.TEAM_REQUESTED), set()) & readers[repository]
        if role == Role.ASSIGNED:
            assigned.update((user, repository) for user in users)
        elif users:
            asked.setdefault((repository, pull_request), set()).update(users)
    return assigned, Counter((user, repository) for (repository, _), users in asked.items() for user in users)


def _users_by_name(viewers: Collection[Viewer]) -> dict[tuple[str, bool], set[int]]:
    """(name, whether it is a team) -> the ids of the users for whom it stands."""
    found: dict[tuple[str, bool], set[int]] = {}
    for viewer in viewers:
        for name in viewer.names:
            found.setdefault((name, name != viewer.login), set()).add(viewer.user_id)
    return found


def _involved(readers: dict[int, set[int]], viewers: dict[int, Viewer]) -> Iterable[tuple[int, int, str, str]]:
    """(pull request, repository, role, name) of open pull requests that are assigned or ask for a review."""
    rows = Involvement.objects.filter(
        role__in=(Role.ASSIGNED, Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED),
        pull_request__state="open",
        pull_request__repository__in=readers,
    )
    if len(viewers) <= len(readers):
        # Few users of many repositories: the database then finds the rows by name, otherwise by repository.
        rows = rows.filter(name__in={name for viewer in viewers.values() for name in viewer.names})
    return rows.values_list("pull_request_id", "pull_request__repository_id", "role", "name")
