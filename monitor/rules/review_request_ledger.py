"""Keeps the ledger of review requests: who was asked, by whom, since when, and how each request was settled.

GitHub shows only the pending requests and drops the others; the ledger keeps all. Called by `recording/recorder`, which
stores the entries as `ReviewRequest` rows. Depends on no setting.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.rules.snapshot import RequestedReviewer, Snapshot, TimelineItem

Settlement = Literal["reviewed", "removed", "taken", "enough", "closed"]
# Team (`org/slug`) -> logins, all in lower case. A team that is not a key is one whose members are not known.
TeamMembers = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class ReviewRequestEntry:
    """One entry of the ledger. Times are aware UTC.

    `name` is a login, or a team as `org/slug`. `by` is None if GitHub itself asked, as it does for code owners, or if
    it is not known who asked. `settled` is None while the request is open.
    """

    kind: Literal["user", "team"]
    name: str
    asked_at: datetime
    by: str | None = None
    code_owner: bool = False
    settled_at: datetime | None = None
    settled: Settlement | None = None
    settled_by: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The person or team that is asked, in lower case, for comparisons."""
        return self.kind, self.name.lower()

    @property
    def open(self) -> bool:
        return self.settled is None


def update_ledger(
    known: Sequence[ReviewRequestEntry], after: Snapshot, now: datetime, members: TeamMembers
) -> list[ReviewRequestEntry]:
    """The ledger after GitHub was read: the `known` entries, settled where that happened, and the new ones.

    1. Replay the timeline: a request opens an entry, a removal or a review settles it.
    2. A request that GitHub lists as pending is open, even if the timeline does not contain it.
    3. An open entry that GitHub no longer lists is settled: for a person by their own review or comment; for a team by
       the first review of a member, or by anybody's first review if no known member reviewed (the reviewer may have
       left the team since); as removed if there is none.
    4. A team that GitHub goes on listing is settled, too, once a known member has reviewed since the request.
    5. When the pull request is closed or merged, it settles all entries that are still open.

    Only rule 3 lets a comment settle a request. Requests that were made after that comment are then entries of their
    own, so the timeline is replayed until rule 3 settles nothing more.
    """
    listed = {asked.key for asked in after.review_requests}
    timeline = sorted(after.timeline, key=lambda entry: entry.at)
    ledger, answered = _Ledger(known, members), True
    while answered:
        for item in timeline:
            ledger.replay(item, after.author)
        if after.state == "open":
            for asked in after.review_requests:
                ledger.add_pending(asked, _pending_since(after, now))
        answered = ledger.settle_unlisted(listed, after, now)
        ledger.settle_reviewed_teams(listed, after)
        ledger.reopen_teams_without_their_reviewer(listed)
        ledger = _Ledger(ledger.entries, members)
    if after.state != "open":
        ledger.close(after)
    return ledger.entries


def _pending_since(after: Snapshot, now: datetime) -> datetime:
    """The best guess since when a request is pending that the timeline does not contain.

    If only the end of the timeline was read, the time of its oldest item; else when the pull request became ready.
    """
    if after.timeline_truncated:
        return min((item.at for item in after.timeline), default=now)
    return after.ready_at or after.created_at


class _Ledger:
    """The entries while they are brought up to date; each person or team has at most one open entry."""

    def __init__(self, known: Sequence[ReviewRequestEntry], members: TeamMembers) -> None:
        self.entries = list(known)
        self._members = members
        self._last_settled_at: dict[tuple[str, str], datetime] = {}
        self._reviews: list[TimelineItem] = []

    def replay(self, item: TimelineItem, author: str | None) -> None:
        if item.kind == "review_requested" and item.subject and item.subject_kind:
            self._add_request(ReviewRequestEntry(item.subject_kind, item.subject, item.at, item.actor))
        elif item.kind == "review_request_removed" and item.subject and item.subject_kind:
            self._settle((item.subject_kind, item.subject.lower()), item.at, "removed", item.actor)
        elif item.kind == "reviewed" and item.actor and item.actor != author:
            self._reviews.append(item)
            self._settle(("user", item.actor.lower()), item.at, "reviewed", item.actor)
        elif item.kind == "reopened":
            self._reopen(item.at)

    def add_pending(self, asked: RequestedReviewer, since: datetime) -> None:
        index = self._index_of_open(asked.key)
        if index is None and self._is_settled_though_listed(asked.key):
            return
        if index is None:
            # Asked again, but not in the timeline: the time must not be before the last entry was settled, because the
            # new entry would otherwise replace that one.
            ended = (entry.settled_at for entry in self.entries if entry.key == asked.key and entry.settled_at)
            since = max([since, self._last_settled_at.get(asked.key, since), *ended])
            self.entries.append(ReviewRequestEntry(asked.kind, asked.name, since, None, asked.code_owner))
        elif self.entries[index].code_owner != asked.code_owner:
            self.entries[index] = replace(self.entries[index], code_owner=asked.code_owner)

    def settle_unlisted(self, listed: set[tuple[str, str]], after: Snapshot, now: datetime) -> bool:
        """Settles the open entries that GitHub no longer lists; returns whether a review or comment settled one."""
        answered = False
        for index, entry in enumerate(self.entries):
            if entry.open and entry.key not in listed:
                answer = self._settling_answer(entry, after)
                if answer is not None:
                    self.entries[index], answered = _settled(entry, answer.at, "reviewed", answer.actor), True
                elif after.state == "open":
                    self.entries[index] = _settled(entry, now, "removed", None)
        return answered

    def settle_reviewed_teams(self, listed: set[tuple[str, str]], after: Snapshot) -> None:
        """Settles the teams that GitHub still lists though a member has reviewed: a protected branch may keep them."""
        reviews = [(item.at, item.actor) for item in after.timeline if item.kind == "reviewed"]
        reviews += [(review.submitted_at, review.reviewer) for review in after.reviews]
        for index, entry in enumerate(self.entries):
            if entry.kind != "team" or not entry.open or entry.key not in listed:
                continue
            members = self._members.get(entry.name.lower(), ())
            # Within the same second the order is not known: GitHub still lists the team, so the request came later.
            since = [(at, login) for at, login in reviews if login and login.lower() in members and at > entry.asked_at]
            if since:
                self.entries[index] = _settled(entry, min(since)[0], "reviewed", min(since)[1])

    def reopen_teams_without_their_reviewer(self, listed: set[tuple[str, str]]) -> None:
        """Opens the requests of listed teams that somebody settled who is no member (any more)."""
        latest = {entry.key: index for index, entry in sorted(enumerate(self.entries), key=lambda one: one[1].asked_at)}
        for key, index in latest.items():
            entry, members = self.entries[index], self._members.get(key[1])
            left = members is not None and (entry.settled_by or "").lower() not in members
            if key in listed and entry.kind == "team" and entry.settled == "reviewed" and left:
                self.entries[index] = replace(entry, settled=None, settled_at=None, settled_by=None)

    def close(self, after: Snapshot) -> None:
        closing = next((item for item in reversed(after.timeline) if item.kind in {"merged", "closed"}), None)
        closed_at = after.merged_at or after.closed_at or after.updated_at
        for index, entry in enumerate(self.entries):
            if entry.open:
                self.entries[index] = _settled(entry, closed_at, "closed", closing.actor if closing else None)

    def _settling_answer(self, entry: ReviewRequestEntry, after: Snapshot) -> TimelineItem | None:
        """The review or comment that settled a request: the person's own, or the team's first one since the request."""
        logins = {entry.name.lower()} if entry.kind == "user" else self._members.get(entry.name.lower())
        answers = self._answers_to(entry, after)
        expected = (item for item in answers if logins is None or (item.actor or "").lower() in logins)
        return next(expected, answers[0] if answers and entry.kind == "team" else None)

    @staticmethod
    def _answers_to(entry: ReviewRequestEntry, after: Snapshot) -> list[TimelineItem]:
        """The reviews since the request, for a person also the comments, the oldest first; not the author's own."""
        kinds = {"reviewed", "commented"} if entry.kind == "user" else {"reviewed"}
        return [
            item
            for item in sorted(after.timeline, key=lambda found: found.at)
            if item.kind in kinds and item.at >= entry.asked_at and item.actor and item.actor != after.author
        ]

    def _index_of_open(self, key: tuple[str, str]) -> int | None:
        return next((index for index, entry in enumerate(self.entries) if entry.open and entry.key == key), None)

    def _is_settled_though_listed(self, key: tuple[str, str]) -> bool:
        """Whether the last request of this person or team is settled, though GitHub still lists it.

        GitHub does not know of claims and of enough approvals, and may keep a team after a member's review. Whoever was
        asked again since has a request in the timeline.
        """
        last = max(
            (entry for entry in self.entries if entry.key == key), key=lambda entry: entry.asked_at, default=None
        )
        kept = {"taken", "enough", "reviewed"} if key[0] == "team" else {"enough"}
        return last is not None and last.settled in kept

    def _add_request(self, asked: ReviewRequestEntry) -> None:
        if asked.kind == "team":
            self._settle_if_reviewed(asked)
        if any(entry.key == asked.key and _covers(entry, asked.asked_at) for entry in self.entries):
            return
        self.entries.append(asked)

    def _settle_if_reviewed(self, again: ReviewRequestEntry) -> None:
        """When a team is asked again after a member's review, that review settled the team's first request."""
        index, team_members = self._index_of_open(again.key), self._members.get(again.name.lower())
        if index is None:
            return
        asked_at = self.entries[index].asked_at
        for review in self._reviews:
            by_member = team_members is None or (review.actor or "").lower() in team_members
            if by_member and asked_at < review.at <= again.asked_at:
                self.entries[index] = _settled(self.entries[index], review.at, "reviewed", review.actor)
                return

    def _settle(self, key: tuple[str, str], at: datetime, settlement: Settlement, by: str | None) -> None:
        self._last_settled_at[key] = at
        index = self._index_of_open(key)
        # GitHub's times are whole seconds, so the order within a second is not known: `settle_unlisted` decides.
        if index is not None and self.entries[index].asked_at < at:
            self.entries[index] = _settled(self.entries[index], at, settlement, by)

    def _reopen(self, at: datetime) -> None:
        """Opens the entries again that the closing had settled: nobody had answered them."""
        for index, entry in enumerate(self.entries):
            ended = entry.settled_at
            if entry.settled != "closed" or ended is None or ended > at:
                continue
            if not any(other.key == entry.key and other.asked_at >= ended for other in self.entries):
                self.entries[index] = replace(entry, settled=None, settled_at=None, settled_by=None)


def _covers(entry: ReviewRequestEntry, at: datetime) -> bool:
    """Whether a request made at `at` needs no entry of its own: it is this entry, or this one was still open then."""
    return entry.asked_at == at or (entry.asked_at < at and (entry.settled_at is None or at < entry.settled_at))


def _settled(entry: ReviewRequestEntry, at: datetime, settlement: Settlement, by: str | None) -> ReviewRequestEntry:
    return replace(entry, settled_at=max(at, entry.asked_at), settled=settlement, settled_by=by)
