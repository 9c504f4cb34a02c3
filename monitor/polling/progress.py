"""How far a round by hand is: a bar that is drawn over on a terminal, a line for each repository elsewhere."""

from typing import Any

from monitor.models import Repository
from monitor.polling.rounds import Told

WIDTH = 30
FAILING = (Repository.Status.ERROR, Repository.Status.INACCESSIBLE)


class Progress:
    """Writes to `out` as batches come in; `done` repositories of `total`, `failed` of them without a result."""

    def __init__(self, total: int, out: Any) -> None:
        self.total, self.out = total, out
        self.done = self.failed = 0
        self.drawn = bool(out.isatty())
        if not total:
            out.write("No repository is subscribed to.")

    def take(self, told: Told) -> None:
        """Tells what a batch came to."""
        rows = Repository.objects.in_bulk([repository.pk for repository in told.repositories])
        for pk, row in rows.items():
            if pk not in told.again:
                self.done += 1
                self.failed += row.status in FAILING
                self.line(f"{row.full_name}: {outcome(row, told)}", lasting=row.status in FAILING)
            self.bar(row)

    def line(self, text: str, *, lasting: bool) -> None:
        """A line for each repository; on a terminal only what went wrong stays."""
        if not self.drawn:
            self.out.write(text)
        elif lasting:
            self.out.write(f"\r\033[K{text}")

    def bar(self, row: Repository) -> None:
        """Draws the bar over itself; a first look of many pull requests moves it within a repository as well."""
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
        """Leaves the bar as a last line."""
        if self.drawn and self.total:
            self.out.write("")


def outcome(row: Repository, told: Told) -> str:
    """What the look at one repository brought, or why it brought nothing."""
    if row.status in FAILING:
        return row.status_message
    if row.pk in told.first:
        count = row.read_total
        return f"first look, {count} pull request{'s' if count > 1 else ''}" if count else "first look, nothing there"
    changes = told.events.get(row.pk, 0)
    return f"{changes} changed" if changes else "nothing new"
