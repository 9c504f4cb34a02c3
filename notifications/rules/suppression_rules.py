"""Decides which deliveries are suppressed, and why: one function per rule."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.rules.logins import same_login


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts by which the rules judge one delivery about one review request.

    `recipient` is a login, or None for a team as a whole. `by` is who requested the review, None if that is not known.
    `of_absence`: the message tells the author that whoever is asked is away; `back`: they are away no longer.
    `unattended_bots`: a bot opened the pull request, and no person is assigned. `pending`: the request is open; else `settled` and `settled_by` state how it ended. `destination_excludes_private`:
    the message goes to a channel that gets nothing about `private` repositories.
    """

    recipient: str | None
    by: str | None
    author: str | None
    of_absence: bool = False
    back: bool = False
    unattended_bots: bool = False
    draft: bool = False
    state: str = "open"
    pending: bool = True
    settled: str | None = None
    settled_by: str | None = None
    watching: bool = True
    away: bool = False
    snoozed: bool = False
    requested_directly: bool = False
    already_told: bool = False
    private: bool = False
    destination_excludes_private: bool = False


@dataclass(frozen=True, slots=True)
class Suppression:
    """The rule that suppresses a delivery (a value of `Delivery.Rule`), and the reason that people read."""

    rule: str
    reason: str


Rule = Callable[[Situation], Suppression | None]
_SETTLED_WHILE_WAITING = "settled_while_waiting"


def suppression_when_planned(situation: Situation) -> Suppression | None:
    """The suppression that is certain when the event is read: the delay cannot end it, or a new event plans anew."""
    return _first((_bot, _own_action, _draft), situation)


def suppression_before_sending(situation: Situation) -> Suppression | None:
    """The suppression by the facts after the delay: the first rule that applies. None: the message is sent."""
    return next(iter(all_suppressions(situation)), None)


def all_suppressions(situation: Situation) -> list[Suppression]:
    """What every rule that applies says, by the facts after the delay; the first one counts."""
    rules = (
        *(_closed, _settled, _back, _not_watching, _bot, _own_action),
        *(_draft, _away, _snoozed, _direct_beats_team, _already_told, _private_repository),
    )
    return [suppression for rule in rules if (suppression := rule(situation))]


def _first(rules: tuple[Rule, ...], situation: Situation) -> Suppression | None:
    return next((suppression for rule in rules if (suppression := rule(situation))), None)


def _closed(situation: Situation) -> Suppression | None:
    return (
        Suppression(_SETTLED_WHILE_WAITING, f"the pull request is {situation.state}")
        if situation.state != "open"
        else None
    )


_SETTLED_WORDS = {"reviewed": "reviewed", "removed": "the request was withdrawn", "taken": "taken", "closed": "closed"}


def _settled(situation: Situation) -> Suppression | None:
    if situation.pending:
        return None
    if situation.settled == "enough":
        return Suppression("enough", "enough people approved")
    how = _SETTLED_WORDS.get(situation.settled or "removed", "settled")
    return Suppression(_SETTLED_WHILE_WAITING, f"{how} by {situation.settled_by}" if situation.settled_by else how)


def _back(situation: Situation) -> Suppression | None:
    return Suppression(_SETTLED_WHILE_WAITING, "whoever is asked is back") if situation.back else None


def _not_watching(situation: Situation) -> Suppression | None:
    if situation.watching:
        return None
    return Suppression(
        _SETTLED_WHILE_WAITING, "no longer watches the repository, may no longer see it, or turned messages off"
    )


def _bot(situation: Situation) -> Suppression | None:
    return Suppression("bot", "opened by a bot, nobody is assigned") if situation.unattended_bots else None


def _own_action(situation: Situation) -> Suppression | None:
    if situation.of_absence:
        return None  # whoever asked needs the answer
    if same_login(situation.by, situation.recipient):
        return Suppression("own_action", "asked by themselves")
    if same_login(situation.author, situation.recipient):
        return Suppression("own_action", "it is their own pull request")
    return None


def _draft(situation: Situation) -> Suppression | None:
    return (
        Suppression("draft", "it is a draft: the clock starts when it is ready for review") if situation.draft else None
    )


def _away(situation: Situation) -> Suppression | None:
    return Suppression("away", "they are away") if situation.away else None


def _snoozed(situation: Situation) -> Suppression | None:
    return Suppression("snoozed", "snoozed or muted") if situation.snoozed else None


def _direct_beats_team(situation: Situation) -> Suppression | None:
    return Suppression("direct_beats_team", "asked personally as well") if situation.requested_directly else None


def _already_told(situation: Situation) -> Suppression | None:
    return Suppression("already_told", "told of this request before") if situation.already_told else None


def _private_repository(situation: Situation) -> Suppression | None:
    if not (situation.private and situation.destination_excludes_private):
        return None
    return Suppression("private_repository", "the repository is private: only a direct message may tell of it")
