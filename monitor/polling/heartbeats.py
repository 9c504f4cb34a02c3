"""Signs of life: that an activity goes on, that it goes well, or since when it fails."""

from django.utils import timezone

from monitor.models import Heartbeat

POLL, GITHUB = "poll", "github"


def alive(name: str) -> None:
    """It goes on, with nothing to do: whether it works is no better known than before."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def well(name: str) -> None:
    """It works."""
    healthy = {"at": timezone.now(), "failing_since": None, "message": ""}
    Heartbeat.objects.update_or_create(name=name, defaults=healthy)


def failing(name: str, why: str) -> None:
    """It does not work; since when is kept from the first time on."""
    now = timezone.now()
    row, _ = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
    Heartbeat.objects.filter(pk=row.pk).update(failing_since=row.failing_since or now, message=why)
