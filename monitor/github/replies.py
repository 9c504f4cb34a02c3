"""One raw HTTP answer of GitHub: either data with the problems beside it, or the typed error that it amounts to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from monitor.github import errors
from monitor.github.answers import Cost
from monitor.github.limits import limited, refuse_limits
from monitor.github.problems import Problem, first, problems_in
from monitor.github.raw import Raw


@dataclass(frozen=True, slots=True)
class Reply:
    """Data, and the problems with parts of it."""

    data: dict[str, Any]
    problems: tuple[Problem, ...]
    cost: Cost
    headers: Mapping[str, str]


def graphql_reply(raw: Raw) -> Reply:
    """The data of a GraphQL answer; raises the typed error of an answer that cannot be used at all."""
    body = checked(raw)
    if not isinstance(body, dict):
        raise errors.Unavailable("GitHub answered something that is no GraphQL answer.", cost=raw.cost)
    problems, data = problems_in(body.get("errors")), body.get("data")
    cost = _settled(raw.cost, data)
    refuse_limits(raw, problems, cost)
    if not isinstance(data, dict):
        raise _no_data(problems, cost)
    if whole := [problem for problem in problems if not problem.path]:
        # Parts of the data are null for a reason that names no place: no null of it can be believed.
        raise _no_data(tuple(whole), cost)
    return Reply(data, problems, cost, raw.headers)


def rest_reply(raw: Raw) -> Any:
    """The JSON of a REST answer; raises as `graphql_reply` does, `LookupError` for a 404."""
    if raw.status == 404 and raw.headers.get("content-type", "").startswith("application/json"):
        raise LookupError("not found")
    return checked(raw)


def checked(raw: Raw) -> Any:
    """The JSON of a successful answer; raises for every status and body that is none."""
    if raw.status == 200 or (raw.status == 201 and raw.resource == "core"):
        if not raw.body.strip():
            raise errors.Unavailable("GitHub answered with nothing in it.", cost=raw.cost)
        try:
            return json.loads(raw.body)
        except (ValueError, RecursionError):
            raise errors.Unavailable(_not_json(raw), retry_after=raw.retry_after, cost=raw.cost) from None
    raise _failure(raw)


def _not_json(raw: Raw) -> str:
    if raw.body.lstrip()[:1] in ("{", "["):
        return "GitHub's answer was cut off."
    return "Something that is not GitHub's API answered (a page instead of data)."


def _failure(raw: Raw) -> errors.GitHubError:
    """The error behind a status that is no success."""
    said = _message(raw.body)
    if limit := limited(raw, said):
        return limit
    if raw.status == 401:
        return errors.Unauthorized(f"GitHub refuses the token: {said or 'it answers 401'}", cost=raw.cost)
    if raw.status == 403:
        words = "single sign-on is wanted" if "x-github-sso" in raw.headers else said or "it answers 403"
        return errors.Forbidden(f"GitHub forbids it: {words}", cost=raw.cost)
    if raw.status in (408, 502, 504):
        return errors.Overloaded(f"GitHub answers {raw.status}.", retry_after=raw.retry_after, cost=raw.cost)
    if raw.status in (400, 413, 422):
        return errors.Refused(f"GitHub refuses the question: {said or raw.status}", cost=raw.cost)
    hint = " Is GITHUB_API_URL right?" if raw.status < 500 else ""
    return errors.Unavailable(f"GitHub answers {raw.status}.{hint}", retry_after=raw.retry_after, cost=raw.cost)


def _no_data(problems: tuple[Problem, ...], cost: Cost) -> errors.GitHubError:
    """The error of an answer without data, or with data that cannot be believed."""
    if problem := first(problems, "overload"):
        return errors.Overloaded(f"This was too much for GitHub at once: {problem.words}", cost=cost)
    if problem := first(problems, "forbidden"):
        return errors.Forbidden(f"GitHub forbids it: {problem.words}", problems=problems, cost=cost)
    if problem := first(problems, "refusal"):
        return errors.Refused(f"GitHub refuses the question: {problem.words}", problems=problems, cost=cost)
    words = problems[0].words if problems else "an answer without data"
    return errors.Unavailable(f"GitHub failed: {words}", cost=cost)


def _settled(cost: Cost, data: object) -> Cost:
    """The cost with the points that GitHub itself counted; none where it does not count (Enterprise Server)."""
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    if isinstance(limit, dict) and isinstance(limit.get("cost"), int):
        return replace(cost, points=limit["cost"])
    return replace(cost, points=0) if isinstance(data, dict) and cost.limit is None else cost


def _message(body: str) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("message") or "")[:300] if isinstance(said, dict) else ""
