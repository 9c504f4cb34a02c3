"""The avatars of a pull request's reviewers: who reviews, the state of each review, and whose turn it is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from monitor.pages.wording.plain_text import plain

HUES = 24

_WORDS = {
    "approved": "approved",
    "changes_requested": "changes requested",
    "commented": "commented",
    "dismissed": "review dismissed",
    "waiting": "not reviewed yet",
    "claimed": "on it",
}
_BADGES = {
    "approved": ("a", "check"),
    "changes_requested": ("c", "x"),
    "commented": ("", "comment"),
    "dismissed": ("", "off"),
    "waiting": ("w", "clock"),
    "claimed": ("w", "claim"),
}


@dataclass(frozen=True, slots=True)
class Avatar:
    """One reviewer. `words`, the text for screen readers, say everything that shape, badge and ring show."""

    name: str
    initials: str
    hue: int
    team: bool
    you: bool
    has_turn: bool
    review_state: str
    badge: str
    badge_icon: str
    words: str

    @property
    def classes(self) -> str:
        """The CSS classes for colour, shape and ring."""
        marks = {"team": self.team, "turn-ring": self.has_turn, "me-face": self.you}
        return " ".join([f"h{self.hue}", *(name for name, shown in marks.items() if shown)])


def avatars_of(document: Mapping[str, Any], login: str | None = None) -> tuple[Avatar, ...]:
    """Everybody who was asked, has reviewed or has claimed the review.

    The reader (`login`, in lower case) comes first, then those whose turn it is.
    """
    states: dict[tuple[bool, str], tuple[str, str]] = {}
    for request in document["review_requests"]:
        states[request["kind"] == "team", request["name"].lower()] = (request["name"], "waiting")
    for review in document["reviews"]:
        if review["reviewer"]:
            states[False, review["reviewer"].lower()] = (review["reviewer"], review["state"])
    if document["claimed"]:
        states[False, document["claimed"]["login"].lower()] = (document["claimed"]["login"], "claimed")
    turns = _reviewers_with_turn(document)
    avatars = [
        _avatar_with_state(name, team, state, not team and key == login, key in turns)
        for (team, key), (name, state) in states.items()
    ]
    return tuple(sorted(avatars, key=lambda avatar: (not avatar.you, not avatar.has_turn)))


@lru_cache(4096)
def avatar_of(name: str, *, team: bool = False, you: bool = False) -> Avatar:
    """The avatar of a user or team by name, without a review."""
    shown = plain(name, 100)
    spoken = "You" if you else f"team {shown}" if team else shown
    initials = "You" if you else initials_of(name)
    return Avatar(shown, initials, hue_of(name), team, you, False, "", "", "", spoken)


def hue_of(name: str) -> int:
    """The number of a hue, from 0 to `HUES` - 1; the same for a name on every page and every machine."""
    return hashlib.blake2b(name.lower().encode(errors="replace"), digest_size=2).digest()[0] % HUES


def initials_of(name: str) -> str:
    """The two letters in an avatar; “?” for a name without letters and digits."""
    letters = [letter for letter in name.rpartition("/")[2] if letter.isalnum()]
    return "".join(letters[:2]).capitalize() or "?"


def _reviewers_with_turn(document: Mapping[str, Any]) -> set[str]:
    return {
        str(name).lower()
        for turn in document["turn"]
        if turn.get("as") == "reviewer"
        for name in (turn.get("login"), turn.get("team"))
        if name
    }


@lru_cache(4096)
def _avatar_with_state(name: str, team: bool, state: str, you: bool, has_turn: bool) -> Avatar:
    bare = avatar_of(name, team=team, you=you)
    badge, icon = _BADGES.get(state, ("", ""))
    words = f"{bare.words}: {_WORDS.get(state, state)}"
    if has_turn:
        words += ", your turn" if bare.you else ", their turn"
    return Avatar(
        bare.name, bare.initials, bare.hue, team, bare.you, has_turn, _WORDS.get(state, state), badge, icon, words
    )
