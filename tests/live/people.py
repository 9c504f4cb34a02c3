"""Rows the live tests keep making."""

from typing import Any

from monitor.models import Repository, Subscription
from monitor.recording.recorder import record
from tests.builders import at, snapshot


def watch(who: Any, repo: Repository, *filters: str) -> Subscription:
    """Subscribes somebody; without filters, to everything."""
    return Subscription.objects.create(user=who, repository=repo, filters=list(filters) or ["all"])


def happen(repo: Repository, *numbers: int, minutes: float = 1, **changed: Any) -> list[int]:
    """New pull requests, or changed ones; the ids of their events."""
    node = {"node_id": f"PR_{repo.pk}_%s"}
    made = [snapshot(n, **{"node_id": node["node_id"] % n, "updated_at": at(minutes), **changed}) for n in numbers]
    return record(repo, made, now=at(minutes))
