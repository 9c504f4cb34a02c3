"""Which rule suppresses a message, case by case."""

from dataclasses import replace

import pytest

from notifications.models import Delivery
from notifications.rules.suppression_rules import Situation, suppression_before_sending, suppression_when_planned

TELL = Situation(recipient="wren", by="heron", author="heron")


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({}, None),
        ({"by": None}, None),
        ({"recipient": None}, None),
        ({"recipient": None, "by": None, "author": None}, None),
        ({"by": "WREN"}, "own_action"),
        ({"author": "Wren", "by": None}, "own_action"),
        ({"unattended_bots": True}, "bot"),
        ({"draft": True}, "draft"),
        ({"state": "merged"}, "settled_while_waiting"),
        ({"state": "closed", "draft": True}, "settled_while_waiting"),
        ({"pending": False}, "settled_while_waiting"),
        ({"pending": False, "settled": "taken", "settled_by": "finch"}, "settled_while_waiting"),
        ({"pending": False, "settled": "enough", "settled_by": "finch"}, "enough"),
        ({"watching": False}, "settled_while_waiting"),
        ({"away": True}, "away"),
        ({"snoozed": True}, "snoozed"),
        ({"requested_directly": True}, "direct_beats_team"),
        ({"already_told": True}, "already_told"),
        ({"private": True, "destination_excludes_private": True}, "private_repository"),
    ],
)
def test_what_keeps_a_message_back(changed, rule):
    suppression = suppression_before_sending(replace(TELL, **changed))
    assert (suppression and suppression.rule) == rule
    if suppression:
        assert suppression.rule in Delivery.Rule.values
        assert suppression.reason


def test_the_log_knows_no_rule_that_nothing_keeps_to():
    reasons = [{"by": "WREN"}, {"unattended_bots": True}, {"draft": True}, {"pending": False}, {"snoozed": True}]
    reasons += [
        {"requested_directly": True},
        {"already_told": True},
        {"away": True},
        {"pending": False, "settled": "enough"},
        {"private": True, "destination_excludes_private": True},
    ]
    assert {
        suppression.rule for changed in reasons if (suppression := suppression_before_sending(replace(TELL, **changed)))
    } == {*Delivery.Rule.values}


@pytest.mark.parametrize(
    "changed", [{"state": "merged"}, {"pending": False}, {"snoozed": True}, {"already_told": True}]
)
def test_what_may_pass_is_not_judged_before_the_wait(changed):
    assert suppression_when_planned(replace(TELL, **changed)) is None


@pytest.mark.parametrize(
    ("settled", "by", "words"),
    [
        ("reviewed", "wren", "reviewed by wren"),
        ("removed", None, "the request was withdrawn"),
        ("taken", "finch", "taken by finch"),
        ("closed", "heron", "closed by heron"),
        ("enough", "heron", "enough people approved"),
        (None, None, "the request was withdrawn"),
    ],
)
def test_how_it_was_settled_is_said(settled, by, words):
    suppression = suppression_before_sending(replace(TELL, pending=False, settled=settled, settled_by=by))
    assert suppression is not None
    assert suppression.reason == words
