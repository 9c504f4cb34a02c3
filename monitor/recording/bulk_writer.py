"""Writes the updates of pull requests into the database in bulk: rows, involvements, review requests, code owners."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from monitor.models import Involvement, Ownership, PullRequest, ReviewRequest
from monitor.recording.pull_request_update import PullRequestUpdate
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.roles import merge_roles


def read_ledger(updates: Sequence[PullRequestUpdate]) -> None:
    """Reads the stored ledger into `known_requests` of each update."""
    known = {update.row.pk: update for update in updates if update.before is not None}
    if known:
        for entry in ReviewRequest.objects.filter(pull_request__in=known):
            update = known[entry.pull_request_id]
            update.known_requests.append(
                ReviewRequestEntry(**{part.name: getattr(entry, part.name) for part in fields(ReviewRequestEntry)})
            )


_PULL_REQUEST_COLUMNS = [
    column.name for column in PullRequest._meta.concrete_fields if column.name not in {"id", "node_id", "created_at"}
]


def write_rows(updates: Sequence[PullRequestUpdate]) -> None:
    """Inserts and updates the pull requests; afterwards each row has its id."""
    rows = [update.row for update in updates]
    for row in rows:
        row.pk = None  # the upsert finds the row by its node id, and sets its id
    PullRequest.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["node_id"], update_fields=_PULL_REQUEST_COLUMNS
    )


def write_involvements(updates: Sequence[PullRequestUpdate]) -> dict[int, dict[str, list[str]]]:
    """Inserts and deletes `Involvement` rows; returns pull request id -> audience: names by role, before and after."""
    known = {update.row.pk for update in updates if update.before is not None}
    stored: dict[int, dict[tuple[str, str], int]] = {}
    if known:
        rows = Involvement.objects.filter(pull_request__in=known).values_list("id", "pull_request_id", "role", "name")
        for pk, pull_request, role, name in rows:
            stored.setdefault(pull_request, {})[(role, name)] = pk
    removed: list[int] = []
    added: list[Involvement] = []
    audiences: dict[int, dict[str, list[str]]] = {}
    for update in updates:
        before, after = stored.get(update.row.pk, {}), update.derived.involved
        removed += [pk for pair, pk in before.items() if pair not in after]
        added += [
            Involvement(pull_request=update.row, role=role, name=name) for role, name in sorted(after - before.keys())
        ]
        audiences[update.row.pk] = merge_roles(_by_role(before.keys()), _by_role(after))
    if removed:
        # `delete()` would first collect dependent rows, of which there are none; the private form is one statement.
        Involvement.objects.filter(pk__in=removed)._raw_delete("default")
    Involvement.objects.bulk_create(added)
    return audiences


def _by_role(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for role, name in pairs:
        found.setdefault(role, set()).add(name)
    return found


def write_ledger(updates: Sequence[PullRequestUpdate]) -> None:
    """Inserts and updates the entries of the ledger that are new or have changed."""
    entries = [
        ReviewRequest(
            pull_request=update.row, **{part.name: getattr(entry, part.name) for part in fields(ReviewRequestEntry)}
        )
        for update in updates
        for entry in update.requests
        if entry not in update.known_requests
    ]
    ReviewRequest.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["pull_request", "kind", "name", "asked_at"],
        update_fields=["by", "code_owner", "settled_at", "settled", "settled_by"],
    )


_OWNERSHIP_COLUMNS = [
    column.name for column in Ownership._meta.concrete_fields if column.name not in {"id", "pull_request"}
]


def write_ownerships(updates: Sequence[PullRequestUpdate]) -> None:
    """Inserts or replaces the code owners of the updates that have new ones."""
    rows: list[Ownership] = []
    for update in updates:
        if update.new_ownership is not None:
            update.new_ownership.pk, update.new_ownership.pull_request = None, update.row
            rows.append(update.new_ownership)
    Ownership.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["pull_request"], update_fields=_OWNERSHIP_COLUMNS
    )
