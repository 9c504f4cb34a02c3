"""What one row of a list shows: verb, reason and facts, from a pull request's document and what is the reader's own."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.attention.turn import ON_IT
from monitor.search.vocabulary import size_of
from monitor.snapshot import moment
from monitor.views.chips import Chip, chip_of
from monitor.views.claims import on_it
from monitor.views.faces import Face, faces_of
from monitor.views.parting import Parting, place_of, seconds_of
from monitor.views.texts import color_of, plain
from monitor.views.words import fresh_words

LABELS_SHOWN = 2
FACES_SHOWN = 3
TITLE_SHOWN = 160


Order = tuple[int, int, str, int]  # the rank in its group, then the newest update, then repository and number


@dataclass(frozen=True, slots=True)
class Label:
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class Row:
    """Everything the row's template prints; times are aware."""

    id: str
    address: str
    url: str
    repository: str
    number: int
    title: str
    author: str
    state: str
    state_icon: str
    state_tone: str
    chip: Chip
    reason: str
    reason_icon: str
    claim: str
    kinds: tuple[str, ...]
    labels: tuple[Label, ...]
    faces: tuple[Face, ...]
    more_faces: int
    ci: str
    conflicting: bool
    size: str
    size_words: str
    since: datetime
    since_words: str
    waited: str
    group: str
    order: Order
    updated: str
    fresh: str

    @property
    def version(self) -> str:
        """The same as long as the row shows the same; how long things have lasted, and what just changed, aside."""
        shown = repr(replace(self, waited="", fresh=""))
        return hashlib.blake2b(shown.encode(errors="replace"), digest_size=6).hexdigest()


_STATES: dict[str, tuple[str, str, str]] = {
    "open": ("Open", "pr", "ok"),
    "merged": ("Merged", "merge", "merged"),
    "closed": ("Closed", "closed", "t3"),
}
_ROLES: dict[str, tuple[str, str]] = {
    "review_requested": ("your review is requested", "person"),
    "team_requested": ("your team’s review is requested", "people"),
    "author": ("yours", ""),
    "assigned": ("assigned to you", "person"),
    "code_owner": ("you own code it changes", "owner"),
    "reviewed": ("you took part", "comment"),
}


def row_of(
    document: Mapping[str, Any],
    mine: Mapping[str, Any],
    login: str | None = None,
    kinds: Sequence[str] = (),
    parting: Parting = "turn",
    waited: str = "",
    unconfirmed: Collection[str] = (),
) -> Row:
    """The row of one pull request for a reader known on GitHub as `login` (lower case).

    `kinds` just changed; `waited` is how long somebody's turn has lasted, in their working time; nobody vouches for the
    logins that are `unconfirmed`.
    """
    name, number = str(document["repository"]), int(document["number"])
    state, icon, tone = _state(document)
    reason, reason_icon = _reason(document, mine)
    claim = on_it(document, mine, login, unconfirmed)
    if claim and reason == ON_IT:
        reason, reason_icon, claim = claim.words, "claim", None
    since, since_words = _since(document, mine)
    times = _times(document, since)
    group, rank = place_of(document, mine, times, parting)
    faces = faces_of(document, login)
    author = document.get("author")
    return Row(
        id=row_id(name, number),
        address=f"/pull-requests/{name}/{number}",
        url=str(document["url"]),
        repository=name,
        number=number,
        title=plain(document["title"], TITLE_SHOWN) or "(no title)",
        author="you" if login and author and author.lower() == login else plain(author) or "a deleted account",
        state=state,
        state_icon=icon,
        state_tone=tone,
        chip=chip_of(document, mine),
        reason=plain(reason),
        reason_icon=reason_icon,
        claim=claim.words if claim else "",
        kinds=_kinds(mine),
        labels=labels_of(document)[:LABELS_SHOWN],
        faces=faces[:FACES_SHOWN],
        more_faces=max(0, len(faces) - FACES_SHOWN),
        ci=str(document["ci"]),
        conflicting=document["mergeable"] == "conflicting",
        size=size_of(int(document["additions"]) + int(document["deletions"])).upper(),
        size_words=f"+{document['additions']} −{document['deletions']}",
        since=since,
        since_words=since_words,
        waited=waited,
        group=group,
        order=(rank, -seconds_of(times["updated"]), name.lower(), number),
        updated=str(document["updated_at"]),
        fresh=fresh_words(kinds, document),
    )


def labels_of(document: Mapping[str, Any]) -> tuple[Label, ...]:
    """All its labels, fit for a page."""
    return tuple(Label(plain(one["name"], 50), color_of(one["color"])) for one in document["labels"])


def row_id(repository: str, number: int) -> str:
    """The element's id: `pr-{owner}/{name}/{number}`; names hold no slash, so no two rows share one."""
    return f"pr-{repository}/{number}"


def _state(document: Mapping[str, Any]) -> tuple[str, str, str]:
    if document["draft"] and document["state"] == "open":
        return "Draft", "draft", "t3"
    return _STATES[document["state"]]


def _reason(document: Mapping[str, Any], mine: Mapping[str, Any]) -> tuple[str, str]:
    roles = mine.get("roles", ())
    asked = next(
        (_ROLES[role][1] for role in ("review_requested", "team_requested", "code_owner") if role in roles), ""
    )
    if mine.get("turn"):
        return mine["turn"]["reason"], asked
    if document["turn"]:
        return document["turn"][0]["reason"], ""
    return next((words for role, words in _ROLES.items() if role in roles), ("", ""))


def _kinds(mine: Mapping[str, Any]) -> tuple[str, ...]:
    roles = mine.get("roles", ())
    return ("code owner",) if "code_owner" in roles and len(roles) > 1 else ()


def _since(document: Mapping[str, Any], mine: Mapping[str, Any]) -> tuple[datetime, str]:
    for turn, words in ((mine.get("turn"), "your turn"), (next(iter(document["turn"]), None), "their turn")):
        if turn:
            return moment(turn["since"]), words
    if document["state"] == "merged" and document["merged_at"]:
        return moment(document["merged_at"]), "since the merge"
    return moment(document["updated_at"]), "since an update"


def _times(document: Mapping[str, Any], since: datetime) -> dict[str, datetime | None]:
    turns = [moment(turn["since"]) for turn in document["turn"]]
    return {
        "since": since,
        "updated": moment(document["updated_at"]),
        "created": moment(document["created_at"]),
        "turn": min(turns, default=None),
    }
