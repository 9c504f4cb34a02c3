"""What happens to a repository as a whole: renamed, transferred, archived, deleted, hidden; and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo.acts import act
from monitor.demo.objects import Account, Repository

if TYPE_CHECKING:
    from monitor.demo.world import World


@act
def rename(world: World, repository: str | Repository, name: str) -> None:
    """Give it a new short name; the old one goes on leading to it."""
    home = world.repository(repository)
    before = home.name
    _move(world, home, home.owner, name)
    world.emit("repository", "renamed", home, None, home.owner, changes={"repository": {"name": {"from": before}}})


@act
def transfer(world: World, repository: str | Repository, owner: str) -> None:
    """Hand it to another owner; node id and pull requests stay."""
    home = world.repository(repository)
    before = home.owner
    _move(world, home, world.account(owner, "Organization"), home.name)
    kind = "organization" if before.typename == "Organization" else "user"
    changes = {"owner": {"from": {kind: {"login": before.login}}}}
    world.emit("repository", "transferred", home, None, home.owner, changes=changes)


def _move(world: World, home: Repository, owner: Account, name: str) -> None:
    old = home.name_with_owner.lower()
    world.repositories.pop(old, None)
    home.owner, home.name = owner, name
    world.renames[old] = home
    world.renames.pop(home.name_with_owner.lower(), None)
    world.repositories[home.name_with_owner.lower()] = home


@act
def archive(world: World, repository: str | Repository) -> None:
    home = world.repository(repository)
    home.is_archived = True
    world.emit("repository", "archived", home, None, home.owner)


@act
def unarchive(world: World, repository: str | Repository) -> None:
    home = world.repository(repository)
    home.is_archived = False
    world.emit("repository", "unarchived", home, None, home.owner)


@act
def delete(world: World, repository: str | Repository) -> None:
    """Delete it: nobody can resolve it or its pull requests any more, until `restore`."""
    home = world.repository(repository)
    home.deleted = True
    world.emit("repository", "deleted", home, None, home.owner)


@act
def restore(world: World, repository: str | Repository) -> None:
    world.repository(repository).deleted = False


@act
def make_private(world: World, repository: str | Repository) -> None:
    home = world.repository(repository)
    home.is_private = True
    world.emit("repository", "privatized", home, None, home.owner)


@act
def make_public(world: World, repository: str | Repository) -> None:
    home = world.repository(repository)
    home.is_private = False
    world.emit("repository", "publicized", home, None, home.owner)


@act
def edit_file(world: World, repository: str | Repository, path: str, text: str | None, *, branch: str = "main") -> None:
    """Write a file on a branch, or with None remove it. Moves no pull request's `updated_at`."""
    home = world.repository(repository)
    put_file(world, home, path, text, branch=branch)
    world.emit("push", "", home, None, home.owner, ref=branch, paths=[path])


@act
def edit_codeowners(world: World, repository: str | Repository, text: str | None, *, branch: str = "main") -> None:
    edit_file(world, repository, ".github/CODEOWNERS", text, branch=branch)


def put_file(world: World, home: Repository, path: str, text: str | None, *, branch: str = "main") -> None:
    files = home.branches.setdefault(branch, dict(home.branches.get(home.default_branch, {})))
    if text is None:
        files.pop(path, None)
    else:
        files[path] = world.blob(home, text)
