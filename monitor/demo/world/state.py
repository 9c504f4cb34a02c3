"""The world without its acts: who and what there is, one lock, one clock, and where each thing is found.

The modules of the acts build on it, and `World` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

from monitor.demo.world.node_ids import Numbers, node_id
from monitor.demo.world.objects import Account, Label, PullRequest, Repository, Team, TimelineItem

EventListener = Callable[[str, str, Repository, PullRequest | None, Account | None, dict[str, Any]], None]
S = TypeVar("S", bound="WorldState")
P = ParamSpec("P")
R = TypeVar("R")


def act(change: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Marks a method that changes the world: it holds the lock, so others see all of the change or nothing of it."""

    @wraps(change)
    def alone(world: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with world.lock:
            return change(world, *args, **kwargs)

    return alone


def system_now() -> datetime:
    return datetime.now(UTC)


class WorldState:
    """Everything there is, by login, name and node id. Unknown logins come into being when they are first named."""

    def __init__(self, *, seed: int = 1, now: Callable[[], datetime] = system_now) -> None:
        self.lock = RLock()
        self.clock = now
        self.numbers = Numbers(seed)
        self.web_url = "https://github.example"
        self.accounts: dict[str, Account] = {}
        self.teams: dict[str, Team] = {}
        self.repositories: dict[str, Repository] = {}
        self.nodes: dict[str, Any] = {}
        self.renames: dict[str, Repository] = {}
        self.listeners: list[EventListener] = []

    def now(self) -> datetime:
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def add_user(self, login: str, *, kind: str = "User", name: str | None = None, email: str = "") -> Account:
        """A new account; `kind` is User, Bot, Mannequin or Organization. A bot's `[bot]` is not part of its login."""
        with self.lock:
            login = login.removesuffix("[bot]")
            number = self.numbers.take()
            account = Account(kind, node_id(kind, number), number, login, name, email)
            self.accounts[login.lower()] = self.nodes[account.id] = account
            return account

    def account(self, who: str | Account, kind: str = "User") -> Account:
        """The account of a login; an unknown login becomes a new account (`…[bot]` a bot)."""
        if isinstance(who, Account):
            return who
        found = self.accounts.get(who.lower().removesuffix("[bot]"))
        return found or self.add_user(who, kind="Bot" if who.endswith("[bot]") else kind)

    def reviewer(self, who: str | Account | Team) -> Account | Team:
        """A person by login or a team by `org/slug` (KeyError for an unknown team)."""
        if isinstance(who, str) and "/" in who:
            return self.teams[who.lower()]
        return who if isinstance(who, Team) else self.account(who)

    def repository(self, name: str | Repository) -> Repository:
        """The repository of today's or a former `owner/name`; KeyError when there is none."""
        if isinstance(name, Repository):
            return name
        return self.repositories.get(name.lower()) or self.renames[name.lower()]

    def find_repository(self, name: str) -> Repository | None:
        """The repository of today's or a former `owner/name`, if there is one."""
        return self.repositories.get(name.lower()) or self.renames.get(name.lower())

    def pull(self, slug: str) -> PullRequest:
        """The pull request `owner/name#number`; KeyError when there is none."""
        name, _, number = slug.partition("#")
        return self.repository(name).pulls[int(number)]

    def label_of(self, repository: Repository, name: str, color: str | None = None) -> Label:
        """The repository's label of that name, made on first use."""
        if name not in repository.labels:
            tint = color or f"{sum(map(ord, name)) * 2654435761 & 0xFFFFFF:06x}"
            repository.labels[name] = Label(node_id("Label", self.numbers.take(), repository.database_id), name, tint)
        return repository.labels[name]

    def add_to_timeline(self, pull: PullRequest, typename: str, actor: Account | None, **details: Any) -> TimelineItem:
        """Append to a pull request's timeline and move its `updated_at`."""
        item = self.write_to_timeline(pull, typename, actor, **details)
        self.touch(pull)
        return item

    def write_to_timeline(
        self, pull: PullRequest, typename: str, actor: Account | None, **details: Any
    ) -> TimelineItem:
        """The same where `updated_at` stays as it was."""
        item = TimelineItem(
            typename, node_id(typename, self.numbers.take(), pull.database_id), self.now(), actor, details
        )
        pull.timeline.append(item)
        return item

    def touch(self, pull: PullRequest) -> None:
        pull.updated_at = max(pull.updated_at, self.now())
        pull.repository.unsorted = True

    def emit(
        self, event: str, action: str, repository: Repository, pull: PullRequest | None, by: Account | None, **more: Any
    ) -> None:
        """Tell the listeners (webhooks) what just happened; called with the lock held."""
        for listener in self.listeners:
            listener(event, action, repository, pull, by, more)
