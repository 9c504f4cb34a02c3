"""Checks hourly what each credential may read and when it ends; the admin shows the result in words."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.identities import clients
from monitor.models import Credential, PullRequest, Team
from monitor.polling import heartbeats
from monitor.polling.looks.status_messages import as_sentence

log = logging.getLogger(__name__)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def check_all_credentials(deadline: Deadline) -> int:
    """Checks credentials until the deadline, the longest unchecked first; returns how many were checked."""
    try:
        known = clients()
    except GitHubError as error:
        log.warning("The credentials could not be checked: %s", error)
        Credential.objects.update(message=str(error))
        heartbeats.record_failure(heartbeats.GITHUB, str(error))
        return 0
    checked = dict(Credential.objects.values_list("identity", "checked_at"))
    errors: list[GitHubError | None] = []
    for client in sorted(known, key=lambda one: checked.get(one.identity, NEVER)):
        if deadline.over:
            break
        errors.append(check_credential(client))
    _record_heartbeat(errors)
    return len(errors)


def _record_heartbeat(errors: Sequence[GitHubError | None]) -> None:
    """Records whether GitHub answers: without due or watched repositories, these checks alone show that."""
    failed = [error for error in errors if error]
    if len(failed) < len(errors):
        heartbeats.record_success(heartbeats.GITHUB)
    elif failed:
        heartbeats.record_failure(heartbeats.GITHUB, str(failed[0]))


def check_credential(client: Client) -> GitHubError | None:
    """Checks what a credential may read. If GitHub cannot be asked, the row keeps its values and states the reason.

    Returns the error if GitHub could not be asked.
    """
    # GitHub does not state all permissions: an attempt to read a pull request and a team shows the others.
    pull_request = PullRequest.objects.order_by("-updated_at").values_list("node_id", flat=True).first()
    team = Team.objects.filter(by_hand=False).values_list("name", flat=True).first()
    try:
        report = client.inspect(pull_request, team)
    except GitHubError as error:
        log.warning("The credential %s could not be checked: %s", client.identity, error)
        Credential.objects.filter(identity=client.identity).update(message=str(error))
        return error
    message = " ".join(as_sentence(note) for note in (report.kind[:1].upper() + report.kind[1:], *report.notes))
    columns = {"login": report.login, "scopes": ", ".join(report.scopes), "expires_at": report.expires_at}
    Credential.objects.update_or_create(
        identity=client.identity, defaults={**columns, "message": message, "checked_at": timezone.now()}
    )
    return None
