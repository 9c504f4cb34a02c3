"""Reads of deliveries: one's own, or another's for staff, and only of repositories the asker may see."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from monitor import queries
from monitor.models import PullRequest
from notifications.models import Delivery


def deliveries_for(
    user: User, *, of: User | None = None, pull_request: PullRequest | None = None
) -> QuerySet[Delivery]:
    """What was (not) sent to `user`, newest first; `of` asks for somebody else's, which only staff are shown."""
    whose = of or user
    if whose.pk != user.pk and not user.is_staff:
        return Delivery.objects.none()
    rows = Delivery.objects.filter(user=whose.pk, pull_request__repository__in=queries.visible_to(user))
    if pull_request is not None:
        rows = rows.filter(pull_request=pull_request)
    return rows.select_related("pull_request__repository")
