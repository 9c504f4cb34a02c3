"""The first look: what is open, then what moved last; state without events, page by page, from where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from monitor.github.answers import Probed
from monitor.github.errors import GitHubError, Overloaded
from monitor.models import Repository
from monitor.polling import fate, words
from monitor.polling.batching import parts
from monitor.polling.cadence import reconcile_offset
from monitor.polling.comparing import Known
from monitor.polling.details import BATCH, Reader, quarantined
from monitor.polling.listing import Listing
from monitor.polling.looking import Look
from monitor.polling.news import known_of, pages_since
from monitor.polling.open_pages import first_pages, keep, next_page, wanted_of

# Recently closed ones come with it, so that "recently merged" and the next probe know them.
RECENT = 25
REPOSITORIES = 10
# No page is begun later than this in one turn: what was subscribed to meanwhile is not kept waiting.
SLICE_SECONDS = 10


@dataclass(eq=False)
class Unread:
    """One repository on its first look: the page at hand, and what of that page is still to be read."""

    repository: Repository
    probed: Probed
    listing: Listing
    page: Probed | None = None
    left: set[str] = field(default_factory=set)
    besides: int = 0  # that are read although they are not open
    overtaken: bool = False  # more moved meanwhile than was read again

    @property
    def total(self) -> int:
        """How many there are to read, as far as it is known."""
        return max(self.listing.total, self.listed) + self.besides

    @property
    def count(self) -> int:
        """How many are read."""
        return self.listed + self.besides - len(self.left)

    @property
    def listed(self) -> int:
        return self.listing.listed + (len(self.page.rows) if self.page else 0)


class FirstLook(Look):
    """One turn. A page that was read is not asked for again: a turn goes on where the last one ended, or was killed."""

    rows = RECENT

    def follow(self, found: list[tuple[Repository, Probed]]) -> None:
        """Reads a page of each repository, those with the least to read first, then the next pages, while there is time."""
        self.reader = Reader(self.client, self.lease, self.deadline, first_look=True)
        self.turn = self.deadline.within(SLICE_SECONDS)
        now = timezone.now()
        todo = [Unread(one, probed, Listing.standing(one.listing, now)) for one, probed in found]
        pages, going_on = self.begin(todo), todo
        while going_on and not self.reader.reading.errors:
            ready = [one for one in going_on if self.turn_page(one, pages.pop(one.repository.pk, None))]
            self.read(sorted(ready, key=lambda one: (len(one.left), one.repository.pk)))
            going_on = [] if self.turn.over else [one for one in ready if one.repository.pk not in self.outcomes]
        for one in todo:
            if one.repository.pk not in self.outcomes:
                self.outcomes[one.repository.pk] = self.unfinished(one)

    def begin(self, todo: Iterable[Unread]) -> dict[int, Probed]:
        """The first pages: the probe itself where that is the whole list, one question for all others."""
        beginning = [one for one in todo if one.listing.cursor is None]
        whole = {one.repository.pk: _open_in(one.probed) for one in beginning if not one.probed.has_more}
        longer = [one.repository for one in beginning if one.probed.has_more]
        try:
            return whole | first_pages(longer, self.client)
        except Overloaded:
            return whole  # asked for one by one, and without counting, it may be little enough
        except GitHubError as error:
            self.reader.reading.errors |= {repository.pk: error for repository in longer}
            return whole

    def turn_page(self, one: Unread, page: Probed | None) -> bool:
        """Puts the next page at hand; False when there is none to be had."""
        repository = one.repository
        try:
            one.page = page or next_page(repository, one.listing, self.client, self.lease)
        except GitHubError as error:
            self.reader.reading.errors[repository.pk] = error
            return False
        if one.page is None:
            return False
        one.listing = one.listing.counting(one.page)
        now = timezone.now()
        one.left = set(wanted_of(repository, one.listing, one.page, now))
        if not one.page.has_more:
            recent = self.recent(one, now)
            one.besides = len(set(recent) - one.left)
            one.left |= set(recent)
        return True

    def recent(self, one: Unread, now: datetime) -> list[str]:
        """What moved last, and in earlier turns of this first look, unless it is known as it is now."""
        since = one.listing.began_at if one.listing.cursor else now
        rows, one.overtaken = pages_since(since, one.repository, one.probed, self.client)
        known = known_of(row.node_id for row in rows)
        moved = [row for row in rows if known.get(row.node_id) != Known(row.updated_at, row.state)]
        last = {row.node_id for row in one.probed.rows}
        wanted = [
            row.node_id for row in moved if row.node_id in known or row.node_id in last or row.updated_at >= since
        ]
        return [node_id for node_id in wanted if not quarantined(one.repository, node_id, now)]

    def read(self, ready: Sequence[Unread]) -> None:
        """Reads the pages at hand, in questions that the repositories share; each that is done is given back at once."""
        owner = {node_id: one for one in ready for node_id in one.left}
        for one in ready:
            if not one.left:
                self.turn_over(one)
        for part in parts(list(owner), BATCH):
            self.reader.read([(owner[node_id].repository, node_id) for node_id in part])
            touched = dict.fromkeys(owner[node_id] for node_id in part)
            for one in touched:
                self.read_part(one, part)
            if not all(self.reader.reading.is_whole(one.repository) for one in touched):
                return

    def read_part(self, one: Unread, part: Sequence[str]) -> None:
        """Notes what was read of one repository; what GitHub fails on is put aside, and is not waited for."""
        whole = self.reader.reading.is_whole(one.repository)
        one.left -= set(part) if whole else self.reader.reading.read.get(one.repository.pk, set())
        self.tell_progress(one)
        if whole and not one.left:
            self.turn_over(one)

    def turn_over(self, one: Unread) -> None:
        """The page is read: the next turn begins behind it; after the last one the first look is over."""
        if one.page is not None and one.page.has_more:
            one.listing = one.listing.after(one.page)
            one.page = None
            keep(one.repository, one.listing, self.lease)
            return
        columns = self.ended(one, timezone.now())
        self.outcomes[one.repository.pk] = columns
        self.lease.give_back({one.repository.pk: columns})

    def tell_progress(self, one: Unread) -> None:
        """Pages show how far it is while it goes on."""
        message = words.reading(one.count, one.total)
        self.lease.note(one.repository, read_count=one.count, read_total=one.total, status_message=message)

    def unfinished(self, one: Unread) -> fate.Columns:
        """The columns of a turn that did not come to the end, or failed."""
        if one.repository.pk not in self.reader.reading.errors:
            self.reader.reading.left.setdefault(one.repository.pk, 1)
        columns = self.outcome(one.repository, self.reader.reading, timezone.now())
        if one.repository.pk in self.again:
            columns |= {"status_message": words.reading(one.count, one.total)}
        return columns

    def ended(self, one: Unread, now: datetime) -> fate.Columns:
        """The columns when everything was read."""
        repository = one.repository
        repository.first_read_at = now
        # More moved meanwhile than its last pages show: the whole list is compared once more.
        reconciled_at = None if one.overtaken else now - reconcile_offset(repository.pk)
        return self.outcome(repository, self.reader.reading, now) | {
            "first_read_at": now,
            "read_count": one.total,
            "read_total": one.total,
            "checks_swept_at": now,
            "reconciled_at": reconciled_at,
            "listing": None,
            "owners_checked_at": None if repository.pk in self.reader.owning.left else now,
        }


def _open_in(probed: Probed) -> Probed:
    """A probe that shows every pull request there is, as the list of the open ones."""
    rows = tuple(row for row in probed.rows if row.state == "open")
    return replace(probed, rows=rows, total=len(rows))
