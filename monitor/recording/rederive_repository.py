"""Works out again the open pull requests of a repository that was archived or has another default branch, in parts."""

from django.db import transaction
from django.utils import timezone

from monitor.models import PullRequest, Repository
from monitor.recording.recorder import rederive

AT_ONCE = 500
BEFORE_ALL = 0  # the value of `Repository.reconsidered_up_to` that begins it


def rederive_next_part(repository: Repository) -> int | None:
    """Works out the next `AT_ONCE` pull requests again; returns the key up to which it is done, None if all is.

    Call it after the change is committed, with `reconsidered_up_to` at `BEFORE_ALL`. Each part is a transaction with
    its events, and stores how far it came: after a kill the next look continues there.
    """
    with transaction.atomic():
        # Locked: a change meanwhile waits for this part, and then begins again.
        row = Repository.objects.select_for_update().filter(pk=repository.pk).first()
        if row is None or row.reconsidered_up_to is None:
            return None
        behind = row.pull_requests.filter(state="open", pk__gt=row.reconsidered_up_to).order_by("pk")
        part = list(behind.values_list("pk", flat=True)[:AT_ONCE])
        if part:
            rederive(PullRequest.objects.filter(pk__in=part), now=timezone.now())
        up_to = part[-1] if part else None
        Repository.objects.filter(pk=row.pk).update(reconsidered_up_to=up_to)
    return up_to
