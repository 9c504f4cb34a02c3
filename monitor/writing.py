"""Writes looks at pull requests into the database, in bulk: rows, whom they concern, requests, owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from monitor.derived import Derived
from monitor.diff import Change
from monitor.ledger import Request
from monitor.models import Involvement, Ownership, PullRequest, ReviewRequest
from monitor.roles import merged
from monitor.snapshot import Snapshot
from monitor.turning import Standing


@dataclass(slots=True)
class Look:
    """One pull request of which GitHub said something new, on its way into the database."""

    row: PullRequest
    before: Snapshot | None
    after: Snapshot
    changes: list[Change]  # GitHub's
    stood: Standing | None = None  # who was on it and whose turn it was; None: it is new
    own: list[Change] = field(default_factory=list)  # of claims and turns
    awaited: bool = False  # somebody put it off until something happens
    had: list[Request] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    derived: Derived = field(default_factory=Derived)
    owned: Ownership | None = None


def read_ledger(looks: Sequence[Look]) -> None:
    """Gives each look the requests that are known so far."""
    known = {look.row.pk: look for look in looks if look.before is not None}
    if known:
        for entry in ReviewRequest.objects.filter(pull_request__in=known):
            look = known[entry.pull_request_id]
            look.had.append(Request(**{part.name: getattr(entry, part.name) for part in fields(Request)}))


_UPDATED = [
    column.name for column in PullRequest._meta.concrete_fields if column.name not in {"id", "node_id", "created_at"}
]


def write_rows(looks: Sequence[Look]) -> None:
    """Inserts and updates the pull requests; the rows know their ids afterwards."""
    rows = [look.row for look in looks]
    for row in rows:
        row.pk = None  # the upsert finds it by node id, and names it again
    PullRequest.objects.bulk_create(rows, update_conflicts=True, unique_fields=["node_id"], update_fields=_UPDATED)


def write_involvements(looks: Sequence[Look]) -> dict[int, dict[str, list[str]]]:
    """Brings the rows up to date; for each pull request, for whom the change was: before and after together."""
    known = {look.row.pk for look in looks if look.before is not None}
    had: dict[int, dict[tuple[str, str], int]] = {}
    if known:
        rows = Involvement.objects.filter(pull_request__in=known).values_list("id", "pull_request_id", "role", "name")
        for pk, pull_request, role, name in rows:
            had.setdefault(pull_request, {})[(role, name)] = pk
    gone: list[int] = []
    new: list[Involvement] = []
    audiences: dict[int, dict[str, list[str]]] = {}
    for look in looks:
        before, after = had.get(look.row.pk, {}), look.derived.involved
        gone += [pk for pair, pk in before.items() if pair not in after]
        new += [
            Involvement(pull_request=look.row, role=role, name=name) for role, name in sorted(after - before.keys())
        ]
        audiences[look.row.pk] = merged(_by_role(before.keys()), _by_role(after))
    if gone:
        # The private form deletes in one statement: nothing hangs below an involvement, so there is nothing to collect.
        Involvement.objects.filter(pk__in=gone)._raw_delete("default")
    Involvement.objects.bulk_create(new)
    return audiences


def _by_role(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for role, name in pairs:
        found.setdefault(role, set()).add(name)
    return found


def write_ledger(looks: Sequence[Look]) -> None:
    """Inserts and updates the requests that are not as they were."""
    entries = [
        ReviewRequest(pull_request=look.row, **{part.name: getattr(entry, part.name) for part in fields(Request)})
        for look in looks
        for entry in look.requests
        if entry not in look.had
    ]
    ReviewRequest.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["pull_request", "kind", "name", "asked_at"],
        update_fields=["by", "code_owner", "settled_at", "settled", "settled_by"],
    )


_OWNERSHIP = [column.name for column in Ownership._meta.concrete_fields if column.name not in {"id", "pull_request"}]


def write_ownerships(looks: Sequence[Look]) -> None:
    """Writes the code owners that are new."""
    rows: list[Ownership] = []
    for look in looks:
        if look.owned is not None:
            look.owned.pk, look.owned.pull_request = None, look.row
            rows.append(look.owned)
    Ownership.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pull_request"], update_fields=_OWNERSHIP)
