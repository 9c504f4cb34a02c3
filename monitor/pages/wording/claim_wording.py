"""Puts a claim (“I'm on it”) into words for one reader: who has claimed the review, until when, and what follows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.plain_text import plain
from monitor.rules.snapshot import parse_time
from monitor.rules.turns.turn import REVIEWER_CODES


@dataclass(frozen=True, slots=True)
class ClaimWording:
    """Who has claimed the review. `words` are for a row; `note` says what follows for the reader, if anything."""

    words: str
    until: datetime | None
    note: str
    mine: bool
    confirmed: bool

    @property
    def sentence(self) -> str:
        """The words as the beginning of a sentence that goes on with “until” and the time."""
        words = f"You{self.words.removeprefix('you')}" if self.mine else self.words
        return words if words.endswith("on it") else f"{words},"


def claim_wording_for(
    document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None, unconfirmed: Collection[str] = ()
) -> ClaimWording | None:
    """The words for a reader with the GitHub login `login` (lower case); None without a claim.

    `unconfirmed`: the logins, in lower case, that nobody has confirmed.
    """
    claimed = document["claimed"]
    if claimed is None:
        return None
    claimant = claimed["login"].lower()
    own, confirmed = claimant == login, claimant not in unconfirmed
    too = not own and bool(mine.get("turn")) and mine["turn"]["code"] in REVIEWER_CODES
    return ClaimWording(
        _words(None if own else plain(claimed["login"], 39), confirmed=confirmed, too=too),
        parse_time(claimed["until"]),
        _note(own=own, confirmed=confirmed, too=too),
        own,
        confirmed,
    )


def _words(who: str | None, *, confirmed: bool, too: bool) -> str:
    if who is None:
        return "you are on it" if confirmed else "you are on it, unconfirmed"
    # “(unconfirmed)” follows the name directly, because a narrow row cuts off the end.
    return f"{who}{'' if confirmed else ' (unconfirmed)'} is on it{' too' if too else ''}"


def _note(*, own: bool, confirmed: bool, too: bool) -> str:
    if own and not confirmed:
        return "Nobody has confirmed your GitHub login, so your team-mates stay asked."
    if too and not confirmed:
        return "But nobody has confirmed that login, so the request stays with you as well."
    return "Your own request stays with you." if too else ""
