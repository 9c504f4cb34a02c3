"""`manage.py slack_app`: the manifest of the Slack app, and what is still missing."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.operations.slack_app import findings, manifest


class Command(BaseCommand):
    """Prints the manifest to paste, and asks Slack whether everything works."""

    help = "Print the manifest of the Slack app; --check: ask Slack what is set up and what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="ask Slack about the token and its scopes")
        parser.add_argument("--post", action="store_true", help="as --check, and write to the default channels")

    def handle(self, *, check: bool, post: bool, **options: Any) -> None:
        if not check and not post:
            self.stdout.write(json.dumps(manifest(), indent=2))
            return
        found = list(findings(post=post))
        for one in found:
            self.stdout.write(f"{'ok     ' if one.ok else 'MISSING'} {one.words}")
        if not all(one.ok for one in found):
            raise CommandError("Something is missing (docs/slack.md).")
