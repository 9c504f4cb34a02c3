"""The doorbell: tells other processes that there are new events. It only makes readers look sooner, and may be lost."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

GROUP = "events"
log = logging.getLogger(__name__)


def ring(head: int) -> None:
    """Says that events up to `head` are committed. Embedded there is no layer between processes: readers look themselves."""
    if not settings.REDIS_URL:
        return
    try:
        async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "events.available", "head": head})
    except Exception:
        # Redis being away must not fail a recording that is already committed: readers look every 5 s anyway.
        log.warning("Could not announce events up to %s: the channel layer does not answer", head, exc_info=True)
