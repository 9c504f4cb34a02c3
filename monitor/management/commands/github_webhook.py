"""`manage.py github_webhook`: what to enter on GitHub's settings page for webhooks."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from monitor.github.webhooks import ORGANIZATION_EVENTS, REPOSITORY_EVENTS

PATH = "/webhooks/github"
NO_SECRET = "(GITHUB_WEBHOOK_SECRET is empty)"  # noqa: S105 - says that there is none
PAGE = """\
On GitHub: a repository or an organization > Settings > Webhooks > Add webhook.
(A GitHub App: its settings > Webhook, and > Permissions & events.)

  Payload URL       {url}
  Content type      application/json
  Secret            {secret}
  SSL verification  {verification}
  Which events      Let me select individual events:
{events}
  Active            yes
"""


class Command(BaseCommand):
    help = "Prints what to enter on GitHub's settings page, so that changes are seen within seconds."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        ticked = [f"                      [x] {words}" for words in REPOSITORY_EVENTS.values()]
        ticked += [f"                      [x] {words} (organizations only)" for words in ORGANIZATION_EVENTS.values()]
        url = settings.PUBLIC_URL
        page = PAGE.format(
            url=f"{url}{PATH}" if url else f"(PUBLIC_URL is empty){PATH}",
            secret="the value of GITHUB_WEBHOOK_SECRET" if settings.GITHUB_WEBHOOK_SECRET else NO_SECRET,
            verification="Enable SSL verification" if url.startswith("https://") else "only for an https:// address",
            events="\n".join(ticked),
        )
        self.stdout.write(page)
        for problem in _problems():
            self.stderr.write(self.style.WARNING(problem))


def _problems() -> list[str]:
    """What has to be set before any of it works."""
    found = []
    if not settings.PUBLIC_URL:
        found.append("PUBLIC_URL is empty: set it to the address by which GitHub reaches prmonitor.")
    if not settings.GITHUB_WEBHOOK_SECRET:
        found.append(
            "GITHUB_WEBHOOK_SECRET is empty, so deliveries are answered with 404: set it to a long random text, for"
            ' example the one printed by: python -c "import secrets; print(secrets.token_hex(32))"'
        )
    return found
