"""Numbers for Prometheus about what was told to whom."""

from django.db.models import Count

from monitor.metrics import Family, Labels
from notifications.models import Delivery


def families() -> list[Family]:
    """Deliveries by state: one query."""
    counted = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    samples: list[tuple[Labels, float]] = [({"state": state}, counted.get(state, 0)) for state in Delivery.State.values]
    return [Family("prmonitor_deliveries", "Deliveries by state.", samples)]
