"""The ledger of review requests: who was asked, by whom, since when, and how it was settled. GitHub forgets; we do not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.snapshot import RequestedReviewer, Snapshot, TimelineItem

Settled = Literal["reviewed", "removed", "taken", "closed"]
Members = Mapping[str, Collection[str]]  # team as org/slug in lower case -> logins in lower case; absent: unknown


@dataclass(frozen=True, slots=True)
class Request:
    """One entry. `by` is None when GitHub asked (code owners) or when it is not known; times are aware UTC."""

    kind: Literal["user", "team"]
    name: str
    asked_at: datetime
    by: str | None = None
    code_owner: bool = False
    settled_at: datetime | None = None
    settled: Settled | None = None
    settled_by: str | None = None

    @property
    def who(self) -> tuple[str, str]:
        """Whom it is about, regardless of case."""
        return self.kind, self.name.lower()

    @property
    def open(self) -> bool:
        return self.settled is None


def follow(known: Sequence[Request], after: Snapshot, now: datetime, members: Members) -> list[Request]:
    """The ledger after a look: `known` entries, settled where that happened, and new ones.

    1. The timeline is replayed: requests open entries, removals and reviews settle them.
    2. What GitHub lists as pending is open, whatever the timeline left out.
    3. What GitHub no longer lists is settled: by a team-mate's review where one is known, by the first review where
       none is (who reviewed may have left the team since), else as removed.
    4. A closed pull request settles all that is left.
    """
    book = _Book(known, members)
    for item in sorted(after.timeline, key=lambda entry: entry.at):
        book.replay(item, after.author)
    if after.state == "open":
        for asked in after.review_requests:
            book.pending(asked, _since(after, now))
    book.settle_the_unlisted({asked.key for asked in after.review_requests}, after, now)
    if after.state != "open":
        book.close(after)
    return book.entries


def _since(after: Snapshot, now: datetime) -> datetime:
    """When a request began whose beginning was not read: before the oldest thing that was, else when it was ready."""
    if after.timeline_truncated:
        return min((item.at for item in after.timeline), default=now)
    return after.ready_at or after.created_at


class _Book:
    """The entries while they are being followed; at most one open entry for each person or team."""

    def __init__(self, known: Sequence[Request], members: Members) -> None:
        self.entries = list(known)
        self._members = members
        self._settled_last: dict[tuple[str, str], datetime] = {}
        self._reviews: list[TimelineItem] = []

    def replay(self, item: TimelineItem, author: str | None) -> None:
        if item.kind == "review_requested" and item.subject and item.subject_kind:
            self._ask(Request(item.subject_kind, item.subject, item.at, item.actor))
        elif item.kind == "review_request_removed" and item.subject and item.subject_kind:
            self._settle((item.subject_kind, item.subject.lower()), item.at, "removed", item.actor)
        elif item.kind == "reviewed" and item.actor and item.actor != author:
            self._reviews.append(item)
            self._settle(("user", item.actor.lower()), item.at, "reviewed", item.actor)
        elif item.kind == "reopened":
            self._reopen(item.at)

    def pending(self, asked: RequestedReviewer, since: datetime) -> None:
        at = self._open(asked.key)
        if at is None and self._taken(asked.key):
            return  # a team-mate is on it; GitHub does not know, and still lists the team
        if at is None:
            # Asked again without a trace: not before the last time it was settled, or it would take that entry's place.
            ended = (entry.settled_at for entry in self.entries if entry.who == asked.key and entry.settled_at)
            since = max([since, self._settled_last.get(asked.key, since), *ended])
            self.entries.append(Request(asked.kind, asked.name, since, None, asked.code_owner))
        elif self.entries[at].code_owner != asked.code_owner:
            self.entries[at] = replace(self.entries[at], code_owner=asked.code_owner)

    def settle_the_unlisted(self, listed: set[tuple[str, str]], after: Snapshot, now: datetime) -> None:
        for at, entry in enumerate(self.entries):
            if entry.open and entry.who not in listed:
                settler = self._settler(entry, after)
                if settler is not None:
                    self.entries[at] = _settled(entry, settler.at, "reviewed", settler.actor)
                elif after.state == "open":
                    self.entries[at] = _settled(entry, now, "removed", None)

    def close(self, after: Snapshot) -> None:
        closing = next((item for item in reversed(after.timeline) if item.kind in {"merged", "closed"}), None)
        at_time = after.merged_at or after.closed_at or after.updated_at
        for at, entry in enumerate(self.entries):
            if entry.open:
                self.entries[at] = _settled(entry, at_time, "closed", closing.actor if closing else None)

    def _settler(self, entry: Request, after: Snapshot) -> TimelineItem | None:
        """Whose review ended a request: the person's own, or the first of the team's since it was asked."""
        mates = {entry.name.lower()} if entry.kind == "user" else self._members.get(entry.name.lower())
        spoke = {"reviewed", "commented"} if entry.kind == "user" else {"reviewed"}
        answers = (
            item
            for item in sorted(after.timeline, key=lambda found: found.at)
            if item.kind in spoke and item.at >= entry.asked_at and item.actor and item.actor != after.author
        )
        found = list(answers)
        mine = (item for item in found if mates is None or (item.actor or "").lower() in mates)
        return next(mine, found[0] if found and entry.kind == "team" else None)

    def _open(self, who: tuple[str, str]) -> int | None:
        return next((at for at, entry in enumerate(self.entries) if entry.open and entry.who == who), None)

    def _taken(self, who: tuple[str, str]) -> bool:
        last = max(
            (entry for entry in self.entries if entry.who == who), key=lambda entry: entry.asked_at, default=None
        )
        return last is not None and last.settled == "taken"

    def _ask(self, asked: Request) -> None:
        if asked.kind == "team":
            self._settle_reviewed(asked)
        if any(entry.who == asked.who and _covers(entry, asked.asked_at) for entry in self.entries):
            return
        self.entries.append(asked)

    def _settle_reviewed(self, again: Request) -> None:
        """A team that is asked again after one of its members reviewed: the first request was answered."""
        at, mates = self._open(again.who), self._members.get(again.name.lower())
        if at is None:
            return
        asked_at = self.entries[at].asked_at
        for review in self._reviews:
            known = mates is None or (review.actor or "").lower() in mates
            if known and asked_at < review.at <= again.asked_at:
                self.entries[at] = _settled(self.entries[at], review.at, "reviewed", review.actor)
                return

    def _settle(self, who: tuple[str, str], at: datetime, how: Settled, by: str | None) -> None:
        self._settled_last[who] = at
        index = self._open(who)
        # In the same second the order is not known: what GitHub still lists decides, further down.
        if index is not None and self.entries[index].asked_at < at:
            self.entries[index] = _settled(self.entries[index], at, how, by)

    def _reopen(self, at: datetime) -> None:
        """Reopening revives what the closing settled: those were never answered."""
        for index, entry in enumerate(self.entries):
            ended = entry.settled_at
            if entry.settled != "closed" or ended is None or ended > at:
                continue
            if not any(other.who == entry.who and other.asked_at >= ended for other in self.entries):
                self.entries[index] = replace(entry, settled=None, settled_at=None, settled_by=None)


def _covers(entry: Request, at: datetime) -> bool:
    """Whether a request made at `at` is this entry: the very one, or one made while this was still open."""
    return entry.asked_at == at or (entry.asked_at < at and (entry.settled_at is None or at < entry.settled_at))


def _settled(entry: Request, at: datetime, how: Settled, by: str | None) -> Request:
    return replace(entry, settled_at=max(at, entry.asked_at), settled=how, settled_by=by)
