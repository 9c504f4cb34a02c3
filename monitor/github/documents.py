"""The GraphQL queries that the client sends. They ask only for used fields; 24 complete pull requests cost 1 point.

https://docs.github.com/en/graphql/reference
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from monitor.github.dialect import Dialect

RATE = "rateLimit{cost limit remaining used resetAt}"
PAGE = "pageInfo{hasNextPage endCursor}"
FACTS = "id nameWithOwner url isPrivate isArchived defaultBranchRef{name}"
ROW = "id number state updatedAt"
DOER = "actor{__typename login}"
BY_UPDATE = "orderBy:{field:UPDATED_AT,direction:DESC}"

# The timeline events that tell who did something and when, each with the further fields that queries read.
_EVENTS = {
    "ReviewRequestedEvent": "requestedReviewer{...Who}",
    "ReviewRequestRemovedEvent": "requestedReviewer{...Who}",
    "ReadyForReviewEvent": "",
    "ConvertToDraftEvent": "",
    "ReviewDismissedEvent": "previousReviewState review{id author{login}}",
    "HeadRefForcePushedEvent": "",
    "BaseRefChangedEvent": "currentRefName",
    "LabeledEvent": "label{name}",
    "UnlabeledEvent": "label{name}",
    "AssignedEvent": "assignee{...Assigned}",
    "UnassignedEvent": "assignee{...Assigned}",
    "RenamedTitleEvent": "currentTitle",
    "ClosedEvent": "",
    "ReopenedEvent": "",
    "MergedEvent": "",
}
_MERGE_QUEUE_EVENTS = {"AddedToMergeQueueEvent": "", "RemovedFromMergeQueueEvent": "reason"}
_AUTO_MERGE_EVENTS = {"AutoMergeEnabledEvent": "", "AutoMergeDisabledEvent": "reason"}
_TEXTS = ("IssueComment", "PullRequestReview")
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")

# The connections of a pull request that are read from their beginning: the fields that queries read.
_LISTS = {
    "labels": f"{PAGE} nodes{{name color}}",
    "assignees": f"{PAGE} nodes{{login}}",
    "reviewRequests": f"{PAGE} nodes{{asCodeOwner requestedReviewer{{...Who}}}}",
    "reviewThreads": f"{PAGE} nodes{{isResolved}}",
}
TIMELINE, OPINIONS = "timelineItems", "latestOpinionatedReviews"
CONNECTIONS = (*_LISTS, OPINIONS, TIMELINE)
_FIRST = {"labels": 20, "assignees": 10, "reviewRequests": 20, "reviewThreads": 50, OPINIONS: 20, TIMELINE: 50}
_WHO = "fragment Who on RequestedReviewer{__typename ... on User{login} ... on Bot{login} ... on Mannequin{login}%s}"
_ASSIGNED = "fragment Assigned on Assignee{__typename ... on User{login} ... on Bot{login} ... on Mannequin{login}}"
_FRAGMENT_USES = {"reviewRequests": ("Who",), TIMELINE: ("Who", "Assigned")}


def viewer() -> str:
    """The user that the token belongs to."""
    return f"query Viewer{{viewer{{login}} {RATE}}}"


def rate_limit() -> str:
    """Nothing but the rate limit: the smallest question, which shows whether GitHub answers at all."""
    return f"query RateLimit{{{RATE}}}"


@lru_cache(maxsize=64)
def resolve(count: int) -> str:
    """`count` repositories by name: $o0/$n0, $o1/$n1, … GitHub follows renames."""
    declared = ",".join(f"$o{at}:String!,$n{at}:String!" for at in range(count))
    asked = " ".join(f"r{at}:repository(owner:$o{at},name:$n{at}){{{FACTS}}}" for at in range(count))
    return f"query Resolve({declared}){{{asked} {RATE}}}"


@lru_cache(maxsize=64)
def accounts(count: int) -> str:
    """`count` accounts by login: $l0, $l1, … People and organizations share one kind of login."""
    declared = ",".join(f"$l{at}:String!" for at in range(count))
    asked = " ".join(f"a{at}:repositoryOwner(login:$l{at}){{__typename login}}" for at in range(count))
    return f"query Accounts({declared}){{{asked} {RATE}}}"


def probe() -> str:
    """The $k last updated pull requests per repository, in every state: a closed one also moves to the top."""
    rows = f"pullRequests(first:$k,{BY_UPDATE}){{{PAGE} nodes{{{ROW}}}}}"
    return f"query PrProbe($ids:[ID!]!,$k:Int!){{nodes(ids:$ids){{__typename ... on Repository{{{FACTS} {rows}}}}} {RATE}}}"


def more() -> str:
    """The next page of `probe`."""
    rows = f"pullRequests(first:$k,after:$after,{BY_UPDATE}){{{PAGE} nodes{{{ROW}}}}}"
    on = f"... on Repository{{{FACTS} {rows}}}"
    return f"query PrMore($ids:[ID!]!,$k:Int!,$after:String){{nodes(ids:$ids){{__typename {on}}} {RATE}}}"


def open_rows() -> str:
    """A page of the open pull requests per repository, oldest first: this order is stable from page to page.

    The query asks for their number only with $count: counting takes GitHub time.
    """
    order = "states:OPEN,orderBy:{field:CREATED_AT,direction:ASC}"
    rows = f"pullRequests(first:100,after:$after,{order}){{totalCount @include(if:$count) {PAGE} nodes{{{ROW}}}}}"
    on = f"... on Repository{{{FACTS} {rows}}}"
    declared = "$ids:[ID!]!,$after:String,$count:Boolean!"
    return f"query OpenIds({declared}){{nodes(ids:$ids){{__typename {on}}} {RATE}}}"


@lru_cache(maxsize=16)
def details(dialect: Dialect) -> str:
    """Complete pull requests with their timeline."""
    connections = " ".join(_connection(name, _bound(name, _FIRST[name]), dialect) for name in _connections(dialect))
    committed = "headRef{target{oid ... on Commit{committedDate author{user{login}}}}}" if dialect.head else ""
    detail = (
        "fragment PrDetail on PullRequest{id number title url state isDraft merged mergedAt closedAt createdAt updatedAt"
        " baseRefName baseRefOid headRefName headRefOid additions deletions changedFiles mergeable"
        f" {'totalCommentsCount' if dialect.comments else ''} author{{__typename login}} repository{{id}}"
        f" {committed} {connections} {_merging(dialect)} {_rollup(dialect)}}}"
    )
    fragments = f"{detail} {_fragments(CONNECTIONS, dialect)}"
    return f"query PrDetails($ids:[ID!]!){{nodes(ids:$ids){{__typename ...PrDetail}} {RATE}}} {fragments}"


@lru_cache(maxsize=64)
def follow(names: tuple[str, ...], dialect: Dialect) -> str:
    """Further pages: for the pull request $i0 the connection names[0] after the cursor $c0, for $i1 names[1], …"""
    declared = ",".join(f"$i{at}:ID!,$c{at}:String" for at in range(len(names)))
    asked = " ".join(
        f"p{at}:node(id:$i{at}){{... on PullRequest{{{_connection(name, _bound(name, 100, f'$c{at}'), dialect)}}}}}"
        for at, name in enumerate(names)
    )
    return f"query PrFollow({declared}){{{asked} {RATE}}} {_fragments(names, dialect)}"


@lru_cache(maxsize=16)
def checks(dialect: Dialect) -> str:
    """Checks, and what else decides about a merge: all this changes without a change of `updatedAt`."""
    threads = _connection("reviewThreads", _bound("reviewThreads", 100), dialect) if dialect.threads else ""
    read = f"id state merged headRefOid mergeable updatedAt {threads} {_merging(dialect)} {_rollup(dialect)}"
    return f"query CiSweep($ids:[ID!]!){{nodes(ids:$ids){{__typename ... on PullRequest{{{read}}}}} {RATE}}}"


def team() -> str:
    """A page of the members of a team and of its child teams."""
    members = f"members(first:100,after:$after,membership:ALL){{{PAGE} nodes{{login}}}}"
    asked = f"organization(login:$org){{team(slug:$slug){{combinedSlug {members}}}}}"
    return f"query TeamMembers($org:String!,$slug:String!,$after:String){{{asked} {RATE}}}"


@lru_cache(maxsize=64)
def codeowners(count: int) -> str:
    """The three possible CODEOWNERS files of the repositories $i0, $i1, …; $g0, $r0 and $d0 are `branch:path`."""
    blob = "{... on Blob{oid byteSize isTruncated text}}"
    declared = ",".join(f"$i{at}:ID!,$g{at}:String!,$r{at}:String!,$d{at}:String!" for at in range(count))
    asked = " ".join(
        f"w{at}:node(id:$i{at}){{... on Repository{{gh:object(expression:$g{at}){blob} root:object(expression:$r{at}){blob}"
        f" docs:object(expression:$d{at}){blob}}}}}"
        for at in range(count)
    )
    return f"query Codeowners({declared}){{{asked} {RATE}}}"


def files() -> str:
    """A page of the changed files of pull requests."""
    read = f"id headRefOid changedFiles files(first:100,after:$after){{{PAGE} nodes{{path}}}}"
    on = f"... on PullRequest{{{read}}}"
    return f"query PrFiles($ids:[ID!]!,$after:String){{nodes(ids:$ids){{__typename {on}}} {RATE}}}"


def _connections(dialect: Dialect) -> list[str]:
    return [name for name in CONNECTIONS if name != "reviewThreads" or dialect.threads]


def _bound(name: str, size: int, cursor: str = "") -> str:
    if name == TIMELINE:
        return f"last:{size}" + (f",before:{cursor}" if cursor else "")
    return f"first:{size}" + (f",after:{cursor}" if cursor else "")


def _connection(name: str, bound: str, dialect: Dialect) -> str:
    if name == TIMELINE:
        kinds = [*_events(dialect), *_TEXTS]
        types = ",".join(_WORD_START.sub("_", kind).upper() for kind in kinds)
        page = "pageInfo{hasPreviousPage startCursor}"
        return f"{name}({bound},itemTypes:[{types}]){{{page} nodes{{__typename {_items(dialect)}}}}}"
    read = _opinions(dialect) if name == OPINIONS else _LISTS[name]
    return f"{name}({bound}){{{read}}}"


def _events(dialect: Dialect) -> dict[str, str]:
    queue = _MERGE_QUEUE_EVENTS if dialect.merge_queue else {}
    auto_merge = _AUTO_MERGE_EVENTS if dialect.auto_merge else {}
    by_push = "pullRequestCommit{id} " if dialect.dismissals else ""
    dismissed = {"ReviewDismissedEvent": by_push + _EVENTS["ReviewDismissedEvent"]}
    return _EVENTS | dismissed | queue | auto_merge


def _items(dialect: Dialect) -> str:
    events = " ".join(
        f"... on {kind}{{createdAt {DOER} {more}}}".replace(" }", "}") for kind, more in _events(dialect).items()
    )
    return (
        f"{events} ... on IssueComment{{createdAt author{{__typename login}}}}"
        " ... on PullRequestReview{id state submittedAt author{__typename login}}"
    )


def _opinions(dialect: Dialect) -> str:
    pushers = " authorCanPushToRepository" if dialect.pushers else ""
    return f"{PAGE} nodes{{state submittedAt author{{__typename login}} commit{{oid}}{pushers}}}"


def _merging(dialect: Dialect) -> str:
    """What decides about a merge, besides checks and threads. None of it is a connection, so none of it costs points."""
    parts = {
        "reviewDecision": dialect.decision,
        "mergeStateStatus": dialect.merge_state,
        "mergeQueueEntry{position enqueuedAt enqueuer{login}}": dialect.merge_queue,
        "autoMergeRequest{enabledAt enabledBy{login}}": dialect.auto_merge,
        "baseRef{refUpdateRule{pattern}}": dialect.protection,
    }
    return " ".join(["isCrossRepository", *(part for part, spoken in parts.items() if spoken)])


def _fragments(names: Iterable[str], dialect: Dialect) -> str:
    used = {fragment for name in names for fragment in _FRAGMENT_USES.get(name, ())}
    texts = {"Who": _WHO % (" ... on Team{combinedSlug}" if dialect.teams else ""), "Assigned": _ASSIGNED}
    return " ".join(texts[name] for name in ("Who", "Assigned") if name in used)


def _rollup(dialect: Dialect) -> str:
    if dialect.rollup:
        return "statusCheckRollup{state}"
    return "commits(last:1){nodes{commit{oid statusCheckRollup{state}}}}"
