"""Reads the whole stacks that pull requests are in."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from monitor.database.prepared import padded, prepared
from monitor.models import PullRequest
from monitor.rules.stack_order import StackMember, stacks_by_number

Key = tuple[int, int]  # the repository's primary key, and the number


def stacks_of(pull_requests: Sequence[PullRequest]) -> dict[int, tuple[StackMember, ...]]:
    """Primary key -> the whole stack in order, the one that can merge first before all others; only for those in a stack.

    Two queries whatever the number of pull requests. The caller has checked that the user may see the repositories: a
    stack does not leave its repository.
    """
    numbers = _numbers_by_key({row.repository_id for row in pull_requests if row.state == "open"})
    found = {row.pk: (row.repository_id, numbers.get((row.repository_id, row.number), ())) for row in pull_requests}
    stacks = {pk: (repository, stack) for pk, (repository, stack) in found.items() if stack}
    members = _members({(repository, number) for repository, stack in stacks.values() for number in stack})
    return {
        pk: tuple(members[repository, number] for number in stack if (repository, number) in members)
        for pk, (repository, stack) in stacks.items()
    }


def _numbers_by_key(repositories: set[int]) -> dict[Key, tuple[int, ...]]:
    below: dict[int, dict[int, int]] = {}
    for repository, number, under in _stacked(repositories=padded(sorted(repositories))):
        if under is not None:
            below.setdefault(repository, {})[number] = under
    return {
        (repository, number): stack
        for repository, numbers in below.items()
        for number, stack in stacks_by_number(numbers).items()
    }


@prepared
def _stacked(*, repositories: Any) -> QuerySet[Any, Any]:
    stacked = PullRequest.objects.filter(repository__in=repositories, stacked_on__isnull=False).order_by()
    return stacked.values_list("repository_id", "number", "stacked_on")


def _members(keys: set[Key]) -> dict[Key, StackMember]:
    if not keys:
        return {}
    numbers: dict[int, list[int]] = {}
    for repository, number in keys:
        numbers.setdefault(repository, []).append(number)
    wanted = reduce(or_, (Q(repository=repository, number__in=some) for repository, some in numbers.items()))
    rows = PullRequest.objects.filter(wanted, state="open").order_by()
    return {
        (repository, number): StackMember(number, title, draft, review_state)
        for repository, number, title, draft, review_state in rows.values_list(
            "repository_id", "number", "title", "draft", "review_state"
        )
    }
