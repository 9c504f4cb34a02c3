"""Records pull requests: the only writer of pull requests, of the ledger of review requests, and of events."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from monitor.models import Ownership, PullRequest, Repository
from monitor.models.team import members_of
from monitor.recording import end_snoozes, stacks
from monitor.recording.bulk_writer import (
    read_ledger,
    write_involvements,
    write_ledger,
    write_ownerships,
    write_rows,
)
from monitor.recording.derived_values import claimants_of, derive_values
from monitor.recording.event_writer import NewEvent, write_events
from monitor.recording.pull_request_columns import set_columns, set_observed_times
from monitor.recording.pull_request_update import PullRequestUpdate
from monitor.rules.claim_and_turn_changes import ClaimAndTurns, claim_and_turn_changes
from monitor.rules.claim_effects import Claimant, apply_claim
from monitor.rules.enough_approvals import apply_enough_approvals
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers, update_ledger
from monitor.rules.search import facts_to_store
from monitor.rules.snapshot import Snapshot
from monitor.rules.snapshot_diff import changes, occurred_at, update_type
from monitor.rules.snapshot_gaps import fill_gaps

NewOwnerships = Mapping[str, Ownership]  # node id of a pull request -> code owners that are not saved yet


def record(
    repository: Repository,
    snapshots: Iterable[Snapshot],
    *,
    now: datetime,
    first_look: bool = False,
    in_full: bool = True,
    new_ownerships: NewOwnerships | None = None,
) -> list[int]:
    """Makes `snapshots` the state of the repository's pull requests; returns the ids of the events that were written.

    1. Lock the repository's row, so that only one worker at a time records pull requests of a repository.
    2. Leave out snapshots whose digest is stored already, and those that are older than the stored ones.
    3. Work out changes, ledger, roles and turns of the others, and of those that are stacked on them; write all in bulk.
    4. End the snoozes that waited for one of the changes; changes of claims and turns end none.
    5. As the last step, write the events: their ids are in commit order and without gaps.
    6. After the commit, send the signal of new events.

    `first_look`: the repository is read for the first time, so no events are written. `in_full` False: only the checks
    were read anew, so `as_of` stays. `new_ownerships`: code owners that were found for some of the pull requests. Does
    nothing if the repository has been deleted.
    """
    by_node_id = {snapshot.node_id: snapshot for snapshot in snapshots}
    if not by_node_id:
        return []
    with transaction.atomic():
        locked = Repository.objects.select_for_update().filter(pk=repository.pk).first()
        updates = _updates(locked, by_node_id, now, in_full) if locked else []
        if not updates or locked is None:
            return []
        _attach_ownerships(updates, new_ownerships or {})
        others = _unchanged_updates(stacks.restacked(locked, updates))
        read_ledger([*updates, *others])
        updates += _derive_all(locked, [*updates, *others], now, only_if_changed=others)
        write_rows(updates)
        audiences = write_involvements(updates)
        write_ledger(updates)
        write_ownerships(updates)
        _end_snoozes(updates)
        return [] if first_look else write_events(_new_events(updates, audiences, now), now)


def rederive(
    pull_requests: QuerySet[PullRequest],
    *,
    now: datetime,
    new_ownerships: NewOwnerships | None = None,
    actor: str | None = None,
) -> int:
    """Works out documents, roles and turns again after something besides snapshots changed; returns how many differ.

    Call it after a change of claims, team members, code owners (`new_ownerships` are those to store) or the name of a
    repository. Writes an event for each pull request whose claim or turns differ. `actor` is the login of the person
    who caused the change, or None.
    """
    with transaction.atomic():
        repositories = (
            Repository.objects.select_for_update()
            .filter(pk__in=pull_requests.order_by().values("repository"))
            .order_by("pk")  # everybody who locks several rows does so in this order: no deadlocks
        )
        by_id = {repository.pk: repository for repository in repositories}
        updates = _unchanged_updates(pull_requests.filter(repository__in=by_id))
        _attach_ownerships(updates, new_ownerships or {})
        read_ledger(updates)
        stale: list[PullRequestUpdate] = []
        for repository in by_id.values():
            own = [update for update in updates if update.row.repository_id == repository.pk]
            stale += _derive_all(repository, own, now, actor, only_if_changed=own)
        write_rows(stale)
        audiences = write_involvements(stale)
        write_ledger(stale)
        write_ownerships(updates)
        write_events(_new_events(stale, audiences, now), now)
    return len(stale)


def _unchanged_updates(pull_requests: QuerySet[PullRequest]) -> list[PullRequestUpdate]:
    """Updates without a change on GitHub; only what prmonitor works out may differ."""
    return [_unchanged_update(row) for row in _with_claim_and_ownership(pull_requests)]


def _unchanged_update(row: PullRequest) -> PullRequestUpdate:
    snapshot = row.stored_snapshot
    return PullRequestUpdate(row, snapshot, snapshot, [], ClaimAndTurns.of(row.document))


def _updates(
    repository: Repository, by_node_id: dict[str, Snapshot], now: datetime, in_full: bool
) -> list[PullRequestUpdate]:
    known = dict(PullRequest.objects.filter(node_id__in=by_node_id).values_list("node_id", "digest"))
    changed = [snapshot for node_id, snapshot in by_node_id.items() if known.get(node_id) != snapshot.digest]
    rows = _stored_rows([snapshot.node_id for snapshot in changed if snapshot.node_id in known])
    updates = (_update_for(repository, rows.get(snapshot.node_id), snapshot, now, in_full) for snapshot in changed)
    return [update for update in updates if update is not None]


def _stored_rows(node_ids: list[str]) -> dict[str, PullRequest]:
    if not node_ids:
        return {}
    rows = _with_claim_and_ownership(PullRequest.objects.filter(node_id__in=node_ids)).annotate(
        has_waiting_snooze=end_snoozes.waits_for_event()
    )
    return {row.node_id: row for row in rows}


def _with_claim_and_ownership(rows: QuerySet[PullRequest]) -> QuerySet[PullRequest]:
    """The rows with their claim and code owners, but without the long list of paths."""
    return rows.select_related("claim", "ownership").defer("ownership__paths")


def _attach_ownerships(updates: Sequence[PullRequestUpdate], new_ownerships: NewOwnerships) -> None:
    """Gives each update its new code owners, if there are any, in place of those of its row."""
    for update in updates:
        update.new_ownership = new_ownerships.get(update.row.node_id)
        if update.new_ownership is not None:
            update.row.ownership = update.new_ownership


def _update_for(
    repository: Repository, row: PullRequest | None, snapshot: Snapshot, now: datetime, in_full: bool
) -> PullRequestUpdate | None:
    before = row.stored_snapshot if row else None
    after = fill_gaps(before, snapshot)
    if before is not None and row is not None:
        if snapshot.updated_at < before.updated_at:
            return None  # a later answer of GitHub has been recorded in the meantime
        if after == before and row.repository_id == repository.pk:
            return None
    has_waiting_snooze = getattr(row, "has_waiting_snooze", False)
    claim_and_turns_before = ClaimAndTurns.of(row.document) if row else None
    row = row or PullRequest(node_id=snapshot.node_id)
    set_observed_times(row, before, after, now)
    set_columns(row, repository, snapshot.digest, after)
    row.as_of = now if in_full or row.as_of is None else row.as_of
    return PullRequestUpdate(
        row, before, after, changes(before, after), claim_and_turns_before, has_waiting_snooze=has_waiting_snooze
    )


def _derive_all(
    repository: Repository,
    updates: Sequence[PullRequestUpdate],
    now: datetime,
    actor: str | None = None,
    *,
    only_if_changed: Sequence[PullRequestUpdate] = (),
) -> list[PullRequestUpdate]:
    """Works everything out for the updates; returns those of `only_if_changed` whose documents differ afterwards."""
    documents = [update.row.document for update in only_if_changed]
    members = members_of(_requested_teams(updates))
    claimants = claimants_of(((update.row, update.after) for update in updates), now)
    heads = stacks.heads_below(repository, updates)
    for update in updates:
        claimant = claimants.get(update.row.pk)
        update.requests = _ledger(repository, update, now, members, claimant)
        update.row.stacked_on = stacks.stacked_on(repository, update.after, heads)
        update.derived = derive_values(repository, update.row, update.after, update.requests, members, claimant)
        update.row.document = update.derived.document
        update.row.turn_since = update.derived.turn_since
        if update.claim_and_turns_before is not None:
            update.claim_and_turn_changes = claim_and_turn_changes(
                update.claim_and_turns_before,
                update.derived.claim_and_turns,
                now,
                github_changes=update.github_changes,
                actor=actor,
            )
    return [
        update for update, document in zip(only_if_changed, documents, strict=True) if update.row.document != document
    ]


def _ledger(
    repository: Repository,
    update: PullRequestUpdate,
    now: datetime,
    members: TeamMembers,
    claimant: Claimant | None,
) -> list[ReviewRequestEntry]:
    """The ledger after GitHub was read, with what the claim and enough approvals settle.

    A claim that has ended opens its requests again before GitHub is compared: the claimant's review may settle them.
    """
    entries = apply_claim(update.known_requests, update.after, claimant, members)
    entries = update_ledger(entries, update.after, now, members)
    entries = apply_claim(entries, update.after, claimant, members)
    enabled = repository.enough_approvals_end_requests
    return apply_enough_approvals(entries, update.after, now, enabled=enabled)


def _requested_teams(updates: Sequence[PullRequestUpdate]) -> set[str]:
    asked = {request.name for update in updates for request in update.after.review_requests if request.kind == "team"}
    return asked | {
        entry.name for update in updates for entry in update.known_requests if entry.kind == "team" and entry.open
    }


def _end_snoozes(updates: Sequence[PullRequestUpdate]) -> None:
    end_snoozes.end_for_events(
        {
            update.row.pk: end_snoozes.snooze_events_in(update.github_changes, update.after.author)
            for update in updates
            if update.has_waiting_snooze
        }
    )


def _new_events(
    updates: Sequence[PullRequestUpdate], audiences: dict[int, dict[str, list[str]]], now: datetime
) -> list[NewEvent]:
    return [
        NewEvent(
            update.row,
            update_type(update.before, update.after),
            found,
            audiences[update.row.pk],
            update.derived.claim_and_turns.turn,
            facts_to_store(json.loads(update.derived.document), update.derived.roles),
            occurred_at(found, update.after, now),
        )
        for update in updates
        if (found := [*update.github_changes, *update.claim_and_turn_changes])
    ]
