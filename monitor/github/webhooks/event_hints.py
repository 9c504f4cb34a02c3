"""Turns webhook events into hints. An unknown event or an unreadable payload gives no hint.

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
    home_repository,
    is_in_same_repository,
    list_in,
    object_in,
    pull_requests_in,
    repositories_in,
    text_matching,
)

# The events to tick on GitHub's settings page, with their labels there. Only an organization's webhook sends the events
# in ORGANIZATION_EVENTS.
REPOSITORY_EVENTS = {
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
ORGANIZATION_EVENTS = {"membership": "Memberships", "team": "Teams"}
BRANCH = "refs/heads/"
PULL_REQUESTS_AT_MOST = 100
REPOSITORIES_AT_MOST = 1000


def hint_of(event: str, payload: Payload) -> Hint | None:
    """The hint of a delivery; None if the delivery needs no look."""
    read = READERS.get(event)
    return read(payload) if read else None


def action_of(payload: Payload) -> str:
    """The action of an event; empty for an event without one."""
    return text_matching(payload.get("action"), ACTION)


def missing_events(payload: Payload) -> list[str]:
    """The useful events that the webhook of a ping does not send, with their labels on GitHub's settings page."""
    sent = list_in(object_in(payload, "hook"), "events")
    useful = REPOSITORY_EVENTS | (ORGANIZATION_EVENTS if "organization" in payload else {})
    return [
        words
        for event, words in useful.items()
        if sent and not {event, "*"} & {one for one in sent if isinstance(one, str)}
    ]


def _details(payload: Payload) -> Hint | None:
    found = pull_requests_in([payload.get("pull_request")], payload.get("number"))
    return Hint("details", home_repository(payload), found) if home_repository(payload) and found else None


def _comment(payload: Payload) -> Hint | None:
    """The same event reports comments on issues; the issue of a pull request has the field `pull_request`."""
    issue = object_in(payload, "issue")
    found = pull_requests_in([issue]) if object_in(issue, "pull_request") else ()
    return Hint("details", home_repository(payload), found) if home_repository(payload) and found else None


def _checks(name: str) -> Callable[[Payload], Hint | None]:
    def read(payload: Payload) -> Hint | None:
        """A check run of a fork names no pull request; the commit identifies the pull request."""
        if payload.get("action") not in ("completed", "rerequested"):
            return None
        run = object_in(payload, name)
        here = [one for one in list_in(run, "pull_requests") if is_in_same_repository(one, payload)]
        sha = text_matching(run.get("head_sha"), SHA)
        named = pull_requests_in(here[:PULL_REQUESTS_AT_MOST])
        return (
            Hint("checks", home_repository(payload), named, sha)
            if home_repository(payload) and (named or sha)
            else None
        )

    return read


def _status(payload: Payload) -> Hint | None:
    sha = text_matching(payload.get("sha"), SHA)
    return Hint("checks", home_repository(payload), head_sha=sha) if home_repository(payload) and sha else None


def _repository(payload: Payload) -> Hint | None:
    return Hint("repository", home_repository(payload)) if home_repository(payload) else None


def _push(payload: Payload) -> Hint | None:
    """A push that changes CODEOWNERS on a branch. A push to a pull request also sends the event `pull_request`."""
    ref = payload.get("ref")
    if not isinstance(ref, str) or not ref.startswith(BRANCH) or not home_repository(payload):
        return None
    branch = ref.removeprefix(BRANCH)
    touched = branch.isprintable() and not _changed_paths(payload).isdisjoint(CODEOWNERS_PLACES.values())
    return Hint("owners", home_repository(payload), branch=branch[:255]) if touched else None


def _changed_paths(payload: Payload) -> set[str]:
    lists: Iterable[Iterable[object]] = (
        list_in(commit, how)
        for commit in list_in(payload, "commits")
        if isinstance(commit, dict)
        for how in ("added", "modified", "removed")
    )
    return {path for paths in lists for path in paths if isinstance(path, str)}


def _team(payload: Payload) -> Hint | None:
    """A team and its parent team: members of a child team are members of the parent team, too."""
    team, owner = object_in(payload, "team"), text_matching(object_in(payload, "organization").get("login"), SLUG)
    slugs = [text_matching(one.get("slug"), SLUG) for one in (team, object_in(team, "parent"))]
    names = tuple(f"{owner}/{slug}" for slug in slugs if slug and owner)
    return Hint("team", teams=names) if names else None


def _installation(payload: Payload) -> Hint:
    """The App gained or lost repositories; prmonitor asks GitHub which ones."""
    lists = (list_in(payload, name) for name in ("repositories", "repositories_added", "repositories_removed"))
    return Hint("installation", repositories_in([one for some in lists for one in some][:REPOSITORIES_AT_MOST]))


def _meta(payload: Payload) -> Hint | None:
    """The webhook was deleted: prmonitor must look at the repository more often again."""
    return (
        Hint("unhooked", home_repository(payload))
        if home_repository(payload) and action_of(payload) == "deleted"
        else None
    )


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
