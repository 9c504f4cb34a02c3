"""What people say and ask around a pull request of the demo: each act says what it did, or None where it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.demo import cast
from monitor.demo.movers import is_by, owner, someone
from monitor.demo.objects import PullRequest

if TYPE_CHECKING:
    from monitor.demo.life import Life


def ask(life: Life, pull: PullRequest) -> str | None:
    draw, who = life.random.random(), someone(life, pull)
    if draw < 0.35 and not is_by(pull, life.you):
        who = life.you
    elif draw < 0.5:
        who = life.random.choice(("acme/platform", "acme/payments", "acme/frontend"))
    if who.lower() not in life.world.accounts and who.lower() not in life.world.teams:
        return None
    if life.waits_for_you(pull) and who == life.you:
        return None
    life.world.request_review(pull, who, by=owner(life, pull))
    return f"{pull.slug}: review requested from {who}"


def take_back(life: Life, pull: PullRequest) -> str | None:
    if len(pull.requests) < 2:
        return None
    reviewer = life.random.choice(pull.requests).reviewer
    life.world.remove_request(pull, reviewer, by=owner(life, pull))
    return f"{pull.slug}: a review request taken back"


def review(life: Life, pull: PullRequest) -> str | None:
    """Preferably somebody who was asked."""
    if pull.is_draft:
        return None
    asked = [one.reviewer.login for one in pull.requests if hasattr(one.reviewer, "login")]
    asked = [login for login in asked if login != life.you]
    by = life.random.choice(asked) if asked else someone(life, pull)
    state = life.random.choices(("APPROVED", "CHANGES_REQUESTED", "COMMENTED"), (5, 2, 2))[0]
    life.world.review(pull, state, by=by, body=life.random.choice(cast.COMMENTS))
    return f"{pull.slug}: {by} reviewed, {state.lower()}"


def reviews_by_you(life: Life, pull: PullRequest) -> str | None:
    """The reader did something elsewhere: keeps their list from growing without end."""
    if pull.is_draft or not life.waits_for_you(pull):
        return None
    life.world.review(pull, life.random.choice(("APPROVED", "CHANGES_REQUESTED")), by=life.you)
    return f"{pull.slug}: {life.you} reviewed"


def comment(life: Life, pull: PullRequest) -> str | None:
    by = owner(life, pull) if life.random.random() < 0.5 else someone(life, pull)
    life.world.comment(pull, life.random.choice(cast.COMMENTS), by=by)
    return f"{pull.slug}: {by} commented"


def label(life: Life, pull: PullRequest) -> str | None:
    if len(pull.labels) >= 3:
        life.world.unlabel(pull, pull.labels[0].name, by=someone(life, pull))
        return f"{pull.slug}: unlabelled"
    life.world.label(pull, life.random.choice(cast.LABELS), by=someone(life, pull))
    return f"{pull.slug}: labelled"


def assign(life: Life, pull: PullRequest) -> str | None:
    if pull.assignees:
        life.world.unassign(pull, pull.assignees[0], by=someone(life, pull))
        return f"{pull.slug}: unassigned"
    life.world.assign(pull, life.random.choice((life.you, someone(life, pull))), by=someone(life, pull))
    return f"{pull.slug}: assigned"


def dismiss(life: Life, pull: PullRequest) -> str | None:
    standing = [one for one in pull.reviews if one.state in ("APPROVED", "CHANGES_REQUESTED")]
    if not standing:
        return None
    life.world.dismiss(pull, standing[-1], by=owner(life, pull))
    return f"{pull.slug}: a review dismissed"
