"""Repositories: made, renamed, transferred, archived, deleted, hidden; and their files."""

from __future__ import annotations

from typing import TypedDict, Unpack

from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, Blob, Repository
from monitor.demo.world.state import WorldState, act


class Rules(TypedDict, total=False):
    """What a repository requires before a merge into its protected branches."""

    required_approvals: int | None
    requires_code_owner_review: bool
    dismisses_stale_reviews: bool
    requires_conversation_resolution: bool
    required_checks: bool
    protected_branches: set[str]


class RepositoryActs(WorldState):
    """What happens to repositories."""

    @act
    def add_repository(
        self,
        name: str,
        *,
        private: bool = False,
        codeowners: str | None = None,
        requires_review: bool = True,
        **rules: Unpack[Rules],
    ) -> Repository:
        """A repository `owner/name`; the owner becomes an organisation unless the login is already a user.

        One approval is required unless `requires_review` is False or a rule says otherwise.
        """
        login, short = name.split("/")
        number, now = self.numbers.take(), self.now()
        repository = Repository(node_id("Repository", number), number, self.account(login, "Organization"), short, now)
        repository.is_private, repository.required_approvals = private, 1 if requires_review else None
        self.set_rules(repository, **rules)
        repository.branches["main"] = {}
        self.repositories[name.lower()] = self.nodes[repository.id] = repository
        if codeowners is not None:
            self._put_file(repository, ".github/CODEOWNERS", codeowners)
        return repository

    @act
    def set_rules(self, repository: str | Repository, **rules: Unpack[Rules]) -> None:
        """Change what is required before a merge; rules that are not named stay as they are."""
        repo = self.repository(repository)
        for name, value in rules.items():
            setattr(repo, name, value)

    @act
    def rename(self, repository: str | Repository, name: str) -> None:
        """Give it a new short name; the old one goes on leading to it."""
        repo = self.repository(repository)
        before = repo.name
        self._move(repo, repo.owner, name)
        self.emit("repository", "renamed", repo, None, repo.owner, changes={"repository": {"name": {"from": before}}})

    @act
    def transfer(self, repository: str | Repository, owner: str) -> None:
        """Hand it to another owner; node id and pull requests stay."""
        repo = self.repository(repository)
        before = repo.owner
        self._move(repo, self.account(owner, "Organization"), repo.name)
        kind = "organization" if before.typename == "Organization" else "user"
        changes = {"owner": {"from": {kind: {"login": before.login}}}}
        self.emit("repository", "transferred", repo, None, repo.owner, changes=changes)

    def _move(self, repo: Repository, owner: Account, name: str) -> None:
        old = repo.name_with_owner.lower()
        self.repositories.pop(old, None)
        repo.owner, repo.name = owner, name
        self.renames[old] = repo
        self.renames.pop(repo.name_with_owner.lower(), None)
        self.repositories[repo.name_with_owner.lower()] = repo

    @act
    def archive(self, repository: str | Repository) -> None:
        repo = self.repository(repository)
        repo.is_archived = True
        self.emit("repository", "archived", repo, None, repo.owner)

    @act
    def unarchive(self, repository: str | Repository) -> None:
        repo = self.repository(repository)
        repo.is_archived = False
        self.emit("repository", "unarchived", repo, None, repo.owner)

    @act
    def delete(self, repository: str | Repository) -> None:
        """Delete it: nobody can resolve it or its pull requests any more, until `restore`."""
        repo = self.repository(repository)
        repo.deleted = True
        self.emit("repository", "deleted", repo, None, repo.owner)

    @act
    def restore(self, repository: str | Repository) -> None:
        self.repository(repository).deleted = False

    @act
    def make_private(self, repository: str | Repository) -> None:
        repo = self.repository(repository)
        repo.is_private = True
        self.emit("repository", "privatized", repo, None, repo.owner)

    @act
    def make_public(self, repository: str | Repository) -> None:
        repo = self.repository(repository)
        repo.is_private = False
        self.emit("repository", "publicized", repo, None, repo.owner)

    @act
    def edit_file(self, repository: str | Repository, path: str, text: str | None, *, branch: str = "main") -> None:
        """Write a file on a branch, or with None remove it. Moves no pull request's `updated_at`."""
        repo = self.repository(repository)
        self._put_file(repo, path, text, branch=branch)
        self.emit("push", "", repo, None, repo.owner, ref=branch, paths=[path])

    @act
    def edit_codeowners(self, repository: str | Repository, text: str | None, *, branch: str = "main") -> None:
        self.edit_file(repository, ".github/CODEOWNERS", text, branch=branch)

    @act
    def tag_file(self, repository: str | Repository, tag: str, path: str, text: str) -> None:
        """A tag on a commit in which there is only this file."""
        repo = self.repository(repository)
        repo.tags[tag] = {path: self._blob(repo, text)}

    def _put_file(self, repo: Repository, path: str, text: str | None, *, branch: str = "main") -> None:
        files = repo.branches.setdefault(branch, dict(repo.branches.get(repo.default_branch, {})))
        if text is None:
            files.pop(path, None)
        else:
            files[path] = self._blob(repo, text)

    def _blob(self, repository: Repository, text: str) -> Blob:
        return Blob(node_id("Blob", self.numbers.take(), repository.database_id), self.numbers.oid(), text)
