"""Who in the cast does something to a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo import cast
from monitor.demo.objects import PullRequest

if TYPE_CHECKING:
    from monitor.demo.life import Life


def someone(life: Life, pull: PullRequest) -> str:
    """A colleague who is not the author and not the reader (who is sitting in front of the dashboard)."""
    return life.random.choice([login for login in cast.PEOPLE if login != life.you and not is_by(pull, login)])


def is_by(pull: PullRequest, login: str) -> bool:
    return pull.author is not None and pull.author.login == login


def owner(life: Life, pull: PullRequest) -> str:
    """Who moves it: its author, or a colleague where the author is a bot, gone, or the reader."""
    author = pull.author
    if author is None or author.deleted or author.typename != "User" or author.login == life.you:
        return someone(life, pull)
    return author.login
