"""Asks a reader who watches a repository already whether the filters they have just chosen replace the present ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.models import Subscription
from monitor.pages.repositories.forms import FILTERS

_WORDS = {str(name): words for name, words in FILTERS}


@dataclass(frozen=True, slots=True)
class FilterConflict:
    """The filters of a subscription, and the ones that its reader has chosen without seeing them."""

    repository: str
    current: Sequence[str]
    chosen: Sequence[str]

    @property
    def current_words(self) -> str:
        """The present filters in words."""
        return _in_words(self.current)

    @property
    def chosen_words(self) -> str:
        """The chosen filters in words."""
        return _in_words(self.chosen)


def filter_conflict(subscription: Subscription, chosen: Sequence[str]) -> FilterConflict:
    """The conflict between the filters of a subscription and the chosen ones."""
    return FilterConflict(subscription.repository.full_name, subscription.filters, chosen)


def parse_filters(text: str | None) -> list[str] | None:
    """The filters in the hidden field `seen` of a form, which its page showed; None if the form has no such field."""
    return None if text is None else [name for name in text.split(",") if name]


def _in_words(filters: Sequence[str]) -> str:
    return ", ".join(_WORDS.get(name, name) for name in filters)
