"""Who is in a team, and who has left GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo.acts import act
from monitor.demo.objects import Account, Repository, Team

if TYPE_CHECKING:
    from monitor.demo.world import World


@act
def add_member(world: World, team: str | Team, who: str | Account) -> None:
    group, person = _team(world, team), world.account(who)
    if person not in group.people:
        group.people.append(person)
        _tell(world, "added", group, person)


@act
def remove_member(world: World, team: str | Team, who: str | Account) -> None:
    group, person = _team(world, team), world.account(who)
    if person in group.people:
        group.people.remove(person)
        _tell(world, "removed", group, person)


@act
def edit_team(world: World, team: str | Team, *, secret: bool) -> None:
    """Hide a team from those outside it, or show it again."""
    group = _team(world, team)
    group.privacy = "SECRET" if secret else "VISIBLE"
    for home in [home for home in world.repositories.values() if home.owner is group.organization][:1]:
        world.emit("team", "edited", home, None, group.organization, team=group)


def _team(world: World, team: str | Team) -> Team:
    return world.teams[team.lower()] if isinstance(team, str) else team


def _tell(world: World, action: str, team: Team, person: Account) -> None:
    homes: list[Repository] = [home for home in world.repositories.values() if home.owner is team.organization]
    for home in homes[:1]:
        world.emit("membership", action, home, None, person, team=team, member=person)


@act
def rename_account(world: World, who: str | Account, login: str) -> None:
    """The login is another one from now on; the number stays, and the old login is free for anybody."""
    person = world.account(who)
    del world.accounts[person.login.lower()]
    person.login = login
    world.accounts[login.lower()] = person


@act
def delete_account(world: World, who: str | Account) -> None:
    """The account is gone: wherever it was author or actor, GitHub answers null."""
    person = world.account(who)
    person.deleted = True
    for team in world.teams.values():
        if person in team.people:
            team.people.remove(person)
    for home in world.repositories.values():
        for pull in home.pulls.values():
            pull.requests = [request for request in pull.requests if request.reviewer is not person]
            pull.assignees = [one for one in pull.assignees if one is not person]
