"""Watching a repository from a page: what is said of it, and the question before filters that were chosen go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from monitor.forms import FILTERS
from monitor.models import Repository, Subscription
from monitor.views.page import zone_of
from monitor.views.times import clock_in

_WORDS = {str(name): words for name, words in FILTERS}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether the filters `had` shall be replaced by `wanted`."""

    repository: str
    had: Sequence[str]
    wanted: Sequence[str]

    @property
    def had_words(self) -> str:
        return _in_words(self.had)

    @property
    def wanted_words(self) -> str:
        return _in_words(self.wanted)


def asked(subscription: Subscription, wanted: Sequence[str]) -> Asked:
    """The question about one subscription."""
    return Asked(subscription.repository.full_name, subscription.filters, wanted)


def seen_in(sent: str | None) -> list[str] | None:
    """The filters a form showed, as it brings them back; None where it says nothing of them."""
    return None if sent is None else [name for name in sent.split(",") if name]


def watched_words(user: Any, repository: Repository, *, created: bool, same: bool) -> str:
    """What is said after the form was taken."""
    name = repository.full_name
    if not created:
        return f"You watch {name} already, with these filters." if same else f"Filters of {name} saved."
    if repository.paused:
        return f"You watch {name}. It is {pause_words(user, repository)}: no rows come until a team lead resumes it."
    return f"You watch {name}. Its first rows come soon."


def pause_words(user: Any, repository: Repository) -> str:
    """“paused since … by …”, by the reader's own clock."""
    return repository.pause_words(clock_in(zone_of(user), timezone.now()))


def _in_words(filters: Sequence[str]) -> str:
    return ", ".join(_WORDS.get(name, name) for name in filters)
