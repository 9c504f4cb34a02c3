"""The terms there are: what each takes, an example of it, and what giving it twice means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Takes = Literal[
    "choice", "truth", "login", "team", "owner", "repository", "organization", "label", "branch", "age", "day"
]

SIZES: tuple[tuple[str, int | None], ...] = (("xs", 10), ("s", 30), ("m", 100), ("l", 500), ("xl", None))
"""Size tags with the most changed lines of each."""


@dataclass(frozen=True, slots=True)
class Field:
    """One kind of term. `either`: given twice, one of the two has to hold; else both have to."""

    name: str
    takes: Takes
    example: str
    choices: tuple[str, ...] = ()
    either: bool = False


_ALL = (
    Field("is", "choice", "open", ("open", "closed", "merged", "draft"), either=True),
    Field("author", "login", "@me", either=True),
    Field("assignee", "login", "@me", either=True),
    Field("review-requested", "login", "@me"),
    Field("team-review-requested", "team", "@me"),
    Field("reviewed-by", "login", "@me"),
    Field("owner", "owner", "@me"),
    Field("involves", "owner", "@me"),
    Field("repo", "repository", "owner/name", either=True),
    Field("org", "organization", "name", either=True),
    Field("label", "label", "bug"),
    Field("base", "branch", "main", either=True),
    Field("head", "branch", "topic", either=True),
    Field("ci", "choice", "success", ("success", "failure", "pending", "none", "unknown"), either=True),
    Field("review", "choice", "approved", ("none", "waiting", "approved", "changes_requested"), either=True),
    Field("turn", "choice", "me", ("me", "author", "reviewers", "none")),
    Field("bot", "truth", "false", ("true", "false")),
    Field("snoozed", "truth", "false", ("true", "false")),
    Field("size", "choice", "s", tuple(tag for tag, _ in SIZES), either=True),
    Field("age", "age", ">3d"),
    Field("updated", "day", ">=2026-01-01"),
    Field("sort", "choice", "updated", ("updated", "created", "age", "size")),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}

TITLE = "title"
NUMBER = "#"
"""Terms without a name of their own: words of the title, and the number."""

# What people bring along from elsewhere, and what it is called here.
MEANT: Mapping[str, str] = {
    "draft": "is:draft",
    "state": "is:open",
    "status": "ci:success",
    "checks": "ci:success",
    "merged": "updated:>=2026-01-01",
    "created": "sort:created",
    "commenter": "reviewed-by:@me",
    "mentions": "involves:@me",
    "user": "org:name",
    "user-review-requested": "review-requested:@me",
    "assigned": "assignee:@me",
    "reviewer": "review-requested:@me",
    "team": "team-review-requested:@me",
    "code-owner": "owner:@me",
    "branch": "head:topic",
    "is:pr": "is:open",
    "is:pull-request": "is:open",
    "is:unmerged": "is:closed",
    "is:snoozed": "snoozed:true",
    "ci:passed": "ci:success",
    "ci:passing": "ci:success",
    "ci:green": "ci:success",
    "ci:failed": "ci:failure",
    "ci:failing": "ci:failure",
    "ci:red": "ci:failure",
    "ci:error": "ci:failure",
    "ci:running": "ci:pending",
    "review:required": "review:waiting",
    "review:changes-requested": "review:changes_requested",
    "review:pending": "review:waiting",
    "turn:@me": "turn:me",
    "turn:reviewer": "turn:reviewers",
    "bot:yes": "bot:true",
    "bot:no": "bot:false",
    "snoozed:yes": "snoozed:true",
    "snoozed:no": "snoozed:false",
}


def size_of(lines: int) -> str:
    """The size tag of so many changed lines."""
    return next(tag for tag, most in SIZES if most is None or lines <= most)


def lines_of(tag: str) -> tuple[int, int | None]:
    """The changed lines behind a size tag: at least, at most (None: any number)."""
    least = 0
    for name, most in SIZES:
        if name == tag:
            return least, most
        least = (most or 0) + 1
    raise KeyError(tag)
