"""Finds which pull request each one is stacked on, and which ones are stacked on those that changed."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from monitor.models import PullRequest, Repository
from monitor.recording.pull_request_update import PullRequestUpdate
from monitor.rules.snapshot import Snapshot

RESTACKED_AT_ONCE = 500
Heads = Mapping[str, int]  # head branch -> number of the open pull request that has it; names with upper and lower case


def heads_below(repository: Repository, updates: Sequence[PullRequestUpdate]) -> Heads:
    """The open pull requests of the repository whose head branch is the base of one of the updates.

    The stored rows, with the updates in place of their rows. Of several with one head, the oldest.
    """
    bases = {update.after.base.casefold() for update in updates} - {repository.default_branch.casefold()}
    heads = {update.row.number: update.after for update in updates}
    if bases:
        rows = PullRequest.objects.filter(repository=repository, state="open", head__in=bases)
        for number, text in rows.exclude(number__in=heads).values_list("number", "snapshot"):
            heads[number] = Snapshot.from_json(text)
    return {heads[number].head: number for number in sorted(heads, reverse=True) if _can_carry(heads[number])}


def stacked_on(repository: Repository, snapshot: Snapshot, heads: Heads) -> int | None:
    """The number of the open pull request whose head branch is this one's base; None if there is none.

    Not if the base is the default branch or a protected one: a pull request from `develop` to `main` carries nobody.
    """
    if snapshot.state != "open" or snapshot.base == repository.default_branch or snapshot.merging.base_protected:
        return None
    number = heads.get(snapshot.base)
    return None if number == snapshot.number else number


def restacked(repository: Repository, updates: Sequence[PullRequestUpdate]) -> QuerySet[PullRequest]:
    """The open pull requests, besides the updates, that may be stacked on an update now, or were before.

    At most `RESTACKED_AT_ONCE`, those with the newest update first: a transaction must not grow with the repository.
    The others follow with their own next change.
    """
    heads = {head.casefold() for update in updates for head in _moved_heads(update)}
    if not heads:
        return PullRequest.objects.none()
    known = [update.row.pk for update in updates if update.row.pk]
    rows = PullRequest.objects.filter(repository=repository, state="open", base__in=heads, base_protected=False)
    newest = rows.exclude(pk__in=known).order_by("-updated_at").values("pk")[:RESTACKED_AT_ONCE]
    return PullRequest.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))


def _moved_heads(update: PullRequestUpdate) -> set[str]:
    before = _carried_head(update.before) if update.before is not None else None
    after = _carried_head(update.after)
    return {head for head in (before, after) if head is not None} if before != after else set()


def _carried_head(snapshot: Snapshot) -> str | None:
    return snapshot.head if _can_carry(snapshot) else None


def _can_carry(snapshot: Snapshot) -> bool:
    """Whether others can be stacked on it: it is open, and its branch is known to be in the same repository."""
    return snapshot.state == "open" and snapshot.merging.same_repository
