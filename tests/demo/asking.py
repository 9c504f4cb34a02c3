"""Asking the demo GitHub over HTTP, as any client would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from tests.demo_github import DemoGitHub

PROBE = """query PrProbe($ids:[ID!]!,$k:Int!){ nodes(ids:$ids){ __typename id ... on Repository{ nameWithOwner
  pullRequests(first:$k,orderBy:{field:UPDATED_AT,direction:DESC}){ nodes{ id number state updatedAt } } } }
  rateLimit{cost remaining nodeCount} }"""

DETAIL = """query PrDetails($ids:[ID!]!){ nodes(ids:$ids){ ... on PullRequest{ title state isDraft reviewDecision updatedAt
  author{__typename login} labels(first:20){nodes{name}} assignees(first:10){nodes{login}}
  reviewRequests(first:20){nodes{asCodeOwner requestedReviewer{__typename ... on User{login} ... on Team{combinedSlug}}}}
  latestOpinionatedReviews(first:20){nodes{state author{login}}} statusCheckRollup{state}
  timelineItems(last:50){nodes{__typename ... on ReviewRequestedEvent{actor{login}}}} } } }"""


@dataclass(frozen=True)
class Said:
    """What came back."""

    status: int
    headers: Any
    data: Any
    errors: list[dict[str, Any]]
    text: str


def graphql(github: DemoGitHub, query: str, *, token: str = "demo", **variables: Any) -> Said:
    headers = {"Authorization": f"bearer {token}"} if token else {}
    body = {"query": query, "variables": variables}
    answer = requests.post(f"{github.web_url}/graphql", json=body, headers=headers, timeout=10)
    read = answer.json() if answer.headers["Content-Type"].startswith("application/json") else {}
    return Said(answer.status_code, answer.headers, read.get("data"), read.get("errors", []), answer.text)


def detail(github: DemoGitHub, pull_id: str, *, token: str = "demo") -> Any:
    """The one pull request of that id as DETAIL reads it."""
    return graphql(github, DETAIL, token=token, ids=[pull_id]).data["nodes"][0]


def rest(github: DemoGitHub, path: str, *, token: str = "demo", method: str = "GET") -> requests.Response:
    headers = {"Authorization": f"token {token}"} if token else {}
    return requests.request(method, f"{github.url}{path}", headers=headers, timeout=10, allow_redirects=False)
