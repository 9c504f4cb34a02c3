"""More of the world in REST's field names, for lists over REST and the payloads of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.demo.server.rest.payloads import account
from monitor.demo.server.timestamps import timestamp
from monitor.demo.world.objects import Account, AutoMergeRequest, Commit, PullRequest, Repository, Review, Team
from monitor.demo.world.world import World


def team(world: World, group: Team) -> dict[str, Any]:
    return {
        "id": group.database_id,
        "node_id": group.id,
        "name": group.name,
        "slug": group.slug,
        "privacy": "secret" if group.privacy == "SECRET" else "closed",
        "html_url": f"{world.web_url}/orgs/{group.organization.login}/teams/{group.slug}",
    }


def pull_request(world: World, pull: PullRequest) -> dict[str, Any]:
    repo = pull.repository
    people = [one.reviewer for one in pull.requests if isinstance(one.reviewer, Account)]
    teams = [one.reviewer for one in pull.requests if isinstance(one.reviewer, Team)]
    return {
        "id": pull.database_id,
        "node_id": pull.id,
        "number": pull.number,
        "state": "open" if pull.state == "OPEN" else "closed",
        "title": pull.title,
        "body": pull.body,
        "draft": pull.is_draft,
        "merged": pull.merged,
        "user": account(world, pull.author),
        "labels": [{"node_id": one.id, "name": one.name, "color": one.color} for one in pull.labels],
        "assignees": [account(world, one) for one in pull.assignees],
        "requested_reviewers": [account(world, one) for one in people],
        "requested_teams": [team(world, one) for one in teams],
        "created_at": timestamp(pull.created_at),
        "updated_at": timestamp(pull.updated_at),
        "closed_at": _time(pull.closed_at),
        "merged_at": _time(pull.merged_at),
        "additions": pull.additions,
        "deletions": pull.deletions,
        "changed_files": pull.changed_files,
        "comments": pull.comments,
        "auto_merge": _auto_merge(world, pull.auto_merge_request),
        "head": {
            "ref": pull.head_ref_name,
            "sha": pull.head_ref_oid,
            "repo": None if pull.is_cross_repository else _short(repo),
        },
        "base": {"ref": pull.base_ref_name, "sha": pull.base_ref_oid, "repo": _short(repo)},
        "html_url": f"{world.web_url}/{repo.name_with_owner}/pull/{pull.number}",
        "url": f"{world.web_url}/repos/{repo.name_with_owner}/pulls/{pull.number}",
    }


def review(world: World, one: Review) -> dict[str, Any]:
    return {
        "id": one.database_id,
        "node_id": one.id,
        "user": account(world, one.author),
        "state": one.state.lower(),
        "body": one.body,
        "commit_id": one.commit.oid,
        "submitted_at": timestamp(one.submitted_at),
    }


def commit_checks(event: str, commit: Commit, pull: PullRequest) -> dict[str, Any]:
    """The body of check_run, check_suite or status: known by head SHA; a fork's run names no pull request."""
    if event == "status":
        states = {"SUCCESS": "success", "FAILURE": "failure", "ERROR": "error"}
        return {"sha": commit.oid, "state": states.get(commit.rollup or "", "pending"), "context": "ci/build"}
    named = [] if pull.is_cross_repository else [{"id": pull.database_id, "number": pull.number}]
    done = commit.rollup in ("SUCCESS", "FAILURE", "ERROR")
    return {
        event: {
            "id": commit.checks[0].database_id if commit.checks else 0,
            "head_sha": commit.oid,
            "status": "completed" if done else "in_progress",
            "conclusion": (commit.checks[0].conclusion or "").lower() or None if commit.checks else None,
            "pull_requests": named,
        }
    }


def _short(repo: Repository) -> dict[str, Any]:
    return {"id": repo.database_id, "node_id": repo.id, "full_name": repo.name_with_owner, "name": repo.name}


def _auto_merge(world: World, wanted: AutoMergeRequest | None) -> dict[str, Any] | None:
    return None if wanted is None else {"enabled_by": account(world, wanted.enabled_by), "merge_method": "merge"}


def _time(value: datetime | None) -> str | None:
    return None if value is None else timestamp(value)
