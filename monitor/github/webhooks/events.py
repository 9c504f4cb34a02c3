"""Webhook events to hints. What we do not know, or cannot read, hints at nothing.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from monitor.github.parse import CODEOWNERS_PLACES
from monitor.github.webhooks.hints import Hint
from monitor.github.webhooks.payloads import (
    ACTION,
    SHA,
    SLUG,
    Payload,
    home,
    is_here,
    listed,
    part,
    pull_requests,
    repositories,
    text,
)

# What to tick on GitHub's settings page, in its own words; those of an organization come from its webhooks alone.
OF_A_REPOSITORY = {
    "pull_request": "Pull requests",
    "pull_request_review": "Pull request reviews",
    "pull_request_review_comment": "Pull request review comments",
    "pull_request_review_thread": "Pull request review threads",
    "issue_comment": "Issue comments",
    "check_run": "Check runs",
    "check_suite": "Check suites",
    "status": "Statuses",
    "push": "Pushes",
    "repository": "Repositories",
    "public": "Visibility changes",
}
OF_AN_ORGANIZATION = {"membership": "Memberships", "team": "Teams"}
BRANCH = "refs/heads/"
PULL_REQUESTS_AT_MOST = 100
REPOSITORIES_AT_MOST = 1000


def hint_of(event: str, payload: Payload) -> Hint | None:
    """The hint of a delivery; None when there is nothing to look at."""
    read = READERS.get(event)
    return read(payload) if read else None


def action_of(payload: Payload) -> str:
    """The action of an event, where it has one."""
    return text(payload.get("action"), ACTION)


def unticked(payload: Payload) -> list[str]:
    """Of a ping: what its webhook does not send although it would be of use, in the words of the settings page."""
    sent = listed(part(payload, "hook"), "events")
    useful = OF_A_REPOSITORY | (OF_AN_ORGANIZATION if "organization" in payload else {})
    return [
        words
        for event, words in useful.items()
        if sent and not {event, "*"} & {one for one in sent if isinstance(one, str)}
    ]


def _details(payload: Payload) -> Hint | None:
    found = pull_requests([payload.get("pull_request")], payload.get("number"))
    return Hint("details", home(payload), found) if home(payload) and found else None


def _comment(payload: Payload) -> Hint | None:
    """Comments on issues come by the same event; a pull request is an issue with a pull request in it."""
    issue = part(payload, "issue")
    found = pull_requests([issue]) if part(issue, "pull_request") else ()
    return Hint("details", home(payload), found) if home(payload) and found else None


def _checks(name: str) -> Callable[[Payload], Hint | None]:
    def read(payload: Payload) -> Hint | None:
        """A fork's run names no pull request: the commit finds it."""
        if payload.get("action") not in ("completed", "rerequested"):
            return None
        run = part(payload, name)
        here = [one for one in listed(run, "pull_requests") if is_here(one, payload)]
        sha = text(run.get("head_sha"), SHA)
        named = pull_requests(here[:PULL_REQUESTS_AT_MOST])
        return Hint("checks", home(payload), named, sha) if home(payload) and (named or sha) else None

    return read


def _status(payload: Payload) -> Hint | None:
    sha = text(payload.get("sha"), SHA)
    return Hint("checks", home(payload), head_sha=sha) if home(payload) and sha else None


def _repository(payload: Payload) -> Hint | None:
    return Hint("repository", home(payload)) if home(payload) else None


def _push(payload: Payload) -> Hint | None:
    """Pushes to a pull request have an event of their own; this one tells of new code owners on a branch."""
    ref = payload.get("ref")
    if not isinstance(ref, str) or not ref.startswith(BRANCH) or not home(payload):
        return None
    branch = ref.removeprefix(BRANCH)
    touched = branch.isprintable() and not _places(payload).isdisjoint(CODEOWNERS_PLACES.values())
    return Hint("owners", home(payload), branch=branch[:255]) if touched else None


def _places(payload: Payload) -> set[str]:
    lists: Iterable[Iterable[object]] = (
        listed(commit, how)
        for commit in listed(payload, "commits")
        if isinstance(commit, dict)
        for how in ("added", "modified", "removed")
    )
    return {path for paths in lists for path in paths if isinstance(path, str)}


def _team(payload: Payload) -> Hint | None:
    """A team, and the one above it: members of a child team count there as well."""
    team, owner = part(payload, "team"), text(part(payload, "organization").get("login"), SLUG)
    slugs = [text(one.get("slug"), SLUG) for one in (team, part(team, "parent"))]
    names = tuple(f"{owner}/{slug}" for slug in slugs if slug and owner)
    return Hint("team", teams=names) if names else None


def _installation(payload: Payload) -> Hint:
    """The App was given repositories, or lost them: which ones is asked, not believed."""
    lists = (listed(payload, name) for name in ("repositories", "repositories_added", "repositories_removed"))
    return Hint("installation", repositories([one for some in lists for one in some][:REPOSITORIES_AT_MOST]))


def _meta(payload: Payload) -> Hint | None:
    """The webhook itself was deleted: the repository has to be looked at more often again."""
    return Hint("unhooked", home(payload)) if home(payload) and action_of(payload) == "deleted" else None


READERS: dict[str, Callable[[Payload], Hint | None]] = {
    "pull_request": _details,
    "pull_request_review": _details,
    "pull_request_review_comment": _details,
    "pull_request_review_thread": _details,
    "issue_comment": _comment,
    "check_run": _checks("check_run"),
    "check_suite": _checks("check_suite"),
    "status": _status,
    "push": _push,
    "repository": _repository,
    "public": _repository,
    "membership": _team,
    "team": _team,
    "installation": _installation,
    "installation_repositories": _installation,
    "meta": _meta,
}
