"""Waits for the database, its migrations and the broker: on several machines, the services start in any order."""

import logging
import os
import time

from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django_q.brokers import get_broker

from monitor.runtime.cluster.main_loop import OUTAGE

logger = logging.getLogger(__name__)

_SLOWEST = 15.0


def wait_until_ready() -> None:
    """Waits until all of them answer; logs once what it waits for. Exits when the parent process ends."""
    parent, delay, said = os.getppid(), 0.5, ""
    while problem := _problem():
        if problem != said:
            logger.warning("waiting: %s", problem)
        said = problem
        time.sleep(delay)
        delay = min(delay * 2, _SLOWEST)
        if os.getppid() != parent:
            raise SystemExit(1)
    if said:
        logger.warning("everything answers")


def _problem() -> str:
    """The error of what does not answer yet; empty when everything answers."""
    try:
        if _migrations_are_missing():
            return "the database is not migrated (`manage.py migrate`)"
        get_broker().ping()
    except OUTAGE as error:
        return " ".join(str(error).split()) or type(error).__name__
    finally:
        connections.close_all()
    return ""


def _migrations_are_missing() -> bool:
    """Whether `manage.py migrate` has something to do. While it runs, some tables exist and others do not yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
