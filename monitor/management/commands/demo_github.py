"""`manage.py demo_github`: the demo GitHub alone, with its life, until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from monitor.demo import DemoServer, Life, demo_world


class Command(BaseCommand):
    help = "Runs the demo GitHub: a made-up GitHub on this machine in which something happens every few seconds."
    requires_system_checks: list[str] = []  # it stands alone: no database, no settings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8010, help="0 takes a free one (default: %(default)s)")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--interval", type=float, default=4.0, help="seconds between two happenings")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another story")
        parser.add_argument("--tied", action="store_true", help="stop as soon as standard input closes")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        if options["tied"]:
            Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
        world = demo_world(seed=options["seed"])
        github = DemoServer(world, host=options["host"], port=options["port"])
        try:
            github.start()
        except OSError as error:
            raise CommandError(
                f"port {options['port']} of {options['host']} cannot be used: {error.strerror}"
            ) from error
        life = Life(world, interval=options["interval"], seed=options["seed"]).start()
        self.stdout.write(f"demo GitHub: {github.url}/")
        self.stdout.flush()
        stop.wait()
        life.stop()
        github.close()


def _wait_for_end_of_input(stop: Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):  # unbuffered: a buffer's lock held here would abort the exit
        pass
    stop.set()
