"""Builds one row of a list from the document of a pull request and what is the reader's own: roles, turn and snooze."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from monitor.pages.lists.grouping import Grouping, as_rank, group_and_rank
from monitor.pages.lists.turn_cell import TurnCell, turn_cell_of
from monitor.pages.lists.waiting_time import WaitingTime
from monitor.pages.wording.avatars import Avatar, avatars_of
from monitor.pages.wording.change_wording import just_changed_words
from monitor.pages.wording.claim_wording import claim_wording_for
from monitor.pages.wording.plain_text import label_color, plain
from monitor.pages.wording.stack_wording import ShownStack, stack_in_row, stack_steps
from monitor.pages.wording.wait_wording import WaitWording, wait_wording_for
from monitor.rules.search.vocabulary import size_of
from monitor.rules.snapshot import parse_time
from monitor.rules.stack_order import StackMember
from monitor.rules.turns.turn import ON_IT

MAX_LABELS = 2
MAX_AVATARS = 3
MAX_TITLE_LENGTH = 160
NOBODY_WAITS = WaitingTime()

SortKey = tuple[int, int, str, int]  # rank in the group; newest update first; repository; number


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A label as pages show it: its name as plain text, its colour as `#rrggbb`."""

    name: str
    color: str


@dataclass(frozen=True, slots=True)
class RowContext:
    """What a row shows beyond the document and what is the reader's own.

    `changed_kinds`: the kinds of change that have just happened. `waiting_time`: how long somebody's turn has lasted.
    `unconfirmed`: the logins (lower case) of claims that nobody has confirmed. `urgency`: the rank of the reader's turn,
    and why it would be the next best. `stack`: all pull requests of its stack. `unread_since`: since when GitHub fails on
    this pull request.
    """

    changed_kinds: Sequence[str] = ()
    grouping: Grouping = "turn"
    waiting_time: WaitingTime = NOBODY_WAITS
    unconfirmed: Collection[str] = ()
    urgency: tuple[int, str] | None = None
    stack: Sequence[StackMember] = ()
    unread_since: datetime | None = None


NO_CONTEXT = RowContext()


@dataclass(frozen=True, slots=True)
class Row:
    """All values that the template of a row shows. Times have a time zone.

    `below`: the number of the pull request that this one is stacked on; if it `waits_below`, the reason ends with it.
    """

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
    turn_cell: TurnCell
    reason: str
    reason_icon: str
    claim: str
    below: int | None
    below_address: str
    waits_below: bool
    stack: ShownStack
    role_labels: tuple[str, ...]
    marks: tuple[str, ...]
    labels: tuple[ShownLabel, ...]
    avatars: tuple[Avatar, ...]
    more_avatars: int
    ci: str
    conflicting: bool
    size: str
    size_words: str
    since: datetime
    since_words: str
    waited: str
    away_until: datetime | None
    next_best: str
    unread_since: datetime | None
    group: str
    order: SortKey
    updated: str
    just_changed: str

    @property
    def version(self) -> str:
        """A hash of what the row shows, without what time alone changes, and `just_changed`. The page's script fetches changed rows."""
        shown = repr(replace(self, waited="", away_until=None, next_best="", just_changed=""))
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
    context: RowContext = NO_CONTEXT,
) -> Row:
    """The row of one pull request for a reader known on GitHub as `login` (lower case)."""
    name, number = str(document["repository"]), int(document["number"])
    state, icon, tone = _state(document)
    wait = wait_wording_for(document)
    reason, reason_icon = _reason(document, mine, wait)
    claim = claim_wording_for(document, mine, login, context.unconfirmed)
    if claim and reason == ON_IT:
        reason, reason_icon, claim = claim.words, "claim", None
    since, since_words = _since(document, mine, wait)
    times = _times(document, since)
    group, rank = group_and_rank(document, mine, times, context.grouping)
    rank = context.urgency[0] if context.urgency and group == "turn" else rank
    avatars = avatars_of(document, login)
    author = document.get("author")
    return Row(
        id=row_id(name, number),
        address=f"/pull-requests/{name}/{number}",
        url=str(document["url"]),
        repository=name,
        number=number,
        title=plain(document["title"], MAX_TITLE_LENGTH) or "(no title)",
        author="you" if login and author and author.lower() == login else plain(author) or "a deleted account",
        state=state,
        state_icon=icon,
        state_tone=tone,
        turn_cell=turn_cell_of(document, mine),
        reason=plain(reason),
        reason_icon=reason_icon,
        claim=claim.words if claim else "",
        below=document["stacked_on"],
        below_address=f"/pull-requests/{name}/{document['stacked_on']}" if document["stacked_on"] else "",
        waits_below=wait is not None and wait.below is not None,
        stack=stack_in_row(stack_steps(name, number, context.stack)),
        role_labels=_role_labels(mine),
        marks=tuple(_marks(document, mine, login)),
        labels=labels_of(document)[:MAX_LABELS],
        avatars=avatars[:MAX_AVATARS],
        more_avatars=max(0, len(avatars) - MAX_AVATARS),
        ci=str(document["ci"]),
        conflicting=document["mergeable"] == "conflicting",
        size=size_of(int(document["additions"]) + int(document["deletions"])).upper(),
        size_words=f"+{document['additions']} −{document['deletions']}",
        since=since,
        since_words=since_words,
        waited=context.waiting_time.words,
        away_until=context.waiting_time.away_until,
        next_best=context.urgency[1] if context.urgency else "",
        group=group,
        order=(rank, -as_rank(times["updated"]), name.lower(), number),
        unread_since=context.unread_since,
        updated=str(document["updated_at"]),
        just_changed=just_changed_words(context.changed_kinds, document),
    )


def labels_of(document: Mapping[str, Any]) -> tuple[ShownLabel, ...]:
    """All labels of the pull request."""
    return tuple(ShownLabel(plain(one["name"], 50), label_color(one["color"])) for one in document["labels"])


def row_id(repository: str, number: int) -> str:
    """The `id` of the row in HTML: `pr-{owner}/{name}/{number}`. Names hold no slash, so the id is unique."""
    return f"pr-{repository}/{number}"


def _state(document: Mapping[str, Any]) -> tuple[str, str, str]:
    if document["draft"] and document["state"] == "open":
        return "Draft", "draft", "t3"
    return _STATES[document["state"]]


def _reason(document: Mapping[str, Any], mine: Mapping[str, Any], wait: WaitWording | None) -> tuple[str, str]:
    roles = mine.get("roles", ())
    asked = next(
        (_ROLES[role][1] for role in ("review_requested", "team_requested", "code_owner") if role in roles), ""
    )
    if mine.get("turn"):
        return mine["turn"]["reason"], asked
    if document["turn"]:
        return document["turn"][0]["reason"], ""
    if wait is not None and not document["draft"]:
        return wait.words, ""
    return next((words for role, words in _ROLES.items() if role in roles), ("", ""))


def _role_labels(mine: Mapping[str, Any]) -> tuple[str, ...]:
    roles = mine.get("roles", ())
    return ("code owner",) if "code_owner" in roles and len(roles) > 1 else ()


def _marks(document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None) -> Iterator[str]:
    """What is worth a word where there is room."""
    if document["state"] != "open":
        return
    if _approved_without(document, mine, login):
        yield "approved without you"
    if document["auto_merge"] and document["turn"]:
        yield "auto-merge on"
    if count := document["unresolved_threads"]:
        yield f"{count} unresolved thread{'' if count == 1 else 's'}"


def _approved_without(document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None) -> bool:
    """Whether the reader is asked directly, and is not waited for any more, because others' approvals are enough."""
    if "review_requested" not in mine.get("roles", ()) or mine.get("turn") or document["claimed"]:
        return False
    if document["decision"] != "approved" or document["draft"] or document["merge_queue"]:
        return False
    return not any((review["reviewer"] or "").lower() == login for review in document["reviews"])


def _since(document: Mapping[str, Any], mine: Mapping[str, Any], wait: WaitWording | None) -> tuple[datetime, str]:
    for turn, words in ((mine.get("turn"), "your turn"), (next(iter(document["turn"]), None), "their turn")):
        if turn:
            return parse_time(turn["since"]), words
    if wait is not None:
        return wait.since, wait.lasting
    if document["state"] == "merged" and document["merged_at"]:
        return parse_time(document["merged_at"]), "since the merge"
    return parse_time(document["updated_at"]), "since an update"


def _times(document: Mapping[str, Any], since: datetime) -> dict[str, datetime | None]:
    turns = [parse_time(turn["since"]) for turn in document["turn"]]
    return {
        "since": since,
        "updated": parse_time(document["updated_at"]),
        "created": parse_time(document["created_at"]),
        "turn": min(turns, default=None),
    }
