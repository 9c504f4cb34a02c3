"""Turns a raw HTTP response of GitHub into data with problems, or raises the typed error that the response means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.github import errors
from monitor.github.answers import QueryCost
from monitor.github.graphql_errors import Problem, first_of_kind, problems_in
from monitor.github.rate_limit_errors import raise_rate_limit_error, rate_limit_error_in
from monitor.github.raw_response import RawResponse


@dataclass(frozen=True, slots=True)
class GraphQLResult:
    """The data of a GraphQL response, and the problems with parts of the data."""

    data: dict[str, Any]
    problems: tuple[Problem, ...]
    cost: QueryCost
    headers: Mapping[str, str]


def read_graphql(raw: RawResponse) -> GraphQLResult:
    """The data of a GraphQL response. Raises a typed error if the response cannot be used at all."""
    body = read_json(raw)
    if not isinstance(body, dict):
        raise errors.Unavailable("GitHub answered something that is no GraphQL answer.", cost=raw.cost)
    problems, data = problems_in(body.get("errors")), body.get("data")
    cost = _with_counted_points(raw.cost, data)
    raise_rate_limit_error(raw, problems, cost)
    if not isinstance(data, dict):
        raise _error_without_data(problems, cost)
    if whole := [problem for problem in problems if not problem.path]:
        # A problem without a place explains some nulls in the data, but not which: no null is reliable.
        raise _error_without_data(tuple(whole), cost)
    return GraphQLResult(data, problems, cost, raw.headers)


def read_rest(raw: RawResponse) -> Any:
    """The JSON of a REST response. Raises as `read_graphql` does, and `LookupError` for a 404."""
    if raw.status == 404 and raw.headers.get("content-type", "").startswith("application/json"):
        raise LookupError("not found")
    return read_json(raw)


def read_json(raw: RawResponse) -> Any:
    """The JSON of a successful response. Raises for every other status and for a body that is no JSON."""
    if raw.status == 200 or (raw.status == 201 and raw.resource == "core"):
        if not raw.body.strip():
            raise errors.Unavailable("GitHub answered with nothing in it.", cost=raw.cost)
        try:
            return json.loads(raw.body)
        except (ValueError, RecursionError):
            raise errors.Unavailable(_no_json_message(raw), retry_after=raw.retry_after, cost=raw.cost) from None
    raise _error_for_status(raw)


def _no_json_message(raw: RawResponse) -> str:
    if raw.body.lstrip()[:1] in ("{", "["):
        return "GitHub's answer was cut off."
    return "Something that is not GitHub's API answered (a page instead of data)."


def _error_for_status(raw: RawResponse) -> errors.GitHubError:
    """The error that an unsuccessful status means."""
    message = _message_in(raw.body)
    if limit := rate_limit_error_in(raw, message):
        return limit
    if raw.status == 401:
        return errors.Unauthorized(f"GitHub refuses the token: {message or 'it answers 401'}", cost=raw.cost)
    if raw.status == 403:
        words = "single sign-on is wanted" if "x-github-sso" in raw.headers else message or "it answers 403"
        return errors.Forbidden(f"GitHub forbids it: {words}", cost=raw.cost)
    if raw.status in (408, 502, 504):
        return errors.Overloaded(f"GitHub answers {raw.status}.", retry_after=raw.retry_after, cost=raw.cost)
    if raw.status in (400, 413, 422):
        return errors.QueryRejected(f"GitHub refuses the question: {message or raw.status}", cost=raw.cost)
    hint = " Is GITHUB_API_URL right?" if raw.status < 500 else ""
    return errors.Unavailable(f"GitHub answers {raw.status}.{hint}", retry_after=raw.retry_after, cost=raw.cost)


def _error_without_data(problems: tuple[Problem, ...], cost: QueryCost) -> errors.GitHubError:
    """The error for a response without data, or with unreliable data."""
    if problem := first_of_kind(problems, "overload"):
        return errors.Overloaded(f"This was too much for GitHub at once: {problem.words}", cost=cost)
    if problem := first_of_kind(problems, "forbidden"):
        return errors.Forbidden(f"GitHub forbids it: {problem.words}", problems=problems, cost=cost)
    if problem := first_of_kind(problems, "refusal"):
        return errors.QueryRejected(f"GitHub refuses the question: {problem.words}", problems=problems, cost=cost)
    words = problems[0].words if problems else "an answer without data"
    return errors.Unavailable(f"GitHub failed: {words}", cost=cost)


def _with_counted_points(cost: QueryCost, data: object) -> QueryCost:
    """The cost with the points that GitHub counted; no points if the server does not count (Enterprise Server)."""
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    if isinstance(limit, dict) and isinstance(limit.get("cost"), int):
        return replace(cost, points=limit["cost"])
    return replace(cost, points=0) if isinstance(data, dict) and cost.limit is None else cost


def _message_in(body: str) -> str:
    try:
        message = json.loads(body)
    except ValueError:
        return ""
    return str(message.get("message") or "")[:300] if isinstance(message, dict) else ""
