"""Checks hourly what each credential may read and when it ends; the admin shows the result in words."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.identities import clients
from monitor.models import Credential, PullRequest, Team
from monitor.polling import heartbeats
from monitor.polling.looks.status_messages import as_sentence
from monitor.rules.snapshot import isoformat, parse_time

log = logging.getLogger(__name__)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOTED_EVERY, KEPT_FOR = timedelta(hours=1), timedelta(days=1)


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


def note_single_sign_on(identity: str, organizations: Iterable[str]) -> None:
    """Notes that GitHub hides something from a credential, because these organizations want single sign-on for it."""
    wanted = dict.fromkeys(organizations, isoformat(timezone.now()))
    if not wanted:
        return
    row, _ = Credential.objects.get_or_create(identity=identity, defaults={"checked_at": NEVER})
    if new := {name: at for name, at in wanted.items() if _is_old(row.single_sign_on.get(name))}:
        log.warning("The credential %s is not authorized for the single sign-on of %s", identity, ", ".join(new))
        row.single_sign_on |= new
        row.save(update_fields=["single_sign_on"])


def _is_old(noted: str | None) -> bool:
    return noted is None or timezone.now() - parse_time(noted) > NOTED_EVERY


def _forget_old_notes(identity: str) -> None:
    """Forgets the organizations of which GitHub has said nothing for a day: somebody has authorized the credential."""
    row = Credential.objects.filter(identity=identity).first()
    if row and row.single_sign_on:
        since = timezone.now() - KEPT_FOR
        row.single_sign_on = {name: at for name, at in row.single_sign_on.items() if parse_time(at) > since}
        row.save(update_fields=["single_sign_on"])


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
    _forget_old_notes(client.identity)
    return None
