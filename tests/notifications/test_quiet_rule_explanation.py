"""Each rule that keeps messages back, explained to the person: once holding, once not."""

from dataclasses import replace
from typing import Any

import pytest

from notifications.models import Delivery
from notifications.rules.quiet_rule_explanation import PossibleMessage, explain_quiet_rules
from notifications.rules.reach import Reach, why_not_watching, why_nothing_was_planned
from notifications.rules.suppression_rules import Situation
from tests.builders import at

TOLD = Situation(recipient="wren", by="heron", author="heron")
REACHED = Reach("acme/web", True, True, True, True, True, True)
RULES = Delivery.Rule.values

# (rule, the situation, the message, whether it holds, in which words)
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], bool, str]] = [
    ("own_action", {"by": "Wren"}, {}, True, "you asked for the review yourself"),
    ("own_action", {"author": "wren", "by": None}, {}, True, "it is your own pull request"),
    ("own_action", {}, {}, False, "it is heron who asked, not you"),
    ("own_action", {"by": None}, {}, False, "you did not ask, and it is not your pull request"),
    ("draft", {"draft": True}, {}, True, "it is a draft: the clock starts when it is ready for review"),
    ("draft", {}, {}, False, "it is not a draft"),
    ("bot", {"unattended_bots": True}, {}, True, "opened by a bot, nobody is assigned"),
    ("bot", {}, {}, False, "it is no bot's pull request that nobody is assigned to"),
    ("settled_while_waiting", {"state": "merged"}, {}, True, "the pull request is merged"),
    ("settled_while_waiting", {"pending": False, "settled": "taken", "settled_by": "finch"}, {}, True, "taken by finch"),
    ("settled_while_waiting", {"watching": False}, {"not_watching": "you do not watch it"}, True, "you do not watch it"),
    ("settled_while_waiting", {}, {}, False, "the request is open"),
    ("settled_while_waiting", {}, {"asked": False}, False, "nobody has asked you or a team of yours, so no request could end"),
    ("settled_while_waiting", {"pending": False, "settled": "enough"}, {}, False, "the approvals of others ended the request"),
    ("enough", {"pending": False, "settled": "enough"}, {}, True, "enough people approved"),
    ("enough", {}, {}, False, "the approvals of others did not end the request"),
    ("enough", {}, {"asked": False}, False, "there is no request that approvals could end"),
    ("already_told", {"already_told": True}, {"told_at": at(0)}, True, "you were told of this request on 2026-03-02"),
    ("already_told", {}, {}, False, "no message about this request was sent to you"),
    ("direct_beats_team", {"requested_directly": True}, {"team": "acme/web"}, True, "asked personally as well"),
    ("direct_beats_team", {}, {"team": "acme/web"}, False, "you are not asked personally as well"),
    ("direct_beats_team", {}, {}, False, "you are asked personally"),
    ("direct_beats_team", {}, {"asked": False}, False, "no team of yours is asked"),
    ("away", {"away": True}, {"away_until": at(0)}, True, "you are away until 2026-03-02"),
    ("away", {}, {}, False, "you are not away"),
    ("snoozed", {"snoozed": True}, {}, True, "snoozed or muted"),
    ("snoozed", {}, {}, False, "you have not snoozed or muted it"),
    ("private_repository", {"private": True, "destination_excludes_private": True}, {}, True, "the repository is private: only a direct message may tell of it"),
    ("private_repository", {"private": True}, {}, False, "the repository is private, and the message goes where that may be told"),
    ("private_repository", {}, {}, False, "the repository is public"),
]  # fmt: skip


def lines(*messages: PossibleMessage) -> dict[str, tuple[bool, str]]:
    return {line.rule: (line.holds, line.words) for line in explain_quiet_rules(RULES, messages)}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}-{row[4]}")
def test_each_rule_in_words(row: tuple[str, dict[str, Any], dict[str, Any], bool, str]) -> None:
    rule, situation, message, holds, words = row
    assert lines(PossibleMessage(replace(TOLD, **situation), **message))[rule] == (holds, words)


def test_the_table_has_each_rule_once_holding_and_once_not() -> None:
    for holds in (True, False):
        assert {row[0] for row in TABLE if row[3] is holds} == set(RULES)


def test_they_come_in_order_each_once() -> None:
    assert list(lines(PossibleMessage(TOLD))) == RULES


def test_the_open_request_counts_before_one_that_ended() -> None:
    ended = PossibleMessage(replace(TOLD, pending=False, settled="removed"))
    still_open = PossibleMessage(TOLD, team="acme/web")
    assert lines(ended)["settled_while_waiting"] == (True, "the request was withdrawn")
    assert lines(ended, still_open)["settled_while_waiting"] == (False, "the request is open")


def test_what_kept_the_last_message_back_is_said_with_its_day() -> None:
    kept_back = {"kept_back_by": "snoozed", "kept_back_because": "snoozed or muted", "kept_back_at": at(0)}
    said = lines(PossibleMessage(TOLD, **kept_back))
    assert said["snoozed"] == (True, "a message was kept back on 2026-03-02: snoozed or muted")
    assert [rule for rule, (holds, _) in said.items() if holds] == ["snoozed"]


@pytest.mark.parametrize(
    ("changed", "asked", "words"),
    [
        ({}, False, "nobody has asked you or a team of yours"),
        ({"slack_is_set_up": False}, True, "Slack is not set up here"),
        ({"active": False}, True, "your account is not active"),
        ({"sees_repository": False}, True, "you may not see acme/web"),
        ({"watches": False}, True, "you do not watch acme/web"),
        ({"wants_messages": False}, True, "you have switched messages in Slack off"),
        ({"filters_pass": False}, True, "your filters for acme/web do not let it through"),
        ({}, True, "nothing has happened since you watch acme/web that you would be told of"),
    ],
)
def test_why_nothing_was_planned(changed: dict[str, bool], asked: bool, words: str) -> None:
    assert why_nothing_was_planned(replace(REACHED, **changed), asked=asked) == words


def test_who_is_reached_watches() -> None:
    assert why_not_watching(REACHED) is None
