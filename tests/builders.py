"""Small makers of snapshots and rows, for tests that don't need a GitHub to talk to."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.models import Person, Repository
from monitor.rules.merge_facts import MergeFacts
from monitor.rules.snapshot import Label, RequestedReviewer, Review, Snapshot, TimelineItem

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_serial = itertools.count(1)


def at(minutes: float) -> datetime:
    """A moment `minutes` after the tests' beginning of time."""
    return T0 + timedelta(minutes=minutes)


def snapshot(number: int = 1, **changed: Any) -> Snapshot:
    """An open pull request by heron; any field can be said."""
    values: dict[str, Any] = {
        "node_id": f"PR_{number}",
        "number": number,
        "url": f"https://github.com/acme/web/pull/{number}",
        "title": f"Change number {number}",
        "author": "heron",
        "author_is_bot": False,
        "state": "open",
        "draft": False,
        "base": "main",
        "base_sha": "b" * 40,
        "head": f"topic-{number}",
        "head_sha": "a" * 40,
        "created_at": T0,
        "updated_at": T0,
        "additions": 10,
        "deletions": 2,
        "changed_files": 3,
        "ci": "success",
        "mergeable": "mergeable",
        "merging": merging(),
    }
    return Snapshot(**{**values, **changed})


def merging(**changed: Any) -> MergeFacts:
    """What GitHub says about the merge: everything is known, and no reviews are required."""
    return MergeFacts(**{"merge_state": "clean", "not_known": (), **changed})


def asked(name: str, *, code_owner: bool = False) -> RequestedReviewer:
    """A pending request: to a team where the name has a slash."""
    return RequestedReviewer("team" if "/" in name else "user", name, code_owner)


def review(reviewer: str | None, state: str = "approved", minutes: float = 0, commit: str | None = None) -> Review:
    return Review(reviewer, state, at(minutes), commit)  # type: ignore[arg-type]


def label(name: str) -> Label:
    return Label(name, "d73a4a")


def item(kind: str, minutes: float, actor: str | None = None, subject: str | None = None) -> TimelineItem:
    """A timeline item; the kind of subject is told by its slash."""
    about_somebody = kind in {"review_requested", "review_request_removed", "assigned", "unassigned"}
    subject_kind = ("team" if "/" in (subject or "") else "user") if about_somebody and subject else None
    return TimelineItem(kind, at(minutes), actor, subject, subject_kind)  # type: ignore[arg-type]


def repository(full_name: str = "acme/web", **changed: Any) -> Repository:
    """A repository that has had its first look."""
    values = {
        "node_id": f"R_{next(_serial)}",
        "full_name": full_name,
        "url": f"https://github.com/{full_name}",
        "default_branch": "main",
        "status": "ok",
        "first_read_at": T0,
    }
    return Repository.objects.create(**{**values, **changed})


def user(username: str = "heron", login: str | None = "", *, confirmed: bool = False, **changed: Any) -> Any:
    """A user; the GitHub login is the username unless another (or None) is named, and typed unless it is confirmed."""
    from django.contrib.auth.models import User

    made = User.objects.create_user(username, password="the-password-of-" + username, **changed)
    known = username if login == "" else login
    if known:
        Person.objects.create(user=made, github_login=known, github_login_confirmed=confirmed)
    return made
