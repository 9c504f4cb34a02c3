"""After each migrate: the rows that must always be there."""

from typing import Any

from django.db import connection
from django_q.models import Schedule

from monitor import leads, schedules
from monitor.models import EventSequence


def write_standing_rows(**_: Any) -> None:
    """The event sequence's only row, which never goes back, the group of team leads, and the schedules."""
    EventSequence.objects.get_or_create(pk=EventSequence.ONLY)
    leads.write_group()
    # `migrate monitor` alone may run before django-q2 has its tables.
    if Schedule._meta.db_table in connection.introspection.table_names():
        schedules.write_schedules()
