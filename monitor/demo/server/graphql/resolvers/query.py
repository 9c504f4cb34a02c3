"""The fields of Query, of organizations, teams and accounts: where every query begins."""

from __future__ import annotations

from typing import Any

from monitor.demo.server.graphql.connections import Page, page_of
from monitor.demo.server.graphql.context import Context, Info, Resolver, shown
from monitor.demo.server.graphql.errors import Refused, forbidden, no_repository, not_found
from monitor.demo.world.objects import Account, PullRequest, Repository, Team


def resolve_node(context: Context, node_id: str) -> Any:
    """The object behind a global id; raises NOT_FOUND for what is not there or not visible."""
    node = context.world.nodes.get(node_id)
    repo = node if isinstance(node, Repository) else node.repository if isinstance(node, PullRequest) else None
    if node is None or (repo is not None and not context.credential.sees(repo)):
        raise not_found(node_id)
    if repo is not None and repo.owner.login in context.credential.saml:
        raise forbidden(
            "Resource protected by organization SAML enforcement. "
            "You must grant your Personal Access token access to this organization.",
            saml=True,
        )
    if isinstance(node, Team) and not context.credential.reads(node):
        raise not_found(node_id)
    return node


def _node_or_error(context: Context, node_id: str) -> Any:
    try:
        return resolve_node(context, node_id)
    except Refused as refusal:
        return refusal


def _repository(context: Context, name: str, follow: bool) -> Repository:
    world = context.world
    repo = world.repositories.get(name.lower()) or (world.renames.get(name.lower()) if follow else None)
    if repo is None or not context.credential.sees(repo):
        raise no_repository(name)
    return repo


def _organization(context: Context, login: str) -> Account:
    account = context.world.accounts.get(login.lower())
    if account is None or account.typename != "Organization":
        raise Refused("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
    return account


def _user(context: Context, login: str) -> Account:
    account = shown(context.world.accounts.get(login.lower()))
    if account is None or account.typename != "User":
        raise Refused("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
    return account


def _owner(context: Context, login: str) -> Account | None:
    """A person or an organization; nothing for a bot, who owns nothing."""
    account = shown(context.world.accounts.get(login.lower()))
    return account if account is not None and account.typename in {"User", "Organization"} else None


def _team(organization: Account, info: Info, slug: str) -> Team | None:
    context: Context = info.context
    if not context.credential.reads_teams():
        raise forbidden(context.credential.refusal)
    team = context.world.teams.get(f"{organization.login}/{slug}".lower())
    return team if team is not None and context.credential.reads(team) else None


def _members(team: Team, info: Info, membership: str = "ALL", **args: Any) -> Page[Account]:
    everybody = team.people if membership == "IMMEDIATE" else team.everybody()
    if membership == "CHILD_TEAM":
        everybody = [person for child in team.children for person in child.everybody()]
    return page_of(everybody, args)


FIELDS: dict[str, Resolver] = {
    "Query.id": lambda _, info: "MDU6UXVlcnkw",
    "Query.node": lambda _, info, id: resolve_node(info.context, id),
    "Query.nodes": lambda _, info, ids: [_node_or_error(info.context, one) for one in ids],
    "Query.repository": lambda _, info, owner, name, followRenames=True: _repository(
        info.context, f"{owner}/{name}", followRenames
    ),
    "Query.organization": lambda _, info, login: _organization(info.context, login),
    "Query.user": lambda _, info, login: _user(info.context, login),
    "Query.repositoryOwner": lambda _, info, login: _owner(info.context, login),
    "Query.viewer": lambda _, info: info.context.world.account(info.context.credential.login),
    "Query.rateLimit": lambda _, info, dryRun=False: info.context.rate_limit,
    "Organization.team": _team,
    "Organization.teams": lambda org, info, **args: page_of(
        [team for team in info.context.world.teams.values() if team.organization is org], args
    ),
    "Team.members": _members,
    "Team.childTeams": lambda team, info, immediateOnly=True, **args: page_of(team.children, args),
    "Team.url": lambda team, info: f"{info.context.world.web_url}/orgs/{team.organization.login}/teams/{team.slug}",
}
for _kind in ("User", "Bot", "Mannequin", "Organization"):
    FIELDS[f"{_kind}.url"] = lambda account, info: f"{info.context.world.web_url}/{account.login}"
    FIELDS[f"{_kind}.avatarUrl"] = lambda account, info, size=64: (
        f"{info.context.world.web_url}/{account.login}.png?size={size}"
    )
