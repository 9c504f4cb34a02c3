"""Explains to one person each rule that keeps messages back: whether it would now, or did, and why or why not.

The words say “you” to that person. Called by `explanation/why`. Depends on no setting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.rules.logins import same_login
from monitor.rules.turn_explanation import RuleExplanation
from notifications.rules.suppression_rules import Situation, all_suppressions


@dataclass(frozen=True, slots=True)
class PossibleMessage:
    """The message about one request to the person or to a `team` of theirs: the last one, or the one there would be.

    `asked` is False if there is no such request, and `situation` is that of a request that were made now. `told_at`:
    when the last message was sent. `kept_back_by`: the rule that suppressed the last message, at `kept_back_at`.
    `not_watching`: why they count as not watching. `away_until`: when they are back.
    """

    situation: Situation
    team: str = ""
    asked: bool = True
    told_at: datetime | None = None
    kept_back_by: str = ""
    kept_back_because: str = ""
    kept_back_at: datetime | None = None
    not_watching: str | None = None
    away_until: datetime | None = None


def explain_quiet_rules(rules: Sequence[str], messages: Sequence[PossibleMessage]) -> list[RuleExplanation]:
    """One line for each of `rules`. It holds if it would suppress one of the messages now, or suppressed the last one.

    `messages` has one at least. Those about open requests count; the others only if no request is open.
    """
    current = [message for message in messages if message.asked and message.situation.pending] or list(messages)
    return [_explain(rule, current, messages) for rule in rules]


def _explain(rule: str, current: Sequence[PossibleMessage], messages: Sequence[PossibleMessage]) -> RuleExplanation:
    for message in current:
        reasons = [found.reason for found in all_suppressions(message.situation) if found.rule == rule]
        if reasons:
            return RuleExplanation(rule, True, _worded(rule, message, reasons[0]))
    for message in messages:
        if message.kept_back_by == rule:
            return RuleExplanation(rule, True, f"a message was kept back{_on(message)}: {message.kept_back_because}")
    return RuleExplanation(rule, False, _WHY_NOT[rule](current[0]))


def _worded(rule: str, message: PossibleMessage, reason: str) -> str:
    """Why it holds. `reason` is what the log of deliveries would say, which does not speak to the person."""
    situation = message.situation
    if rule == "own_action":
        asked = same_login(situation.by, situation.recipient)
        return "you asked for the review yourself" if asked else "it is your own pull request"
    if rule == "away":
        return f"you are away until {message.away_until.astimezone(UTC):%Y-%m-%d}" if message.away_until else reason
    if rule == "already_told":
        return f"you were told of this request{_day(message.told_at)}"
    if rule == "settled_while_waiting" and situation.state == "open" and situation.pending:
        return message.not_watching or reason
    return reason


def _on(message: PossibleMessage) -> str:
    return _day(message.kept_back_at)


def _day(moment: datetime | None) -> str:
    return f" on {moment.astimezone(UTC):%Y-%m-%d}" if moment else " before"


def _own_action(message: PossibleMessage) -> str:
    by = message.situation.by
    return f"it is {by} who asked, not you" if by else "you did not ask, and it is not your pull request"


def _settled(message: PossibleMessage) -> str:
    if not message.asked:
        return "nobody has asked you or a team of yours, so no request could end"
    return "the request is open" if message.situation.pending else "the approvals of others ended the request"


def _enough(message: PossibleMessage) -> str:
    if not message.asked:
        return "there is no request that approvals could end"
    return "the approvals of others did not end the request"


def _direct_beats_team(message: PossibleMessage) -> str:
    if not message.asked:
        return "no team of yours is asked"
    return "you are not asked personally as well" if message.team else "you are asked personally"


def _private(message: PossibleMessage) -> str:
    if not message.situation.private:
        return "the repository is public"
    return "the repository is private, and the message goes where that may be told"


_WHY_NOT: dict[str, Callable[[PossibleMessage], str]] = {
    "own_action": _own_action,
    "draft": lambda _: "it is not a draft",
    "bot": lambda _: "it is no bot's pull request that nobody is assigned to",
    "settled_while_waiting": _settled,
    "enough": _enough,
    "already_told": lambda _: "no message about this request was sent to you",
    "direct_beats_team": _direct_beats_team,
    "away": lambda _: "you are not away",
    "snoozed": lambda _: "you have not snoozed or muted it",
    "private_repository": _private,
}
