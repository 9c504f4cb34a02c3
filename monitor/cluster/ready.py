"""Waits for the database, its tables and the broker: on many machines nothing starts in order."""

import logging
import os
import time

from django.db import connections
from django_q.brokers import get_broker
from django_q.models import Schedule

from monitor.cluster.ticking import OUTAGE
from monitor.models import Heartbeat

logger = logging.getLogger(__name__)

_SLOWEST = 15.0


def wait_until_ready() -> None:
    """Returns once all of them answer; says once what it waits for. Ends with the process that started this one."""
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
    """What does not answer yet, in the server's words; empty when all is well."""
    try:
        Schedule.objects.exists()
        Heartbeat.objects.exists()
        get_broker().ping()
    except OUTAGE as error:
        return " ".join(str(error).split()) or type(error).__name__
    finally:
        connections.close_all()
    return ""
