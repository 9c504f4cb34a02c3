"""The world in REST's field names."""

from __future__ import annotations

from typing import Any

from monitor.demo.server.timestamps import timestamp
from monitor.demo.world.objects import Account, Repository
from monitor.demo.world.world import World


def account(world: World, who: Account | None) -> dict[str, Any] | None:
    """An account; a deleted one is null, a bot's login carries `[bot]`."""
    if who is None or who.deleted:
        return None
    login = f"{who.login}[bot]" if who.typename == "Bot" else who.login
    return {
        "login": login,
        "id": who.database_id,
        "node_id": who.id,
        "type": who.typename,
        "html_url": f"{world.web_url}/{who.login}",
        "url": f"{world.web_url}/users/{who.login}",
        "name": who.name,
        "site_admin": False,
    }


def repository(world: World, repo: Repository) -> dict[str, Any]:
    return {
        "id": repo.database_id,
        "node_id": repo.id,
        "name": repo.name,
        "full_name": repo.name_with_owner,
        "owner": account(world, repo.owner),
        "private": repo.is_private,
        "visibility": "private" if repo.is_private else "public",
        "archived": repo.is_archived,
        "disabled": repo.is_disabled,
        "default_branch": repo.default_branch,
        "html_url": f"{world.web_url}/{repo.name_with_owner}",
        "url": f"{world.web_url}/repos/{repo.name_with_owner}",
        "created_at": timestamp(repo.created_at),
    }
