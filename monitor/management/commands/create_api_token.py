"""`manage.py create_api_token USERNAME [--name N]`: a new token for a program, shown this once."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from monitor.models import ApiToken


class Command(BaseCommand):
    help = "Makes an API token of a user and prints it, alone on the last line. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="what it is for; shown in the list of tokens")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f'there is no user "{username}"')
        if not user.is_active:
            raise CommandError(f'user "{username}" is deactivated, a token would be refused')
        if len(name) > 100:
            raise CommandError("--name takes at most 100 characters")
        _, text = ApiToken.create_for(user, name)
        self.stdout.write(text)
