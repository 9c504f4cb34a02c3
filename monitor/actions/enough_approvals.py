"""Decides for repositories whether enough approvals end the review requests that are older than the last of them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from monitor.models import PullRequest, Repository
from monitor.recording.recorder import rederive


def set_enough_approvals(repositories: QuerySet[Repository], *, end_requests: bool) -> int:
    """Stores the decision and works out the open pull requests again, at once; returns how many differ.

    The two commit together: nobody sees turns that the setting does not give.
    """
    with transaction.atomic():
        repositories.update(enough_approvals_end_requests=end_requests)
        still_open = PullRequest.objects.filter(repository__in=repositories.values("pk"), state="open")
        return rederive(still_open, now=timezone.now())
