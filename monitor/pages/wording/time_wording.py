"""Puts times and durations into words: “8 s ago”, “14:12”, “Fri 17:05”, “6 h 10 m”."""

from collections.abc import Callable
from datetime import datetime, tzinfo

TimeWording = Callable[[datetime, datetime], str]  # (moment, now) -> words

MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(seconds: float) -> str:
    """A duration in at most two units: “40 s”, “12 m”, “6 h 10 m”, “3 d 4 h”, “20 d”. A negative one is “0 s”."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} m"
    if whole < DAY:
        return _two_units(whole // HOUR, "h", whole % HOUR // MINUTE, "m")
    if whole < 14 * DAY:
        return _two_units(whole // DAY, "d", whole % DAY // HOUR, "h")
    return f"{whole // DAY} d"


def _two_units(large: int, unit: str, small: int, under: str) -> str:
    return f"{large} {unit} {small} {under}" if small else f"{large} {unit}"


def clock(moment: datetime, now: datetime) -> str:
    """“14:12” today, “Fri 17:05” within six days, “12 Mar 17:05” this year, “12 Mar 2025” before.

    Both arguments are in the reader's time zone.
    """
    days = abs((now.date() - moment.date()).days)
    if days == 0:
        return f"{moment:%H:%M}"
    if days < 6:
        return f"{moment:%a %H:%M}"
    if moment.year == now.year:
        return f"{moment.day} {moment:%b %H:%M}"
    return f"{moment.day} {moment:%b %Y}"


def clock_in(zone: tzinfo, now: datetime) -> Callable[[datetime], str]:
    """Makes a function that formats a moment like `clock`, in the time zone `zone`."""
    return lambda moment: clock(moment.astimezone(zone), now.astimezone(zone))


def ago(moment: datetime, now: datetime) -> str:
    """“8 s ago” within a minute, “12 m ago” within an hour, after that the clock time."""
    seconds = (now - moment).total_seconds()
    if seconds < HOUR:
        return f"{duration(seconds)} ago"
    return clock(moment, now)


def until(moment: datetime, now: datetime) -> str:
    """When something will happen: “now”, “in 12 s”, “in 12 m”, from an hour on the clock time."""
    seconds = (moment - now).total_seconds()
    if seconds <= 0:
        return "now"
    return f"in {duration(seconds)}" if seconds < HOUR else f"at {clock(moment, now)}"


def day_of_return(moment: datetime, now: datetime) -> str:
    """Until when somebody is away: “14:00” today, “Mon” within six days, “12 Mar” this year, “12 Mar 2027” later.

    Both arguments are in the reader's time zone.
    """
    days = (moment.date() - now.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    if days < 7:
        return f"{moment:%a}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"


def day(moment: datetime, now: datetime) -> str:
    """“Today”, “Yesterday”, the weekday within six days, before that the date."""
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return "Yesterday" if days else "Today"
    return f"{moment:%A}" if 0 < days < 6 else f"{moment.day} {moment:%B %Y}"
