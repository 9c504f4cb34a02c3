"""The faces of a pull request: who reviews, how each of them stands, whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.views.texts import hue_of, letters_of, plain

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
class Face:
    """One reviewer: `words` say all that shape, badge and ring say."""

    name: str
    letters: str
    hue: int
    team: bool
    you: bool
    ring: bool
    stands: str
    badge: str
    badge_icon: str
    words: str


def faces_of(document: Mapping[str, Any], login: str | None = None) -> tuple[Face, ...]:
    """Everybody asked, who reviewed or is on it, the reader (`login`, lower case) first, then those whose turn it is."""
    stands: dict[tuple[bool, str], tuple[str, str]] = {}
    for asked in document["review_requests"]:
        stands[asked["kind"] == "team", asked["name"].lower()] = (asked["name"], "waiting")
    for review in document["reviews"]:
        if review["reviewer"]:
            stands[False, review["reviewer"].lower()] = (review["reviewer"], review["state"])
    if document["claimed"]:
        stands[False, document["claimed"]["login"].lower()] = (document["claimed"]["login"], "claimed")
    turns = _turns(document)
    faces = [_face(name, team, state, login, turns) for (team, _), (name, state) in stands.items()]
    return tuple(sorted(faces, key=lambda face: (not face.you, not face.ring)))


def face_of(name: str, *, team: bool = False, you: bool = False) -> Face:
    """A face alone, without a review."""
    shown = plain(name, 100)
    spoken = "You" if you else f"team {shown}" if team else shown
    letters = "You" if you else letters_of(name)
    return Face(shown, letters, hue_of(name), team, you, False, "", "", "", spoken)


def _turns(document: Mapping[str, Any]) -> set[str]:
    return {
        str(name).lower()
        for turn in document["turn"]
        if turn.get("as") == "reviewer"
        for name in (turn.get("login"), turn.get("team"))
        if name
    }


def _face(name: str, team: bool, state: str, login: str | None, turns: set[str]) -> Face:
    bare = face_of(name, team=team, you=not team and login == name.lower())
    ring = name.lower() in turns
    badge, icon = _BADGES.get(state, ("", ""))
    words = f"{bare.words}: {_WORDS.get(state, state)}"
    if ring:
        words += ", your turn" if bare.you else ", their turn"
    return Face(bare.name, bare.letters, bare.hue, team, bare.you, ring, _WORDS.get(state, state), badge, icon, words)
