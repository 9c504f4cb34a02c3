"""The system checks of the Slack settings."""

import pytest
from django.core.checks import run_checks

from tests.fixtures_slack import Slack


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"SLACK_WEBHOOK_URL": "https://hooks.example.org/1"}, []),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}, []),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["notifications.W001"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_WEBHOOK_URL": "https://hooks.example.org/1"}, []),
        ({"SLACK_CHANNEL": "C1"}, ["notifications.W002"]),
    ],
)
def test_settings_that_leave_people_untold_are_named(slack: Slack, settings, given, found):
    for name, value in given.items():
        setattr(settings, name, value)
    assert [check.id for check in run_checks(tags=["slack"])] == found
