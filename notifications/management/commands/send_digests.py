"""`manage.py send_digests`: what the schedule does each minute, at once or as if it were another time."""

from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from notifications.digests.digest_sender import reaches_people, send_digests


class Command(BaseCommand):
    """Sends the digests that are due, and says how they ended."""

    help = "Send the daily digests that are due in Slack; --at: those that would be due then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=_time, metavar="ISO-TIME", help="for example 2026-03-02T09:00+01:00")

    def handle(self, *, at: datetime | None, **options: Any) -> None:
        if not reaches_people():
            raise CommandError("Slack cannot reach people: set SLACK_BOT_TOKEN (docs/slack.md).")
        done = send_digests(lambda: at or timezone.now())
        ended = ", ".join(f"{count} {state}" for state, count in sorted(done.by_state.items()))
        self.stdout.write(f"Digests: {ended or 'none is due'}.")


def _time(text: str) -> datetime:
    """The time that an ISO text means; without an offset, in the server's time zone."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not a time such as 2026-03-02T09:00+01:00")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
