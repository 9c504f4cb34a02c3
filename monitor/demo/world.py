"""The demo GitHub's world: who and what there is, one lock, one clock, and the acts that change it.

Every act is thread-safe, takes logins or `owner/name` texts as well as objects, stamps whole seconds, and moves
`updated_at` exactly where GitHub does: checks and mergeability leave it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from monitor.demo import bulk, checks, people, pulls, repositories, reviews, triage
from monitor.demo.node_ids import Numbers, node_id
from monitor.demo.objects import Account, Blob, Item, Label, PullRequest, Repository, Review, Team

Listener = Callable[[str, str, Repository, PullRequest | None, Account | None, dict[str, Any]], None]


def system_now() -> datetime:
    return datetime.now(UTC)


class World:
    """An empty GitHub. Unknown logins and organisations come into being when they are first named."""

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
        self.listeners: list[Listener] = []

    # the acts, each in the module of its subject
    open = pulls.open
    push = pulls.push
    force_push = pulls.force_push
    retitle = pulls.retitle
    change_base = pulls.change_base
    ready_for_review = pulls.ready_for_review
    convert_to_draft = pulls.convert_to_draft
    merge = pulls.merge
    close = pulls.close
    reopen = pulls.reopen
    forget = pulls.forget
    label = triage.label
    unlabel = triage.unlabel
    assign = triage.assign
    unassign = triage.unassign
    comment = triage.comment
    request_review = reviews.request_review
    remove_request = reviews.remove_request
    review = reviews.review
    dismiss = reviews.dismiss
    set_checks = checks.set_checks
    set_mergeable = checks.set_mergeable
    rename = repositories.rename
    transfer = repositories.transfer
    archive = repositories.archive
    unarchive = repositories.unarchive
    delete = repositories.delete
    restore = repositories.restore
    make_private = repositories.make_private
    make_public = repositories.make_public
    edit_file = repositories.edit_file
    edit_codeowners = repositories.edit_codeowners
    add_member = people.add_member
    remove_member = people.remove_member
    edit_team = people.edit_team
    delete_account = people.delete_account
    rename_account = people.rename_account
    add_many = bulk.add_many

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

    def add_team(
        self, combined_slug: str, members: Iterable[str] = (), *, parent: str | None = None, secret: bool = False
    ) -> Team:
        """A team named `org/slug`, with its members' logins; `parent` is the `org/slug` it sits under."""
        with self.lock:
            login, slug = combined_slug.split("/")
            organization, number = self.account(login, "Organization"), self.numbers.take()
            team = Team(node_id("Team", number, organization.database_id), number, organization, slug, slug.title())
            team.people = [self.account(member) for member in members]
            team.privacy = "SECRET" if secret else "VISIBLE"
            if parent is not None:
                team.parent_team = self.teams[parent.lower()]
                team.parent_team.children.append(team)
            self.teams[combined_slug.lower()] = self.nodes[team.id] = team
            return team

    def reviewer(self, who: str | Account | Team) -> Account | Team:
        """A person by login or a team by `org/slug` (KeyError for an unknown team)."""
        if isinstance(who, str) and "/" in who:
            return self.teams[who.lower()]
        return who if isinstance(who, Team) else self.account(who)

    def add_repository(
        self, name: str, *, private: bool = False, codeowners: str | None = None, requires_review: bool = True
    ) -> Repository:
        """A repository `owner/name`; the owner becomes an organisation unless the login is already a user."""
        with self.lock:
            login, short = name.split("/")
            number, now = self.numbers.take(), self.now()
            repository = Repository(
                node_id("Repository", number), number, self.account(login, "Organization"), short, now
            )
            repository.is_private, repository.requires_review = private, requires_review
            repository.branches["main"] = {}
            self.repositories[name.lower()] = self.nodes[repository.id] = repository
            if codeowners is not None:
                repositories.put_file(self, repository, ".github/CODEOWNERS", codeowners)
            return repository

    def repository(self, name: str | Repository) -> Repository:
        """The repository of today's or a former `owner/name`; KeyError when there is none."""
        if isinstance(name, Repository):
            return name
        return self.repositories.get(name.lower()) or self.renames[name.lower()]

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

    def blob(self, repository: Repository, text: str) -> Blob:
        return Blob(node_id("Blob", self.numbers.take(), repository.database_id), self.numbers.oid(), text)

    def note(self, pull: PullRequest, typename: str, actor: Account | None, **details: Any) -> Item:
        """Append to a pull request's timeline and move its `updated_at`."""
        item = Item(typename, node_id(typename, self.numbers.take(), pull.database_id), self.now(), actor, details)
        pull.timeline.append(item)
        self.touch(pull)
        return item

    def touch(self, pull: PullRequest) -> None:
        pull.updated_at = max(pull.updated_at, self.now())
        pull.repository.unsorted = True

    def add_review(self, pull: PullRequest, review: Review) -> None:
        pull.reviews.append(review)
        pull.timeline.append(review)
        self.touch(pull)

    def emit(
        self, event: str, action: str, repository: Repository, pull: PullRequest | None, by: Account | None, **more: Any
    ) -> None:
        """Tell the listeners (webhooks) what just happened; called with the lock held."""
        for listener in self.listeners:
            listener(event, action, repository, pull, by, more)
