"""Accounts: renamed and deleted; they come into being when they are first named."""

from __future__ import annotations

from monitor.demo.world.objects import Account
from monitor.demo.world.state import WorldState, act


class AccountActs(WorldState):
    """What happens to accounts."""

    @act
    def rename_account(self, who: str | Account, login: str) -> None:
        """The login is another one from now on; the number stays, and the old login is free for anybody."""
        person = self.account(who)
        del self.accounts[person.login.lower()]
        person.login = login
        self.accounts[login.lower()] = person

    @act
    def delete_account(self, who: str | Account) -> None:
        """The account is gone: wherever it was author or actor, GitHub answers null."""
        person = self.account(who)
        person.deleted = True
        for team in self.teams.values():
            if person in team.people:
                team.people.remove(person)
        for repo in self.repositories.values():
            for pull in repo.pulls.values():
                pull.requests = [request for request in pull.requests if request.reviewer is not person]
                pull.assignees = [one for one in pull.assignees if one is not person]
