"""`manage.py qcluster`: one cluster of background workers; run as many as you like, on as many machines."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_q.conf import Conf

from monitor.operations import demo_data
from monitor.runtime.cluster.cluster import FailFastCluster
from monitor.runtime.cluster.readiness import wait_until_ready
from monitor.runtime.supervisor.parent_pipe import call_when_parent_ends


class Command(BaseCommand):
    help = "Runs the background work: looks at GitHub, sends messages. Ends as a whole when one of its processes is killed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=Conf.WORKERS, help="worker processes (default: %(default)s)")
        parser.add_argument("--tied", action="store_true", help="end when stdin ends")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.GITHUB_TOKEN or settings.GITHUB_APP_ID):
            raise CommandError(
                "GITHUB_TOKEN is empty and there is no GITHUB_APP_ID: set one of them (`manage.py up` runs a demo without)"
            )
        if not 1 <= options["workers"] <= 64:
            raise CommandError(f"--workers is {options['workers']}, but it takes a whole number from 1 to 64")
        sys.exit(run(options["workers"], tied=options["tied"]))


def run(workers: int, *, tied: bool) -> int:
    """Runs one cluster until it is asked to stop or breaks; returns the exit code."""
    wait_until_ready()
    if not settings.DEMO:
        demo_data.clear_demo()
    Conf.WORKERS, Conf.QUEUE_LIMIT = workers, workers * 2
    cluster = FailFastCluster(own_group=not tied)
    cluster.start()
    if tied:
        call_when_parent_ends(cluster.ask_to_stop)
    return cluster.watch()
