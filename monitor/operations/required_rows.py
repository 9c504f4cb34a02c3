"""Writes the rows that must always exist; runs after each `migrate`."""

from typing import Any

from django.db import connection
from django_q.models import Schedule

from monitor.accounts import team_leads
from monitor.background import schedules
from monitor.models import EventSequence


def write_required_rows(**_: Any) -> None:
    """Writes the one row of the event sequence, the group of team leads, and the schedules, where they are missing."""
    # `migrate <app>` of a single app may run before the other app has its tables.
    tables = connection.introspection.table_names()
    if EventSequence._meta.db_table in tables:
        EventSequence.objects.get_or_create(pk=EventSequence.ONLY)
        team_leads.write_group()
    if Schedule._meta.db_table in tables:
        schedules.write_schedules()
