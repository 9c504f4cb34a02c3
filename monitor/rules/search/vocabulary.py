"""The fields of the search grammar: what values each takes, an example, and what it means to give a field twice.

`docs/search.md` describes them for users. Depends on no setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ValueType = Literal[
    "choice", "truth", "login", "team", "owner", "repository", "organization", "label", "branch", "age", "day"
]

SIZES: tuple[tuple[str, int | None], ...] = (("xs", 10), ("s", 30), ("m", 100), ("l", 500), ("xl", None))
"""Size tags, each with the largest number of changed lines that it covers; None: no limit."""

STATES = ("open", "closed", "merged")
"""What `is:` takes of which a pull request is exactly one: each is an alternative to the others."""

NARROWING = ("draft", "queued", "stacked")
"""What `is:` takes that a pull request may be besides its state: `is:open is:draft` asks for both, as on GitHub."""


@dataclass(frozen=True, slots=True)
class SearchField:
    """One field. With `alternatives`, a pull request has to match one of several values, else all of them."""

    name: str
    value_type: ValueType
    example: str
    choices: tuple[str, ...] = ()
    alternatives: bool = False


_ALL = (
    SearchField("is", "choice", "open", (*STATES, *NARROWING), alternatives=True),
    SearchField("author", "login", "@me", alternatives=True),
    SearchField("assignee", "login", "@me", alternatives=True),
    SearchField("review-requested", "login", "@me"),
    SearchField("user-review-requested", "login", "@me"),
    SearchField("team-review-requested", "team", "@me"),
    SearchField("reviewed-by", "login", "@me"),
    SearchField("owner", "owner", "@me"),
    SearchField("involves", "owner", "@me"),
    SearchField("repo", "repository", "owner/name", alternatives=True),
    SearchField("org", "organization", "name", alternatives=True),
    SearchField("label", "label", "bug"),
    SearchField("base", "branch", "main", alternatives=True),
    SearchField("head", "branch", "topic", alternatives=True),
    SearchField("ci", "choice", "success", ("success", "failure", "pending", "none", "unknown"), alternatives=True),
    SearchField(
        "review", "choice", "approved", ("none", "waiting", "approved", "changes_requested"), alternatives=True
    ),
    SearchField("turn", "choice", "me", ("me", "author", "reviewers", "none")),
    SearchField("bot", "truth", "false", ("true", "false")),
    SearchField("snoozed", "truth", "false", ("true", "false")),
    SearchField("size", "choice", "s", tuple(tag for tag, _ in SIZES), alternatives=True),
    SearchField("age", "age", ">3d"),
    SearchField("updated", "day", ">=2026-01-01"),
    SearchField("sort", "choice", "updated", ("updated", "created", "age", "size", "urgency")),
)
FIELDS: Mapping[str, SearchField] = {field.name: field for field in _ALL}

TITLE = "title"
NUMBER = "#"
"""The fields that a search does not name: words of the title, and the number."""

# Terms that people know from GitHub and other tools -> the term that is offered instead.
SYNONYMS: Mapping[str, str] = {
    "draft": "is:draft",
    "queued": "is:queued",
    "queue": "is:queued",
    "merge-queue": "is:queued",
    "stacked": "is:stacked",
    "stack": "is:stacked",
    "state": "is:open",
    "status": "ci:success",
    "checks": "ci:success",
    "merged": "updated:>=2026-01-01",
    "created": "sort:created",
    "commenter": "reviewed-by:@me",
    "mentions": "involves:@me",
    "user": "org:name",
    "assigned": "assignee:@me",
    "reviewer": "review-requested:@me",
    "team": "team-review-requested:@me",
    "code-owner": "owner:@me",
    "branch": "head:topic",
    "is:pr": "is:open",
    "is:pull-request": "is:open",
    "is:unmerged": "is:closed",
    "is:snoozed": "snoozed:true",
    "is:queue": "is:queued",
    "is:in-queue": "is:queued",
    "is:merge-queue": "is:queued",
    "is:merging": "is:queued",
    "is:stack": "is:stacked",
    "is:bot": "bot:true",
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
    """The size tag for a number of changed lines."""
    return next(tag for tag, most in SIZES if most is None or lines <= most)


def lines_of(tag: str) -> tuple[int, int | None]:
    """The smallest and largest number of changed lines of a size tag (largest None: no limit). Errors: KeyError."""
    least = 0
    for name, most in SIZES:
        if name == tag:
            return least, most
        least = (most or 0) + 1
    raise KeyError(tag)
