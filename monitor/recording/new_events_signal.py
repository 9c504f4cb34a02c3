"""Sends other processes the signal that there are new events. A lost signal only delays them: readers look anyway."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

NEW_EVENTS_GROUP = "events"
log = logging.getLogger(__name__)


def send_new_events_signal(head: int) -> None:
    """Signals that events up to the id `head` are committed. Does nothing without Redis; errors are logged."""
    if not settings.REDIS_URL:
        return
    try:
        async_to_sync(get_channel_layer().group_send)(NEW_EVENTS_GROUP, {"type": "events.available", "head": head})
    except Exception:
        # Readers look every 5 s anyway, and the events are committed: without Redis nothing must fail here.
        log.warning("Could not announce events up to %s: the channel layer does not answer", head, exc_info=True)
