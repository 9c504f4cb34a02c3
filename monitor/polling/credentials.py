"""What each credential may read, and when it ends: asked hourly, kept in words for the admin."""

import logging

from django.utils import timezone

from monitor.github.errors import GitHubError
from monitor.github.identities import clients
from monitor.models import Credential, PullRequest, Team
from monitor.polling.words import sentence

log = logging.getLogger(__name__)


def check_all() -> int:
    """Checks every credential; how many there are. What cannot be asked now keeps its last words, with the reason."""
    try:
        known = clients()
    except GitHubError as error:
        log.warning("The credentials could not be checked: %s", error)
        Credential.objects.update(message=str(error))
        return 0
    pull_request = PullRequest.objects.order_by("-updated_at").values_list("node_id", flat=True).first()
    team = Team.objects.filter(by_hand=False).values_list("name", flat=True).first()
    for client in known:
        try:
            told = client.inspect(pull_request, team)
        except GitHubError as error:
            log.warning("The credential %s could not be checked: %s", client.identity, error)
            Credential.objects.filter(identity=client.identity).update(message=str(error))
            continue
        message = " ".join(sentence(note) for note in told.notes)
        Credential.objects.update_or_create(
            identity=client.identity,
            defaults={
                "login": told.login,
                "scopes": ", ".join(told.scopes),
                "expires_at": told.expires_at,
                "message": f"{told.kind[:1].upper()}{told.kind[1:]}. {message}".strip(),
                "checked_at": timezone.now(),
            },
        )
    return len(known)
