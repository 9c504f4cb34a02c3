"""The metrics of deliveries for Prometheus."""

from django.db.models import Count
from prometheus_client import Metric

from monitor.operations.metrics import gauge
from notifications.models import Delivery


def families() -> list[Metric]:
    """Deliveries by state: one query."""
    counted = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    samples = [([state], counted.get(state, 0)) for state in Delivery.State.values]
    return [gauge("prmonitor_deliveries", "Deliveries by state.", ["state"], samples)]
