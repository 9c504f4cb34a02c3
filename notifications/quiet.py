"""The quiet rules: why a message is not sent, one small function a rule."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.attention.turn import same


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides whether somebody is told of a review request. Logins are as GitHub spells them.

    `recipient` is a login, or None for a team as a whole; `by` is who asked, None when that is not known; `overheard`
    says that the message goes to a channel which is not meant to hear of `private` repositories.
    """

    recipient: str | None
    by: str | None
    author: str | None
    author_is_bot: bool = False
    draft: bool = False
    state: str = "open"
    pending: bool = True
    settled: str | None = None
    settled_by: str | None = None
    watching: bool = True
    snoozed: bool = False
    asked_directly: bool = False
    told: bool = False
    private: bool = False
    overheard: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rule that keeps a message back, and the reason in words."""

    rule: str
    reason: str


Rule = Callable[[Situation], Verdict | None]
_GONE = "settled_while_waiting"


def judge_at_once(situation: Situation) -> Verdict | None:
    """What is known to keep quiet already when the event is read: waiting would not change it, or starts the clock anew."""
    return _first((_bot, _own_action, _draft), situation)


def judge(situation: Situation) -> Verdict | None:
    """What keeps quiet now that the wait is over; None: send."""
    return _first(
        (
            *(_closed, _settled, _not_watching, _bot, _own_action),
            *(_draft, _snoozed, _direct_beats_team, _told, _private_repository),
        ),
        situation,
    )


def _first(rules: tuple[Rule, ...], situation: Situation) -> Verdict | None:
    return next((verdict for rule in rules if (verdict := rule(situation))), None)


def _closed(situation: Situation) -> Verdict | None:
    return Verdict(_GONE, f"the pull request is {situation.state}") if situation.state != "open" else None


_HOW = {"reviewed": "reviewed", "removed": "the request was withdrawn", "taken": "taken", "closed": "closed"}


def _settled(situation: Situation) -> Verdict | None:
    if situation.pending:
        return None
    how = _HOW.get(situation.settled or "removed", "settled")
    return Verdict(_GONE, f"{how} by {situation.settled_by}" if situation.settled_by else how)


def _not_watching(situation: Situation) -> Verdict | None:
    if situation.watching:
        return None
    return Verdict(_GONE, "no longer watches the repository, may no longer see it, or turned messages off")


def _bot(situation: Situation) -> Verdict | None:
    return Verdict("bot", "opened by a bot") if situation.author_is_bot else None


def _own_action(situation: Situation) -> Verdict | None:
    if same(situation.by, situation.recipient):
        return Verdict("own_action", "asked by themselves")
    if same(situation.author, situation.recipient):
        return Verdict("own_action", "it is their own pull request")
    return None


def _draft(situation: Situation) -> Verdict | None:
    return Verdict("draft", "it is a draft: the clock starts when it is ready for review") if situation.draft else None


def _snoozed(situation: Situation) -> Verdict | None:
    return Verdict("snoozed", "snoozed or muted") if situation.snoozed else None


def _direct_beats_team(situation: Situation) -> Verdict | None:
    return Verdict("direct_beats_team", "asked personally as well") if situation.asked_directly else None


def _told(situation: Situation) -> Verdict | None:
    return Verdict("already_told", "told of this request before") if situation.told else None


def _private_repository(situation: Situation) -> Verdict | None:
    if not (situation.private and situation.overheard):
        return None
    return Verdict("private_repository", "the repository is private: only a direct message may tell of it")
