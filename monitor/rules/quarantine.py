"""Decides when a pull request that GitHub fails on is asked for again, and since when GitHub has failed on it.

Each repository stores its quarantine as JSON: the key of what GitHub fails on leads to the two times. Depends on no
setting.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

from monitor.rules.snapshot import isoformat, parse_time

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=1)
_CHECKS = "checks of "

Quarantine = Mapping[str, Any]


def key_of_checks(node_id: str) -> str:
    """The key of a pull request's checks: GitHub may fail on the checks but not on the pull request."""
    return f"{_CHECKS}{node_id}"


def is_quarantined(quarantine: Quarantine, key: str, now: datetime) -> bool:
    """Whether GitHub failed on this a short time ago, so that it is not asked for now."""
    until = _time(quarantine, key, "until")
    return until is not None and now < until <= now + LONGEST


def failing_since(quarantine: Quarantine, key: str) -> datetime | None:
    """Since when GitHub has failed on this; None if GitHub does not fail on it."""
    return _time(quarantine, key, "since")


def unread_pull_requests(quarantine: Quarantine) -> dict[str, datetime]:
    """The pull requests (by node id) that GitHub cannot answer for, each with the time since when."""
    return {key: since for key, since in _times(quarantine, "since") if not key.startswith(_CHECKS)}


def due_again(quarantine: Quarantine, now: datetime) -> list[str]:
    """The pull requests (by node id) that may be asked for again, the longest waiting first."""
    waited = sorted((until, key) for key, until in _times(quarantine, "until") if not key.startswith(_CHECKS))
    return [key for _, key in waited if not is_quarantined(quarantine, key, now)]


def after_failure(quarantine: Quarantine, key: str, now: datetime) -> dict[str, Any]:
    """The quarantine after GitHub has failed on `key`. The longer GitHub fails, the longer the pauses, up to an hour."""
    since = failing_since(quarantine, key) or now
    pause = min(max(SHORTEST, (now - since) / 4), LONGEST)
    kept = {other: times for other, times in quarantine.items() if _is_kept(quarantine, other, now)}
    return kept | {key: {"since": isoformat(since), "until": isoformat(now + pause)}}


def after_answer(quarantine: Quarantine, keys: AbstractSet[str]) -> dict[str, Any]:
    """The quarantine after GitHub has answered for `keys`."""
    return {key: times for key, times in quarantine.items() if key not in keys}


def _is_kept(quarantine: Quarantine, key: str, now: datetime) -> bool:
    """A pull request stays until GitHub has answered for it; its checks are asked for again by the usual refresh."""
    return not key.startswith(_CHECKS) or is_quarantined(quarantine, key, now)


def _times(quarantine: Quarantine, name: str) -> Iterator[tuple[str, datetime]]:
    for key in quarantine:
        if at := _time(quarantine, key, name):
            yield key, at


def _time(quarantine: Quarantine, key: str, name: str) -> datetime | None:
    times = quarantine.get(key)
    if isinstance(times, Mapping):
        return parse_time(times.get(name))
    # Earlier versions stored only the time until which they did not ask.
    until = parse_time(times) if isinstance(times, str) else None
    return until - SHORTEST if until and name == "since" else until
