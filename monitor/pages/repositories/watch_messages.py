"""The messages about a repository that a reader starts to watch, and about a paused one."""

from typing import Any

from django.utils import timezone

from monitor.models import Repository
from monitor.pages.render_page import time_zone_of
from monitor.pages.wording.time_wording import clock_in


def watched_message(user: Any, repository: Repository, *, created: bool, same: bool) -> str:
    """The message after the form to watch a repository was saved. `same`: the form has not replaced other filters."""
    name = repository.full_name
    if not created:
        return f"You watch {name} already, with these filters." if same else f"Filters of {name} saved."
    if repository.paused:
        return f"You watch {name}. It is {pause_words(user, repository)}: no rows come until a team lead resumes it."
    return f"You watch {name}. Its first rows come soon."


def pause_words(user: Any, repository: Repository) -> str:
    """“paused since … by …”, in the reader's time zone."""
    return repository.pause_words(clock_in(time_zone_of(user), timezone.now()))
