"""Why a pull request is on somebody's list, in sentences."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.snapshot import moment
from monitor.views.texts import plain

ROLES: dict[str, tuple[str, str]] = {
    "author": ("author", "person"),
    "assigned": ("assigned", "person"),
    "review_requested": ("review requested", "person"),
    "team_requested": ("team’s review requested", "people"),
    "code_owner": ("code owner", "owner"),
    "reviewed": ("took part", "comment"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what is said, since when, and the CODEOWNERS rules behind it."""

    icon: str
    said: str
    since: datetime | None = None
    more: str = ""
    rules: tuple[Mapping[str, Any], ...] = ()


def reasons_for(
    document: Mapping[str, Any], roles: Sequence[str], login: str | None, teams: Collection[str]
) -> list[Reason]:
    """The reasons of one person (`login` and `teams` in lower case), strongest first."""
    found: list[Reason] = []
    for asked in document["review_requests"]:
        name = asked["name"].lower()
        if asked["kind"] == "user" and name == login:
            found.insert(0, Reason("person", "You are asked for a review", moment(asked["since"])))
        elif asked["kind"] == "team" and name in teams:
            team = plain(asked["name"].rpartition("/")[2])
            found.append(Reason("people", f"Team {team} is asked, and you are in it", moment(asked["since"])))
    if "author" in roles:
        found.append(Reason("person", "You opened it", moment(document["created_at"])))
    if "assigned" in roles:
        found.append(Reason("person", "It is assigned to you"))
    if "code_owner" in roles:
        lines = {rule["line"] for rule in document["code_owners"] if _names(rule, login, teams)}
        rules = tuple(_whole(line, document["code_owners"]) for line in sorted(lines))
        found.append(_owning(rules))
    if "reviewed" in roles:
        found.append(Reason("comment", "You took part", more="You reviewed it or wrote a comment."))
    return found


def _owning(rules: tuple[Mapping[str, Any], ...]) -> Reason:
    if rules:
        return Reason("owner", "You own code it changes", rules=rules)
    return Reason("owner", "GitHub asks you as a code owner", more="Which rule says so is not known here.")


def _whole(line: int, rules: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The line as CODEOWNERS has it, with all its owners."""
    there = [rule for rule in rules if rule["line"] == line]
    return {**there[0], "owner": " ".join(rule["owner"] for rule in there)}


def _names(rule: Mapping[str, Any], login: str | None, teams: Collection[str]) -> bool:
    name = str(rule["owner"]).removeprefix("@").lower()
    return name == login or name in teams
