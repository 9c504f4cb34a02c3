"""The first look at a repository: reads open pull requests page by page, then recent ones; writes no events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from monitor.github.answers import ProbedRepository
from monitor.github.errors import GitHubError, Overloaded
from monitor.models import Repository
from monitor.polling.looks import look_outcome, status_messages
from monitor.polling.looks.changed_pull_requests import read_pages_since, stored_pull_requests
from monitor.polling.looks.comparison import StoredPullRequest
from monitor.polling.looks.list_position import ListPosition
from monitor.polling.looks.open_pull_requests import (
    pull_requests_to_read,
    read_first_pages,
    read_next_page,
    save_position,
)
from monitor.polling.looks.pull_request_reader import BATCH, PullRequestReader
from monitor.polling.looks.regular_look import RegularLook
from monitor.polling.pacing.batch_size import chunks_of
from monitor.polling.pacing.intervals import reconcile_offset

# The first look also reads recently closed pull requests: the list "recently merged" and the next probe need them.
RECENT_PULL_REQUESTS = 25
REPOSITORIES_AT_ONCE = 10
# A run starts no page later than this, so that newly subscribed repositories need not wait.
SLICE_SECONDS = 10


@dataclass(eq=False)
class FirstLookProgress:
    """One repository during its first look: the current page, and the pull requests of it that are still unread."""

    repository: Repository
    probed: ProbedRepository
    position: ListPosition
    page: ProbedRepository | None = None
    left: set[str] = field(default_factory=set)
    besides: int = 0  # how many closed pull requests are read as well
    overtaken: bool = False  # more pull requests changed meanwhile than were read again

    @property
    def total(self) -> int:
        """How many pull requests there are to read, as far as known."""
        return max(self.position.total, self.listed) + self.besides

    @property
    def count(self) -> int:
        """How many pull requests are read."""
        return self.listed + self.besides - len(self.left)

    @property
    def listed(self) -> int:
        return self.position.listed + (len(self.page.rows) if self.page else 0)


class FirstLook(RegularLook):
    """One run of first looks. It continues after the last page that an earlier run has read, also after a kill."""

    rows = RECENT_PULL_REQUESTS

    def read_changes(self, found: list[tuple[Repository, ProbedRepository]]) -> None:
        """Reads one page per repository, short ones first, then the next pages, until the time is over."""
        self.reader = PullRequestReader(self.client, self.lease, self.deadline, first_look=True)
        self.time_slice = self.deadline.within(SLICE_SECONDS)
        now = timezone.now()
        looks = [FirstLookProgress(one, probed, ListPosition.resume(one.listing, now)) for one, probed in found]
        pages, going_on = self.begin(looks), looks
        while going_on and not self.reader.reading.errors:
            ready = [one for one in going_on if self.fetch_page(one, pages.pop(one.repository.pk, None))]
            self.read_pages(sorted(ready, key=lambda one: (len(one.left), one.repository.pk)))
            going_on = [] if self.time_slice.over else [one for one in ready if one.repository.pk not in self.outcomes]
        for one in looks:
            if one.repository.pk not in self.outcomes:
                self.outcomes[one.repository.pk] = self.unfinished_columns(one)

    def begin(self, looks: Iterable[FirstLookProgress]) -> dict[int, ProbedRepository]:
        """The first pages: the probe itself if it is the whole list, otherwise one query for all other repositories."""
        beginning = [one for one in looks if one.position.cursor is None]
        whole = {one.repository.pk: _only_open(one.probed) for one in beginning if not one.probed.has_more}
        longer = [one.repository for one in beginning if one.probed.has_more]
        try:
            return whole | read_first_pages(longer, self.client)
        except Overloaded:
            return whole  # one query per repository, without a count, may be small enough
        except GitHubError as error:
            self.reader.reading.errors |= {repository.pk: error for repository in longer}
            return whole

    def fetch_page(self, one: FirstLookProgress, page: ProbedRepository | None) -> bool:
        """Fetches the next page; returns False if that fails."""
        repository = one.repository
        try:
            one.page = page or read_next_page(repository, one.position, self.client, self.lease)
        except GitHubError as error:
            self.reader.reading.errors[repository.pk] = error
            return False
        if one.page is None:
            return False
        one.position = one.position.counting(one.page)
        now = timezone.now()
        one.left = set(pull_requests_to_read(repository, one.position, one.page))
        if not one.page.has_more:
            recent = self.recent_pull_requests(one, now)
            one.besides = len(set(recent) - one.left)
            one.left |= set(recent)
        return True

    def recent_pull_requests(self, one: FirstLookProgress, now: datetime) -> list[str]:
        """Recently changed pull requests, also those that changed during this first look, unless they are up to date."""
        since = one.position.began_at if one.position.cursor else now
        rows, one.overtaken = read_pages_since(since, one.repository, one.probed, self.client)
        known = stored_pull_requests(row.node_id for row in rows)
        moved = [row for row in rows if known.get(row.node_id) != StoredPullRequest(row.updated_at, row.state)]
        last = {row.node_id for row in one.probed.rows}
        return [row.node_id for row in moved if row.node_id in known or row.node_id in last or row.updated_at >= since]

    def read_pages(self, ready: Sequence[FirstLookProgress]) -> None:
        """Reads the current pages, several repositories per query; gives a completed repository back at once."""
        owner = {node_id: one for one in ready for node_id in one.left}
        for one in ready:
            if not one.left:
                self.finish_page(one)
        for part in chunks_of(list(owner), BATCH):
            self.reader.read([(owner[node_id].repository, node_id) for node_id in part])
            touched = dict.fromkeys(owner[node_id] for node_id in part)
            for one in touched:
                self.note_read(one, part)
            if not all(self.reader.reading.is_whole(one.repository) for one in touched):
                return

    def note_read(self, one: FirstLookProgress, part: Sequence[str]) -> None:
        """Notes which pull requests of a repository were read; does not wait for quarantined ones."""
        whole = self.reader.reading.is_whole(one.repository)
        one.left -= set(part) if whole else self.reader.reading.read.get(one.repository.pk, set())
        self.write_progress(one)
        if whole and not one.left:
            self.finish_page(one)

    def finish_page(self, one: FirstLookProgress) -> None:
        """Ends a page: saves the position behind it, or after the last page ends the first look."""
        if one.page is not None and one.page.has_more:
            one.position = one.position.after(one.page)
            one.page = None
            save_position(one.repository, one.position, self.lease)
            return
        columns = self.completed_columns(one, timezone.now())
        self.outcomes[one.repository.pk] = columns
        self.lease.give_back({one.repository.pk: columns})

    def write_progress(self, one: FirstLookProgress) -> None:
        """Writes the progress that web pages show during the first look."""
        message = status_messages.first_look_progress(one.count, one.total)
        self.lease.write_columns(one.repository, read_count=one.count, read_total=one.total, status_message=message)

    def unfinished_columns(self, one: FirstLookProgress) -> look_outcome.Columns:
        """The columns of a first look that continues later, or failed."""
        if one.repository.pk not in self.reader.reading.errors:
            self.reader.reading.left.setdefault(one.repository.pk, 1)
        columns = self.columns_for(one.repository, self.reader.reading, timezone.now())
        if one.repository.pk in self.unfinished:
            columns |= {"status_message": status_messages.first_look_progress(one.count, one.total)}
        return columns

    def completed_columns(self, one: FirstLookProgress, now: datetime) -> look_outcome.Columns:
        """The columns of a completed first look."""
        repository = one.repository
        repository.first_read_at = now
        # If more pull requests changed meanwhile than the last pages show, the whole list is compared again.
        reconciled_at = None if one.overtaken else now - reconcile_offset(repository.pk)
        return self.columns_for(repository, self.reader.reading, now) | {
            "first_read_at": now,
            "read_count": one.total,
            "read_total": one.total,
            "checks_swept_at": now,
            "reconciled_at": reconciled_at,
            "listing": None,
            "owners_checked_at": None if repository.pk in self.reader.ownership_refresh.incomplete else now,
        }


def _only_open(probed: ProbedRepository) -> ProbedRepository:
    """The list of open pull requests, from a probe that shows all pull requests."""
    rows = tuple(row for row in probed.rows if row.state == "open")
    return replace(probed, rows=rows, total=len(rows))
