"""Exports metrics in Prometheus' text format: events, repositories, GitHub's rate limit, heartbeats and sockets.

All but the sockets are counted in the database at each request, so every web process returns the same numbers.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.utils import timezone
from prometheus_client import Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from monitor import queries
from monitor.live.feed_runner import open_socket_count
from monitor.models import Heartbeat, RateLimit, Repository

__all__ = ["CONTENT_TYPE", "exposition", "families", "gauge"]


class _FamilyCollector(Collector):
    """Hands finished metric families to prometheus_client, which asks a `Collector` for them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(families: Iterable[Metric]) -> bytes:
    """The body of `/metrics` in `CONTENT_TYPE`, without the metrics of the process in the client's default registry."""
    return generate_latest(_FamilyCollector(families))


def gauge(name: str, meaning: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]) -> Metric:
    """A gauge family. Each sample has the values of `labels`, in their order, and its number."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def families() -> list[Metric]:
    """Events, repositories, GitHub's rate limits, heartbeats, and the sockets of this process, in four queries."""
    return [
        CounterMetricFamily("prmonitor_events_total", "Events recorded.", queries.latest_event_id()),
        _repositories(),
        *_rate_limits(),
        GaugeMetricFamily("prmonitor_sockets", "WebSockets this web process serves.", open_socket_count()),
        _heartbeats(),
    ]


def _repositories() -> Metric:
    counted = dict(Repository.objects.order_by().values_list("status").annotate(Count("pk")))
    samples = [([status], counted.get(status, 0)) for status in Repository.Status.values]
    return gauge("prmonitor_repositories", "Repositories by status.", ["status"], samples)


def _rate_limits() -> list[Metric]:
    rows = list(RateLimit.objects.order_by("identity", "resource"))
    labels = ("identity", "resource")
    remaining = [((row.identity, row.resource), row.remaining) for row in rows]
    limit = [((row.identity, row.resource), row.limit) for row in rows]
    return [
        gauge("prmonitor_github_remaining", "Points GitHub still allows in this hour.", labels, remaining),
        gauge("prmonitor_github_limit", "Points GitHub allows in an hour.", labels, limit),
    ]


def _heartbeats() -> Metric:
    now = timezone.now()
    samples = [([row.name], round((now - row.at).total_seconds(), 3)) for row in Heartbeat.objects.order_by("name")]
    return gauge("prmonitor_heartbeat_age_seconds", "Since the last sign of life.", ["name"], samples)
