"""Numbers for Prometheus, in its text format; the families that are about looking at GitHub and about sockets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils import timezone

from monitor import queries
from monitor.live.running import sockets_open
from monitor.models import Heartbeat, RateLimit, Repository

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: what it is called and means, and its samples, each with its labels.

    https://prometheus.io/docs/instrumenting/exposition_formats/
    """

    name: str
    help: str
    samples: list[tuple[Labels, float]] = field(default_factory=list)
    kind: str = "gauge"

    def lines(self) -> Iterator[str]:
        """The text of this family, without the line ends."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            named = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield f"{self.name}{{{named}}} {value}" if named else f"{self.name} {value}"


def exposition(families: Iterable[Family]) -> str:
    """The whole page."""
    return "".join(f"{line}\n" for family in families for line in family.lines())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def families() -> list[Family]:
    """Events, repositories, what GitHub still allows, signs of life, and the sockets of this process: four queries."""
    return [
        Family("prmonitor_events_total", "Events recorded.", [({}, queries.head())], "counter"),
        Family("prmonitor_repositories", "Repositories by status.", _repositories()),
        *_allowance(),
        Family("prmonitor_sockets", "WebSockets this web process serves.", [({}, sockets_open())]),
        Family("prmonitor_heartbeat_age_seconds", "Since the last sign of life.", _heartbeats()),
    ]


def _repositories() -> list[tuple[Labels, float]]:
    counted = dict(Repository.objects.order_by().values_list("status").annotate(Count("pk")))
    return [({"status": status}, counted.get(status, 0)) for status in Repository.Status.values]


def _allowance() -> list[Family]:
    rows = list(RateLimit.objects.order_by("identity", "resource"))
    remaining: list[tuple[Labels, float]] = []
    limit: list[tuple[Labels, float]] = []
    for row in rows:
        labels = {"identity": row.identity, "resource": row.resource}
        remaining.append((labels, row.remaining))
        limit.append((labels, row.limit))
    return [
        Family("prmonitor_github_remaining", "Points GitHub still allows in this hour.", remaining),
        Family("prmonitor_github_limit", "Points GitHub allows in an hour.", limit),
    ]


def _heartbeats() -> list[tuple[Labels, float]]:
    now = timezone.now()
    rows = Heartbeat.objects.order_by("name")
    return [({"name": row.name}, round((now - row.at).total_seconds(), 3)) for row in rows]
