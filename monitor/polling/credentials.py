"""What each credential may read, and when it ends: asked hourly, kept in words for the admin."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils import timezone

from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.identities import clients
from monitor.models import Credential, PullRequest, Team
from monitor.polling import heartbeats
from monitor.polling.deadline import Deadline
from monitor.polling.words import sentence

log = logging.getLogger(__name__)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def check_all(deadline: Deadline) -> int:
    """Checks credentials, those first that were checked the longest ago, until the deadline; how many."""
    try:
        known = clients()
    except GitHubError as error:
        log.warning("The credentials could not be checked: %s", error)
        Credential.objects.update(message=str(error))
        heartbeats.failing(heartbeats.GITHUB, str(error))
        return 0
    checked = dict(Credential.objects.values_list("identity", "checked_at"))
    errors: list[GitHubError | None] = []
    for client in sorted(known, key=lambda one: checked.get(one.identity, NEVER)):
        if deadline.over:
            break
        errors.append(check(client))
    _give_sign(errors)
    return len(errors)


def _give_sign(errors: Sequence[GitHubError | None]) -> None:
    """Where nothing is due for hours, or nothing is watched, this is how it is known that GitHub answers."""
    failed = [error for error in errors if error]
    if len(failed) < len(errors):
        heartbeats.well(heartbeats.GITHUB)
    elif failed:
        heartbeats.failing(heartbeats.GITHUB, str(failed[0]))


def check(client: Client) -> GitHubError | None:
    """Finds out what it may read. What cannot be asked now keeps what was known, with the reason as its message.

    Returns why GitHub could not be asked, if so.
    """
    # Some things GitHub does not tell beforehand: a pull request and a team are tried out.
    pull_request = PullRequest.objects.order_by("-updated_at").values_list("node_id", flat=True).first()
    team = Team.objects.filter(by_hand=False).values_list("name", flat=True).first()
    try:
        told = client.inspect(pull_request, team)
    except GitHubError as error:
        log.warning("The credential %s could not be checked: %s", client.identity, error)
        Credential.objects.filter(identity=client.identity).update(message=str(error))
        return error
    message = " ".join(sentence(note) for note in (told.kind[:1].upper() + told.kind[1:], *told.notes))
    columns = {"login": told.login, "scopes": ", ".join(told.scopes), "expires_at": told.expires_at}
    Credential.objects.update_or_create(
        identity=client.identity, defaults={**columns, "message": message, "checked_at": timezone.now()}
    )
    return None
