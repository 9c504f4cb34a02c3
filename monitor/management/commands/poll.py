"""`manage.py poll`: one round by hand, in the foreground."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitor.models import Repository
from monitor.polling import rounds
from monitor.polling.pacing import leases
from monitor.polling.progress import Progress


class Command(BaseCommand):
    help = "Looks at repositories now, once: those named, or all that anybody subscribes to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("repositories", nargs="*", metavar="OWNER/NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.GITHUB_TOKEN or settings.GITHUB_APP_ID):
            raise CommandError("GITHUB_TOKEN is empty and there is no GITHUB_APP_ID: set one of them")
        pks = self._named(options["repositories"]) or self._watched()
        progress = Progress(len(pks), self.stdout)
        rounds.run_all(pks, progress.show)
        progress.end()
        if progress.done < len(pks):
            raise CommandError(f"{len(pks) - progress.done} of {len(pks)} are being looked at by a worker just now")
        if progress.failed:
            raise CommandError(f"{progress.failed} of {len(pks)} could not be read")

    def _named(self, names: list[str]) -> list[int]:
        """Those named, a paused one too: whoever names it wants it, and the pause stays for everybody else."""
        rows = {row.pk: row for row in map(_called, names)}
        for row in rows.values():
            if row.paused:
                self.stdout.write(f"{row} is looked at once, because you named it: {row.pause_words()}")
        return list(rows)

    def _watched(self) -> list[int]:
        for row in leases.watched_repositories(paused=True).order_by("full_name"):
            self.stdout.write(f"{row} is left out: {row.pause_words()}")
        return list(leases.watched_repositories().values_list("pk", flat=True))


def _called(name: str) -> Repository:
    # A name may have passed from one repository to another: the newer row is the one GitHub means today.
    row = Repository.objects.filter(full_name__iexact=name, demo=settings.DEMO).order_by("-pk").first()
    if row is None:
        raise CommandError(f"{name} is not known here: subscribe to it first")
    return row
