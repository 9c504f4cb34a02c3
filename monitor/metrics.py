"""Numbers for Prometheus, in its text format; the families that are about looking at GitHub and about sockets.

The numbers are the database's, counted when they are asked for: however many processes answer, they answer the same.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.utils import timezone
from prometheus_client import Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from monitor import queries
from monitor.live.running import sockets_open
from monitor.models import Heartbeat, RateLimit, Repository

__all__ = ["CONTENT_TYPE", "exposition", "families", "gauge"]


class _Counted(Collector):
    """Families that are there already, the way prometheus_client wants to be handed them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(families: Iterable[Metric]) -> bytes:
    """The whole page, as `CONTENT_TYPE` says; nothing of this process's own, as the client's default registry has it."""
    return generate_latest(_Counted(families))


def gauge(name: str, meaning: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]) -> Metric:
    """A family of numbers that go up and down: each sample has the values of `labels`, in their order."""
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def families() -> list[Metric]:
    """Events, repositories, what GitHub still allows, signs of life, and the sockets of this process: four queries."""
    return [
        CounterMetricFamily("prmonitor_events_total", "Events recorded.", queries.head()),
        _repositories(),
        *_allowance(),
        GaugeMetricFamily("prmonitor_sockets", "WebSockets this web process serves.", sockets_open()),
        _heartbeats(),
    ]


def _repositories() -> Metric:
    counted = dict(Repository.objects.order_by().values_list("status").annotate(Count("pk")))
    samples = [([status], counted.get(status, 0)) for status in Repository.Status.values]
    return gauge("prmonitor_repositories", "Repositories by status.", ["status"], samples)


def _allowance() -> list[Metric]:
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
