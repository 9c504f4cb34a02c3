"""`manage.py poll`: one round by hand, in the foreground."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from monitor.models import Repository
from monitor.polling import leases, rounds
from monitor.polling.progress import Progress


class Command(BaseCommand):
    help = "Looks at repositories now, once: those named, or all that anybody subscribes to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("repositories", nargs="*", metavar="OWNER/NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.GITHUB_TOKEN or settings.GITHUB_APP_ID):
            raise CommandError("GITHUB_TOKEN is empty and there is no GITHUB_APP_ID: set one of them")
        pks = _named(options["repositories"]) or list(leases.watched().values_list("pk", flat=True))
        progress = Progress(len(pks), self.stdout)
        rounds.run_all(pks, progress.take)
        progress.end()
        if progress.done < len(pks):
            raise CommandError(f"{len(pks) - progress.done} of {len(pks)} are being looked at by a worker just now")
        if progress.failed:
            raise CommandError(f"{progress.failed} of {len(pks)} could not be read")


def _named(names: list[str]) -> list[int]:
    pks = {}
    for name in names:
        # A name may have passed from one repository to another: the newer row is the one GitHub means today.
        row = Repository.objects.filter(full_name__iexact=name, demo=settings.DEMO).order_by("-pk").first()
        if row is None:
            raise CommandError(f"{name} is not known here: subscribe to it first")
        pks[row.pk] = row
    return list(pks)
