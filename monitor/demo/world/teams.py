"""Teams: made, hidden, and joined and left by their members."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, Repository, Team
from monitor.demo.world.state import WorldState, act


class TeamActs(WorldState):
    """What happens to teams."""

    @act
    def add_team(
        self, combined_slug: str, members: Iterable[str] = (), *, parent: str | None = None, secret: bool = False
    ) -> Team:
        """A team named `org/slug`, with its members' logins; `parent` is the `org/slug` it sits under."""
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

    @act
    def add_member(self, team: str | Team, who: str | Account) -> None:
        group, person = self._team(team), self.account(who)
        if person not in group.people:
            group.people.append(person)
            self._tell("added", group, person)

    @act
    def remove_member(self, team: str | Team, who: str | Account) -> None:
        group, person = self._team(team), self.account(who)
        if person in group.people:
            group.people.remove(person)
            self._tell("removed", group, person)

    @act
    def edit_team(self, team: str | Team, *, secret: bool) -> None:
        """Hide a team from those outside it, or show it again."""
        group = self._team(team)
        group.privacy = "SECRET" if secret else "VISIBLE"
        for repo in [repo for repo in self.repositories.values() if repo.owner is group.organization][:1]:
            self.emit("team", "edited", repo, None, group.organization, team=group)

    def _team(self, team: str | Team) -> Team:
        return self.teams[team.lower()] if isinstance(team, str) else team

    def _tell(self, action: str, team: Team, person: Account) -> None:
        repos: list[Repository] = [repo for repo in self.repositories.values() if repo.owner is team.organization]
        for repo in repos[:1]:
            self.emit("membership", action, repo, None, person, team=team, member=person)
