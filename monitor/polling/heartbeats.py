"""Records heartbeats of an activity: that it runs, that it works, or since when it fails."""

from django.utils import timezone

from monitor.models import Heartbeat

POLL, GITHUB = "poll", "github"


def record_alive(name: str) -> None:
    """The activity runs but has nothing to do: this does not show whether it works."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def record_success(name: str) -> None:
    """The activity works."""
    healthy = {"at": timezone.now(), "failing_since": None, "message": ""}
    Heartbeat.objects.update_or_create(name=name, defaults=healthy)


def record_failure(name: str, why: str) -> None:
    """The activity fails. `failing_since` keeps the time of the first failure."""
    now = timezone.now()
    row, _ = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.filter(pk=row.pk).update(failing_since=row.failing_since or now, message=why)
