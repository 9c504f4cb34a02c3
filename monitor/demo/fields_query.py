"""The fields of Query, of organisations, teams and accounts: where every read begins."""

from __future__ import annotations

from typing import Any

from monitor.demo.connections import Page, page_of
from monitor.demo.errors import Refused, forbidden, no_repository, not_found
from monitor.demo.objects import Account, PullRequest, Repository, Team
from monitor.demo.search import found
from monitor.demo.viewer import Info, Resolver, Viewer, shown


def resolve_node(viewer: Viewer, node_id: str) -> Any:
    """The object behind a global id; raises NOT_FOUND for what is not there or not visible."""
    thing = viewer.world.nodes.get(node_id)
    home = thing if isinstance(thing, Repository) else thing.repository if isinstance(thing, PullRequest) else None
    if thing is None or (home is not None and not viewer.credential.sees(home)):
        raise not_found(node_id)
    if home is not None and home.owner.login in viewer.credential.saml:
        raise forbidden(
            "Resource protected by organization SAML enforcement. "
            "You must grant your Personal Access token access to this organization.",
            saml=True,
        )
    if isinstance(thing, Team) and not viewer.credential.reads(thing):
        raise not_found(node_id)
    return thing


def _node_or_error(viewer: Viewer, node_id: str) -> Any:
    try:
        return resolve_node(viewer, node_id)
    except Refused as refusal:
        return refusal


def _repository(viewer: Viewer, name: str, follow: bool) -> Repository:
    world = viewer.world
    home = world.repositories.get(name.lower()) or (world.renames.get(name.lower()) if follow else None)
    if home is None or not viewer.credential.sees(home):
        raise no_repository(name)
    return home


def _organization(viewer: Viewer, login: str) -> Account:
    account = viewer.world.accounts.get(login.lower())
    if account is None or account.typename != "Organization":
        raise Refused("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
    return account


def _user(viewer: Viewer, login: str) -> Account:
    account = shown(viewer.world.accounts.get(login.lower()))
    if account is None or account.typename != "User":
        raise Refused("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
    return account


def _owner(viewer: Viewer, login: str) -> Account | None:
    """A person or an organization; nothing for a bot, who owns nothing."""
    account = shown(viewer.world.accounts.get(login.lower()))
    return account if account is not None and account.typename in {"User", "Organization"} else None


def _team(organization: Account, info: Info, slug: str) -> Team | None:
    viewer: Viewer = info.context
    if not viewer.credential.reads_teams():
        raise forbidden(viewer.credential.refusal)
    team = viewer.world.teams.get(f"{organization.login}/{slug}".lower())
    return team if team is not None and viewer.credential.reads(team) else None


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
    "Query.search": lambda _, info, query, type, **args: page_of(
        found(info.context.world, info.context.credential, query), args
    ),
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
