"""The first look at a repository: what is open, then what moved last; state without events, in slices, from where it stands."""

from datetime import datetime

from django.utils import timezone

from monitor.github.allowance import Purpose
from monitor.github.answers import Probed
from monitor.github.errors import GitHubError
from monitor.models import PullRequest, Repository
from monitor.polling import fate, words
from monitor.polling.batching import parts
from monitor.polling.cadence import reconcile_offset
from monitor.polling.details import BATCH, Reader, Wanted, quarantined
from monitor.polling.looking import Look
from monitor.polling.reconciling import open_rows

# Recently closed ones come with it, so that "recently merged" and the next probe know them.
RECENT = 25
REPOSITORIES = 10
SLICE_SECONDS = 10


class FirstLook(Look):
    """One slice. What the database has is not read again: a slice goes on where the last one ended, or where it was killed."""

    rows = RECENT

    def follow(self, found: list[tuple[Repository, Probed]]) -> None:
        """Reads what is still unread and says how far it is; when all is read, the first look is over."""
        reader = Reader(self.client, self.lease, self.deadline.within(SLICE_SECONDS), first_look=True)
        wanted: list[Wanted] = []
        for repository, probed in found:
            wanted += self.wanted(repository, probed, reader)
        for part in parts(wanted, BATCH):
            reader.read(part)
            self.tell_progress({repository for repository, _ in part}, reader)
        now = timezone.now()
        for repository, _ in found:
            self.outcomes[repository.pk] = self.ended(repository, reader, now)

    def wanted(self, repository: Repository, probed: Probed, reader: Reader) -> list[Wanted]:
        """What is still to be read; nothing, and an entry in the reading, when GitHub does not list it now."""
        try:
            ids = self.ids(repository, probed, reader)
        except GitHubError as error:
            reader.reading.errors[repository.pk] = error
            return []
        if ids is None:
            reader.reading.left[repository.pk] = 1
            return []
        known = set(PullRequest.objects.filter(repository=repository).values_list("node_id", flat=True))
        unread = [node_id for node_id in ids if node_id not in known]
        repository.read_total, repository.read_count = len(ids), len(ids) - len(unread)
        now = timezone.now()
        return [(repository, node_id) for node_id in unread if not quarantined(repository, node_id, now)]

    def ids(self, repository: Repository, probed: Probed, reader: Reader) -> list[str] | None:
        """The open ones, then those that moved last; None when there is no time to list them."""
        listed = [row for row in probed.rows if row.state == "open"]
        if probed.has_more:
            all_open = open_rows(repository, self.client, Purpose.SWEEP, reader.deadline)
            if all_open is None:
                return None
            listed = all_open
        return list(dict.fromkeys(row.node_id for row in (*listed, *probed.rows)))

    def tell_progress(self, repositories: set[Repository], reader: Reader) -> None:
        """Pages show how far it is while it goes on."""
        for repository in repositories:
            done = self.read(repository, reader)
            message = words.reading(done, repository.read_total)
            self.lease.note(repository, read_count=done, read_total=repository.read_total, status_message=message)

    def read(self, repository: Repository, reader: Reader) -> int:
        """How many are read by now."""
        return min(repository.read_count + len(reader.reading.read.get(repository.pk, ())), repository.read_total)

    def ended(self, repository: Repository, reader: Reader, now: datetime) -> fate.Columns:
        """The columns after this slice."""
        columns = self.outcome(repository, reader.reading, now)
        if repository.pk in self.again:
            return columns | {"status_message": words.reading(self.read(repository, reader), repository.read_total)}
        if columns["status"] != Repository.Status.OK:
            return columns
        repository.first_read_at = now
        return self.outcome(repository, reader.reading, now) | {
            "first_read_at": now,
            "read_count": repository.read_total,
            "read_total": repository.read_total,
            "checks_swept_at": now,
            "reconciled_at": now - reconcile_offset(repository.pk),
            "owners_checked_at": None if repository.pk in reader.owning.left else now,
        }
