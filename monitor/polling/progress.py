"""Shows the progress of a manual round: a progress bar on a terminal, otherwise one line per repository."""

from typing import Any

from monitor.models import Repository
from monitor.polling.rounds import BatchReport

WIDTH = 30
FAILING = (Repository.Status.ERROR, Repository.Status.INACCESSIBLE)


class Progress:
    """Writes the progress to `out`: `done` repositories of `total`, of which `failed` have no result."""

    def __init__(self, total: int, out: Any) -> None:
        self.total, self.out = total, out
        self.done = self.failed = 0
        self.drawn = bool(out.isatty())
        if not total:
            out.write("No repository is subscribed to.")

    def show(self, report: BatchReport) -> None:
        """Writes the results of a batch."""
        rows = Repository.objects.in_bulk([repository.pk for repository in report.repositories])
        for pk, row in rows.items():
            if pk not in report.unfinished:
                self.done += 1
                self.failed += row.status in FAILING
                self.line(f"{row.full_name}: {result_line(row, report)}", lasting=row.status in FAILING)
            self.bar(row)

    def line(self, text: str, *, lasting: bool) -> None:
        """Writes one line per repository; on a terminal only lines about failures."""
        if not self.drawn:
            self.out.write(text)
        elif lasting:
            self.out.write(f"\r\033[K{text}")

    def bar(self, row: Repository) -> None:
        """Redraws the bar; during a first look of many pull requests it also moves within one repository."""
        part = row.read_count / row.read_total if row.first_read_at is None and row.read_total else 0
        inside = f": {row.read_count} of {row.read_total} pull requests" if part else ""
        if self.drawn:
            filled = int(WIDTH * min(1, (self.done + part) / self.total))
            bar = "█" * filled + "·" * (WIDTH - filled)
            self.out.write(f"\r\033[K[{bar}] {self.done} of {self.total} repositories{inside}", ending="")
            self.out.flush()
        elif part:
            self.out.write(f"{row.full_name}{inside}")

    def end(self) -> None:
        """Ends the line of the bar."""
        if self.drawn and self.total:
            self.out.write("")


def result_line(row: Repository, report: BatchReport) -> str:
    """The result of the look at one repository, or the reason why there is none."""
    if row.status in FAILING:
        return row.status_message
    if row.pk in report.first_looks:
        count = row.read_total
        return f"first look, {count} pull request{'s' if count > 1 else ''}" if count else "first look, nothing there"
    changes = report.events.get(row.pk, 0)
    return f"{changes} changed" if changes else "nothing new"
