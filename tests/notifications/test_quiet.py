"""The quiet rules, case by case."""

from dataclasses import replace

import pytest

from notifications.models import Delivery
from notifications.quiet import Situation, judge, judge_at_once

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
        ({"author_is_bot": True}, "bot"),
        ({"draft": True}, "draft"),
        ({"state": "merged"}, "settled_while_waiting"),
        ({"state": "closed", "draft": True}, "settled_while_waiting"),
        ({"pending": False}, "settled_while_waiting"),
        ({"pending": False, "settled": "taken", "settled_by": "finch"}, "settled_while_waiting"),
        ({"watching": False}, "settled_while_waiting"),
        ({"snoozed": True}, "snoozed"),
        ({"asked_directly": True}, "direct_beats_team"),
        ({"told": True}, "already_told"),
        ({"private": True, "overheard": True}, "private_repository"),
    ],
)
def test_what_keeps_a_message_back(changed, rule):
    verdict = judge(replace(TELL, **changed))
    assert (verdict and verdict.rule) == rule
    if verdict:
        assert verdict.rule in Delivery.Rule.values
        assert verdict.reason


def test_the_log_knows_no_rule_that_nothing_keeps_to():
    reasons = [{"by": "WREN"}, {"author_is_bot": True}, {"draft": True}, {"pending": False}, {"snoozed": True}]
    reasons += [{"asked_directly": True}, {"told": True}, {"private": True, "overheard": True}]
    assert {verdict.rule for changed in reasons if (verdict := judge(replace(TELL, **changed)))} == {
        *Delivery.Rule.values
    }


@pytest.mark.parametrize("changed", [{"state": "merged"}, {"pending": False}, {"snoozed": True}, {"told": True}])
def test_what_may_pass_is_not_judged_before_the_wait(changed):
    assert judge_at_once(replace(TELL, **changed)) is None


@pytest.mark.parametrize(
    ("settled", "by", "words"),
    [
        ("reviewed", "wren", "reviewed by wren"),
        ("removed", None, "the request was withdrawn"),
        ("taken", "finch", "taken by finch"),
        ("closed", "heron", "closed by heron"),
        (None, None, "the request was withdrawn"),
    ],
)
def test_how_it_was_settled_is_said(settled, by, words):
    verdict = judge(replace(TELL, pending=False, settled=settled, settled_by=by))
    assert verdict is not None
    assert verdict.reason == words
