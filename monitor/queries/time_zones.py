"""Finds the time zone of a name that a profile stores."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings


def zone_named(name: str | None) -> ZoneInfo:
    """The zone with an IANA name; that of the setting `TIME_ZONE` without a name, or if the name no longer exists."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
