"""Puts into sentences why a pull request is on a person's list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.plain_text import plain
from monitor.rules.snapshot import parse_time

# role -> (its words, its icon)
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
    """One reason: a sentence, since when it holds, more about it, and the CODEOWNERS rules behind it."""

    icon: str
    sentence: str
    since: datetime | None = None
    detail: str = ""
    rules: tuple[Mapping[str, Any], ...] = ()


def reasons_for(
    document: Mapping[str, Any], roles: Sequence[str], login: str | None, teams: Collection[str]
) -> list[Reason]:
    """The reasons for the person with this `login` and in these `teams` (all in lower case), the strongest first."""
    found: list[Reason] = []
    for request in document["review_requests"]:
        name = request["name"].lower()
        if request["kind"] == "user" and name == login:
            found.insert(0, Reason("person", "You are asked for a review", parse_time(request["since"])))
        elif request["kind"] == "team" and name in teams:
            team = plain(request["name"].rpartition("/")[2])
            found.append(Reason("people", f"Team {team} is asked, and you are in it", parse_time(request["since"])))
    if "author" in roles:
        found.append(Reason("person", "You opened it", parse_time(document["created_at"])))
    if "assigned" in roles:
        found.append(Reason("person", "It is assigned to you"))
    if "code_owner" in roles:
        lines = {rule["line"] for rule in document["code_owners"] if _applies_to(rule, login, teams)}
        rules = tuple(_rule_with_all_owners(line, document["code_owners"]) for line in sorted(lines))
        found.append(_code_owner_reason(rules))
    if "reviewed" in roles:
        found.append(Reason("comment", "You took part", detail="You reviewed it or wrote a comment."))
    return found


def _code_owner_reason(rules: tuple[Mapping[str, Any], ...]) -> Reason:
    if rules:
        return Reason("owner", "You own code it changes", rules=rules)
    return Reason("owner", "GitHub asks you as a code owner", detail="Which rule says so is not known here.")


def _rule_with_all_owners(line: int, rules: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The rule on one line of CODEOWNERS, with all its owners in one text."""
    same_line = [rule for rule in rules if rule["line"] == line]
    return {**same_line[0], "owner": " ".join(rule["owner"] for rule in same_line)}


def _applies_to(rule: Mapping[str, Any], login: str | None, teams: Collection[str]) -> bool:
    name = str(rule["owner"]).removeprefix("@").lower()
    return name == login or name in teams
