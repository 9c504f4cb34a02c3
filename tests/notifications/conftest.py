"""Fixtures for the tests of messages: the story, and a deliverer that is due in an hour."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from notifications.operations import schedules
from tests.notifications.story import Story


@pytest.fixture
def story(db: None) -> Story:
    return Story()


@pytest.fixture
def in_an_hour(db: None) -> None:
    Schedule.objects.filter(name=schedules.DELIVER).update(next_run=timezone.now() + timedelta(hours=1))
