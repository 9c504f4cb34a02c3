"""One raw HTTP answer of GitHub: either data with the problems beside it, or the typed error that it amounts to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from monitor.github import errors
from monitor.github.answers import Cost
from monitor.github.problems import Problem, first, is_secondary, problems_in

# The pause GitHub asks for where it names none, and the longest we believe.
PAUSE = timedelta(seconds=60)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Raw:
    """Status, headers with lower-case names, body, seconds it took, and when it came (aware, this machine's clock)."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float
    at: datetime
    resource: Literal["graphql", "core"] = "graphql"

    @property
    def cost(self) -> Cost:
        """What the headers tell; a query that GitHub took in counts at least one point."""
        return Cost(
            points=1,
            seconds=self.seconds,
            remaining=_number(self.headers.get("x-ratelimit-remaining")),
            limit=_number(self.headers.get("x-ratelimit-limit")),
            reset_at=self.reset_at,
            resource=self.resource,
        )

    @property
    def reset_at(self) -> datetime | None:
        """When the hour's points come back, in this machine's time: clocks differ, GitHub's `Date` tells by how much."""
        seconds = _number(self.headers.get("x-ratelimit-reset"))
        if seconds is None or not 0 < seconds < 1 << 36:
            return None
        there = _date(self.headers.get("date"))
        ahead = datetime.fromtimestamp(seconds, UTC) - (there or self.at)
        return self.at + min(max(ahead, timedelta()), LONGEST)

    @property
    def retry_after(self) -> int | None:
        """Seconds of `Retry-After`, which may also be written as a date."""
        text = self.headers.get("retry-after")
        seconds = _number(text)
        if seconds is None and (date := _date(text)):
            seconds = int((date - (_date(self.headers.get("date")) or self.at)).total_seconds())
        return None if seconds is None else min(max(seconds, 0), int(LONGEST.total_seconds()))


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
    _refuse_limits(raw, problems, cost)
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
    if limited := _limited(raw, said):
        return limited
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


def _limited(raw: Raw, said: str) -> errors.RateLimited | None:
    if raw.status not in (403, 429):
        return None
    spent = raw.headers.get("x-ratelimit-remaining") == "0" and not is_secondary(said)
    if raw.status == 429 or spent or is_secondary(said) or "retry-after" in raw.headers or "rate limit" in said.lower():
        return _wait(raw, raw.cost, primary=spent or ("rate limit" in said.lower() and not is_secondary(said)))
    return None


def _refuse_limits(raw: Raw, problems: tuple[Problem, ...], cost: Cost) -> None:
    if first(problems, "secondary_limit"):
        raise _wait(raw, cost, primary=False)
    if first(problems, "primary_limit"):
        raise _wait(raw, replace(cost, points=0), primary=True)
    if (problem := first(problems, "overload")) and (not problem.path or problem.type):
        raise errors.Overloaded(f"This was too much for GitHub at once: {problem.words}", cost=cost)


def _wait(raw: Raw, cost: Cost, *, primary: bool) -> errors.RateLimited:
    """Retry-After wins; then, for points that are spent, the reset; else the minute that the documentation asks for."""
    named = raw.at + timedelta(seconds=raw.retry_after) if raw.retry_after is not None else None
    if named is None and primary:
        named = raw.reset_at
    words = "The hour's points of this token are spent." if primary else "GitHub says we ask too fast."
    return errors.RateLimited(words, until=named or raw.at + PAUSE, primary=primary, explicit=bool(named), cost=cost)


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


def _number(text: str | None) -> int | None:
    try:
        return int(float(text)) if text is not None else None
    except (ValueError, OverflowError):
        return None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
