"""How each field of the schema is answered; a field without an entry is the attribute of its name in snake case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from monitor.demo import checks, reviews
from monitor.demo.connections import Page, page_by_key, page_of
from monitor.demo.credentials import Credential
from monitor.demo.errors import Refused, forbidden, no_repository, not_found
from monitor.demo.objects import Account, Check, Commit, Item, PullRequest, Repository, Review, ReviewRequest, Team
from monitor.demo.search import found
from monitor.demo.world import World

Info = GraphQLResolveInfo
Resolver = Callable[..., Any]


@dataclass(slots=True)
class Viewer:
    """Who reads, which world, and the state of their purse after this query (None: unlimited)."""

    world: World
    credential: Credential
    rate_limit: dict[str, Any] | None


@dataclass(slots=True)
class Rollup:
    commit: Commit
    typename: str = "StatusCheckRollup"

    @property
    def id(self) -> str:
        return f"SCR_{self.commit.id[2:]}"

    @property
    def state(self) -> str | None:
        return self.commit.rollup


@dataclass(slots=True)
class PullCommit:
    commit: Commit
    typename: str = "PullRequestCommit"

    @property
    def id(self) -> str:
        return f"PURC_{self.commit.id[2:]}"


@dataclass(slots=True)
class GitActor:
    user: Account
    typename: str = "GitActor"

    @property
    def name(self) -> str:
        return self.user.name or self.user.login

    @property
    def email(self) -> str:
        return self.user.email


@dataclass(slots=True)
class Branch:
    repository: Repository
    name: str
    target: Commit | None = None
    prefix: str = "refs/heads/"
    typename: str = "Ref"

    @property
    def id(self) -> str:
        return f"REF_{self.repository.id[2:]}{self.name}"


def shown(account: Account | None) -> Account | None:
    """An account as others see it: a deleted one is nobody."""
    return None if account is None or account.deleted else account


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


def _pull_requests(home: Repository, info: Info, **args: Any) -> Page[PullRequest]:
    order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    falling, by_update = order["direction"] == "DESC", order["field"] == "UPDATED_AT"
    items = home.recently_updated() if by_update else [*home.pulls.values()][::-1]
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


def _file_at(home: Repository, info: Info, expression: str | None = None, oid: str | None = None) -> Any:
    ref, _, path = (expression or "").partition(":")
    if oid is not None:
        return next((b for files in home.branches.values() for b in files.values() if b.oid == oid), None)
    branch = home.default_branch if ref == "HEAD" else ref.removeprefix("refs/heads/")
    if branch not in home.branches:  # a commit: only pull requests' base commits are asked for
        branch = next((p.base_ref_name for p in home.pulls.values() if p.base_ref_oid == ref), "")
    return home.branches.get(branch, {}).get(path)


def _rollup(commit: Commit, info: Info) -> Rollup | None:
    if not info.context.credential.rollup:
        raise forbidden(info.context.credential.refusal)
    return None if commit.rollup is None else Rollup(commit)


def _git_actor(commit: Commit, info: Info) -> GitActor | None:
    author = shown(commit.author)
    return None if author is None or author.typename != "User" else GitActor(author)


def _head(pull: PullRequest, info: Info) -> Branch | None:
    """The head branch with its last commit; a merged pull request's branch is deleted."""
    return None if pull.merged else Branch(pull.repository, pull.head_ref_name, pull.commits[-1])


def _contexts(rollup: Rollup, info: Info, **args: Any) -> Page[Check]:
    if not info.context.credential.checks:
        raise forbidden(info.context.credential.refusal)
    return page_of(rollup.commit.checks, args)


def _reviewer_of(request: ReviewRequest, info: Info) -> Account | Team | None:
    return request.reviewer if info.context.credential.reads(request.reviewer) else None


def _reviewer_in(item: Item, info: Info) -> Account | Team | None:
    reviewer = item.details["requested_reviewer"]
    if isinstance(reviewer, Account):
        return shown(reviewer)
    return reviewer if info.context.credential.reads(reviewer) else None


def _timeline(pull: PullRequest, info: Info, **args: Any) -> Page[Item | Review]:
    wanted = args.get("itemTypes")
    names = {text.title().replace("_", "") for text in wanted} if wanted else None
    items = [item for item in pull.timeline if names is None or item.typename in names]
    return page_of(items, args)


def _reviews(pull: PullRequest, info: Info, **args: Any) -> Page[Review]:
    states, author = args.get("states"), args.get("author")
    kept = [one for one in pull.reviews if not states or one.state in states]
    return page_of([one for one in kept if not author or (one.author and one.author.login == author)], args)


def _opinions(pull: PullRequest, info: Info, **args: Any) -> Page[Review]:
    return page_of(reviews.latest_opinions(pull, writers_only=bool(args.get("writersOnly"))), args)


RESOLVERS: dict[str, Resolver] = {
    "Query.node": lambda _, info, id: resolve_node(info.context, id),
    "Query.nodes": lambda _, info, ids: [_node_or_error(info.context, one) for one in ids],
    "Query.repository": lambda _, info, owner, name, followRenames=True: _repository(
        info.context, f"{owner}/{name}", followRenames
    ),
    "Query.organization": lambda _, info, login: _organization(info.context, login),
    "Query.user": lambda _, info, login: _user(info.context, login),
    "Query.repositoryOwner": lambda _, info, login: shown(info.context.world.accounts.get(login.lower())),
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
    "Repository.url": lambda home, info: f"{info.context.world.web_url}/{home.name_with_owner}",
    "Repository.visibility": lambda home, info: "PRIVATE" if home.is_private else "PUBLIC",
    "Repository.defaultBranchRef": lambda home, info: Branch(home, home.default_branch),
    "Repository.object": _file_at,
    "Repository.pullRequest": lambda home, info, number: home.pulls.get(number),
    "Repository.pullRequests": _pull_requests,
    "Blob.abbreviatedOid": lambda blob, info: blob.oid[:7],
    "Blob.byteSize": lambda blob, info: len(blob.text.encode()),
    "Blob.isBinary": lambda blob, info: False,
    "Blob.isTruncated": lambda blob, info: len(blob.text) > 512_000,
    "Blob.text": lambda blob, info: blob.text[:512_000],
    "Commit.abbreviatedOid": lambda commit, info: commit.oid[:7],
    "Commit.author": _git_actor,
    "Commit.statusCheckRollup": _rollup,
    "StatusCheckRollup.contexts": _contexts,
    "PullRequest.author": lambda pull, info: shown(pull.author),
    "PullRequest.mergedBy": lambda pull, info: shown(pull.merged_by),
    "PullRequest.autoMergeRequest": lambda pull, info: None,
    "PullRequest.fullDatabaseId": lambda pull, info: str(pull.database_id),
    "PullRequest.url": lambda pull, info: (
        f"{info.context.world.web_url}/{pull.repository.name_with_owner}/pull/{pull.number}"
    ),
    "PullRequest.headRef": _head,
    "PullRequest.closed": lambda pull, info: pull.state != "OPEN",
    "PullRequest.baseRepository": lambda pull, info: pull.repository,
    "PullRequest.mergeStateStatus": lambda pull, info: checks.merge_state(pull),
    "PullRequest.reviewDecision": lambda pull, info: reviews.decision(pull),
    "PullRequest.totalCommentsCount": lambda pull, info: pull.comments,
    "PullRequest.labels": lambda pull, info, **args: page_of(pull.labels, args),
    "PullRequest.assignees": lambda pull, info, **args: page_of(pull.assignees, args),
    "PullRequest.reviewRequests": lambda pull, info, **args: page_of(pull.requests, args),
    "PullRequest.reviews": _reviews,
    "PullRequest.latestReviews": lambda pull, info, **args: page_of(reviews.latest_reviews(pull), args),
    "PullRequest.latestOpinionatedReviews": _opinions,
    "PullRequest.timelineItems": _timeline,
    "PullRequest.commits": lambda pull, info, **args: page_of([PullCommit(one) for one in pull.commits], args),
    "PullRequest.files": lambda pull, info, **args: page_of(pull.files, args),
    "PullRequest.statusCheckRollup": lambda pull, info: _rollup(pull.commits[-1], info),
    "PullRequestReview.author": lambda review, info: shown(review.author),
    "ReviewRequest.requestedReviewer": _reviewer_of,
    "ReviewRequestedEvent.requestedReviewer": _reviewer_in,
    "ReviewRequestRemovedEvent.requestedReviewer": _reviewer_in,
    "IssueComment.author": lambda item, info: shown(item.actor),
    "AssignedEvent.assignee": lambda item, info: shown(item.details["assignee"]),
    "UnassignedEvent.assignee": lambda item, info: shown(item.details["assignee"]),
}
for _kind in ("User", "Bot", "Mannequin", "Organization"):
    RESOLVERS[f"{_kind}.url"] = lambda account, info: f"{info.context.world.web_url}/{account.login}"
    RESOLVERS[f"{_kind}.avatarUrl"] = lambda account, info, size=64: (
        f"{info.context.world.web_url}/{account.login}.png?size={size}"
    )
