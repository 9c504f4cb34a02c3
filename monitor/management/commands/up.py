"""`manage.py up`: everything on this machine, on one command."""

import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from monitor.accounts import sign_in_links
from monitor.operations import demo_data
from monitor.rules.masking import masked
from monitor.runtime.supervisor.folder_lock import NotExclusive, hold
from monitor.runtime.supervisor.listening import CannotListen, listen
from monitor.runtime.supervisor.supervisor import Supervisor
from monitor.runtime.up import demo_mode
from monitor.runtime.up.announcing import announce
from monitor.runtime.up.children import children


class Command(BaseCommand):
    help = "Starts everything on this machine: migrates, then runs the web server and the background work until Ctrl-C."
    requires_system_checks: list[str] = []  # run below, once folder and port are ours

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST, help="address to listen on (default: HOST, %(default)s)")
        parser.add_argument(
            "--port", type=int, default=settings.PORT, help="0: any free one (default: PORT, %(default)s)"
        )
        parser.add_argument("--demo", action="store_true", help="a made-up GitHub, even where a token is set")
        parser.add_argument("--workers", type=int, default=2, help="background worker processes (default: %(default)s)")
        parser.add_argument(
            "--web",
            type=int,
            default=settings.WEB_PROCESSES,
            help="web processes, one for each core that pages may take (default: WEB_PROCESSES, %(default)s)",
        )
        parser.add_argument(
            "--stop-with-parent", action="store_true", help="stop when the process that started this one is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        parent = os.getppid() if options["stop_with_parent"] else None
        if demo_mode.is_wanted(options["demo"]):
            demo_mode.restart_in_demo_mode()
        try:
            code = self._run(options, parent)
        except KeyboardInterrupt:
            sys.exit(130)
        except (NotExclusive, CannotListen) as error:
            raise CommandError(str(error)) from error
        sys.exit(code)

    def _run(self, options: dict[str, Any], parent: int | None) -> int:
        for name in ("workers", "web"):
            if not 1 <= options[name] <= 64:
                raise CommandError(f"--{name} is {options[name]}, but it takes a whole number from 1 to 64")
        if not 0 <= options["port"] <= 65535:
            raise CommandError(f"--port is {options['port']}, but it takes a whole number from 0 to 65535")
        with hold(settings.DATA_DIR), listen(options["host"], options["port"]) as listener:
            watches = self._prepare()
            processes = children(listener, workers=options["workers"], web_processes=options["web"])
            supervisor = Supervisor(processes, parent=parent)
            self._in_background(announce, listener, supervisor.stopping, self.stdout)
            if settings.DEMO:
                self._in_background(demo_mode.subscribe_all, watches, supervisor.stopping)
            return supervisor.run()

    def _prepare(self) -> list[demo_data.Watch]:
        """The database as the children need it. Errors: CommandError."""
        try:
            self.check()
            call_command("migrate", verbosity=0, interactive=False)
            admin = sign_in_links.first_admin()
            if not settings.DEMO:
                demo_data.clear_demo()
                return []
            if demo_data.holds_real_repositories():
                raise CommandError(demo_mode.refusal())
            return demo_data.start_demo(admin.pk)
        except Error as error:
            raise CommandError(f"the database cannot be used: {masked(' '.join(str(error).split()))}") from error

    @staticmethod
    def _in_background(work: Any, *args: Any) -> None:
        threading.Thread(target=work, args=args, name=work.__name__, daemon=True).start()
