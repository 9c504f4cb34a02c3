"""Explains to one person each rule by which a pull request is their turn, or waits, and why each other rule does not.

Called by `queries/turn_explanations`. The words say “you” to that person, as the reasons of turns do. Depends on no
setting.
"""

from collections.abc import Collection
from typing import get_args

from monitor.rules.logins import same_login
from monitor.rules.turn_explanation.author_turns import why_no_author_turn
from monitor.rules.turn_explanation.facts import RuleExplanation, TurnFacts
from monitor.rules.turn_explanation.phrases import NOT_WORKED_OUT, nobodys_turn
from monitor.rules.turn_explanation.reviewer_turns import why_no_reviewer_turn
from monitor.rules.turn_explanation.waits import why_no_wait
from monitor.rules.turns import TurnCode, WaitCode
from monitor.rules.turns.turn import REVIEWER_CODES

__all__ = ["NOT_WORKED_OUT", "RuleExplanation", "TurnFacts", "explain_turns", "explain_waits"]

TURN_CODES: tuple[TurnCode, ...] = get_args(TurnCode)
WAIT_CODES: tuple[WaitCode, ...] = get_args(WaitCode)


def explain_turns(facts: TurnFacts, login: str | None, teams: Collection[str] = ()) -> list[RuleExplanation]:
    """One line for each turn code: it holds if it is the person's turn for this reason; its words are that reason.

    `login` and `teams` (`org/slug`) are in lower case; `login` is None if it is not known.
    """
    reasons = {turn.code: turn.reason for turn in reversed(facts.turns) if same_login(turn.login, login)}
    return [
        RuleExplanation(code, True, reasons[code])
        if code in reasons
        else RuleExplanation(code, False, _why_not(code, facts, login, teams))
        for code in TURN_CODES
    ]


def explain_waits(facts: TurnFacts) -> list[RuleExplanation]:
    """One line for each code of `waits_for`: it holds if the pull request waits for this; its words are the reason."""
    waits_for = facts.wait
    return [
        RuleExplanation(code, True, waits_for.reason)
        if waits_for is not None and waits_for.code == code
        else RuleExplanation(code, False, why_no_wait(code, facts))
        for code in WAIT_CODES
    ]


def _why_not(code: TurnCode, facts: TurnFacts, login: str | None, teams: Collection[str]) -> str:
    nobody = nobodys_turn(facts)
    if nobody is not None:
        return nobody
    if code not in REVIEWER_CODES:
        return why_no_author_turn(code, facts)
    if login is None:
        return "your GitHub login is not known here"
    return why_no_reviewer_turn(code, facts, login, teams)
