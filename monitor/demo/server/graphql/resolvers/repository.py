"""The fields of a repository: its pull requests in pages, its files, its commits and their checks."""

from __future__ import annotations

from typing import Any

from monitor.demo.server.graphql.connections import Page, page_by_key, page_of
from monitor.demo.server.graphql.context import Info, Resolver, shown
from monitor.demo.server.graphql.errors import forbidden
from monitor.demo.server.graphql.nodes import GitActor, Ref, StatusCheckRollup
from monitor.demo.world.objects import Check, Commit, PullRequest, Repository


def _pull_requests(repo: Repository, info: Info, **args: Any) -> Page[PullRequest]:
    order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    falling, by_update = order["direction"] == "DESC", order["field"] == "UPDATED_AT"
    items = repo.recently_updated() if by_update else [*repo.pulls.values()][::-1]
    if (states := args.get("states")) is not None:
        items = [pull for pull in items if pull.state in states]
    for name, attribute in (("baseRefName", "base_ref_name"), ("headRefName", "head_ref_name")):
        if args.get(name) is not None:
            items = [pull for pull in items if getattr(pull, attribute) == args[name]]
    key = _update_key if by_update else _number_key
    return page_by_key(items if falling else items[::-1], key, falling, args)


def _update_key(pull: PullRequest) -> str:
    return f"{pull.updated_at:%Y-%m-%dT%H:%M:%S} {pull.number:09}"


def _number_key(pull: PullRequest) -> str:
    return f"{pull.number:09}"


def _file_at(repo: Repository, info: Info, expression: str | None = None, oid: str | None = None) -> Any:
    ref, _, path = (expression or "").partition(":")
    if oid is not None:
        return next((b for files in repo.branches.values() for b in files.values() if b.oid == oid), None)
    branch = repo.default_branch if ref == "HEAD" else ref.removeprefix("refs/heads/")
    if ref in repo.tags:  # a short name means the tag where both exist: https://git-scm.com/docs/gitrevisions
        return repo.tags[ref].get(path)
    if branch not in repo.branches:  # a commit: only pull requests' base commits are asked for
        branch = next((p.base_ref_name for p in repo.pulls.values() if p.base_ref_oid == ref), "")
    return repo.branches.get(branch, {}).get(path)


def rollup_of(commit: Commit, info: Info) -> StatusCheckRollup | None:
    if not info.context.credential.rollup:
        raise forbidden(info.context.credential.refusal)
    return None if commit.rollup is None else StatusCheckRollup(commit)


def _git_actor(commit: Commit, info: Info) -> GitActor | None:
    author = shown(commit.author)
    return None if author is None or author.typename != "User" else GitActor(author)


def _contexts(rollup: StatusCheckRollup, info: Info, **args: Any) -> Page[Check]:
    if not info.context.credential.checks:
        raise forbidden(info.context.credential.refusal)
    return page_of(rollup.commit.checks, args)


FIELDS: dict[str, Resolver] = {
    "Repository.url": lambda repo, info: f"{info.context.world.web_url}/{repo.name_with_owner}",
    "Repository.visibility": lambda repo, info: "PRIVATE" if repo.is_private else "PUBLIC",
    "Repository.defaultBranchRef": lambda repo, info: Ref(repo, repo.default_branch),
    "Repository.object": _file_at,
    "Repository.pullRequest": lambda repo, info, number: repo.pulls.get(number),
    "Repository.pullRequests": _pull_requests,
    "Blob.abbreviatedOid": lambda blob, info: blob.oid[:7],
    "Blob.byteSize": lambda blob, info: len(blob.text.encode()),
    "Blob.isBinary": lambda blob, info: False,
    "Blob.isTruncated": lambda blob, info: len(blob.text) > 512_000,
    "Blob.text": lambda blob, info: blob.text[:512_000],
    "Commit.abbreviatedOid": lambda commit, info: commit.oid[:7],
    "Commit.author": _git_actor,
    "Commit.statusCheckRollup": rollup_of,
    "StatusCheckRollup.contexts": _contexts,
}
