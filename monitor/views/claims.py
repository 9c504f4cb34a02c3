"""Who is on it, in words for one reader that go with what else the row or the page says."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.attention.turn import AS_REVIEWER
from monitor.snapshot import moment
from monitor.views.texts import plain


@dataclass(frozen=True, slots=True)
class OnIt:
    """Who is on it: `words` for a row; for the page what stands before the time, and what follows for the reader, or nothing."""

    words: str
    until: datetime | None
    more: str
    mine: bool
    confirmed: bool

    @property
    def sentence(self) -> str:
        """The words as the beginning of a sentence that goes on with “until”."""
        words = f"You{self.words.removeprefix('you')}" if self.mine else self.words
        return words if words.endswith("on it") else f"{words},"


def on_it(
    document: Mapping[str, Any], mine: Mapping[str, Any], login: str | None, unconfirmed: Collection[str] = ()
) -> OnIt | None:
    """Who is on it as a reader known as `login` sees it, if anybody is; `unconfirmed` logins nobody vouches for."""
    claimed = document["claimed"]
    if claimed is None:
        return None
    by = claimed["login"].lower()
    own, confirmed = by == login, by not in unconfirmed
    too = not own and bool(mine.get("turn")) and mine["turn"]["code"] in AS_REVIEWER
    return OnIt(
        _words(None if own else plain(claimed["login"], 39), confirmed=confirmed, too=too),
        moment(claimed["until"]),
        _more(own=own, confirmed=confirmed, too=too),
        own,
        confirmed,
    )


def _words(who: str | None, *, confirmed: bool, too: bool) -> str:
    if who is None:
        return "you are on it" if confirmed else "you are on it, unconfirmed"
    # The mark stands beside the name: a narrow row cuts what stands last.
    return f"{who}{'' if confirmed else ' (unconfirmed)'} is on it{' too' if too else ''}"


def _more(*, own: bool, confirmed: bool, too: bool) -> str:
    if own and not confirmed:
        return "Nobody has confirmed your GitHub login, so your team-mates stay asked."
    if too and not confirmed:
        return "But nobody has confirmed that login, so the request stays with you as well."
    return "Your own request stays with you." if too else ""
