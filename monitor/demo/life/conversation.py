"""Activities in the conversation of a pull request: requests, reviews, comments, labels, assignees."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.actors import author_or_colleague, colleague, is_by
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest


def request_review(scene: Scene, pull: PullRequest) -> str | None:
    draw, who = scene.random.random(), colleague(scene, pull)
    if draw < 0.35 and not is_by(pull, scene.viewer):
        who = scene.viewer
    elif draw < 0.5:
        who = scene.random.choice(("acme/platform", "acme/payments", "acme/frontend"))
    if who.lower() not in scene.world.accounts and who.lower() not in scene.world.teams:
        return None
    if scene.waits_for_viewer(pull) and who == scene.viewer:
        return None
    scene.world.request_review(pull, who, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: review requested from {who}"


def remove_request(scene: Scene, pull: PullRequest) -> str | None:
    if len(pull.requests) < 2:
        return None
    reviewer = scene.random.choice(pull.requests).reviewer
    scene.world.remove_request(pull, reviewer, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: a review request taken back"


def review(scene: Scene, pull: PullRequest) -> str | None:
    """Preferably somebody who was asked."""
    if pull.is_draft:
        return None
    asked = [one.reviewer.login for one in pull.requests if hasattr(one.reviewer, "login")]
    asked = [login for login in asked if login != scene.viewer]
    by = scene.random.choice(asked) if asked else colleague(scene, pull)
    state = scene.random.choices(("APPROVED", "CHANGES_REQUESTED", "COMMENTED"), (5, 2, 2))[0]
    scene.world.review(pull, state, by=by, body=scene.random.choice(acme.COMMENTS))
    return f"{pull.slug}: {by} reviewed, {state.lower()}"


def review_by_viewer(scene: Scene, pull: PullRequest) -> str | None:
    """The viewer reviews on GitHub: keeps their list from growing without end."""
    if pull.is_draft or not scene.waits_for_viewer(pull):
        return None
    scene.world.review(pull, scene.random.choice(("APPROVED", "CHANGES_REQUESTED")), by=scene.viewer)
    return f"{pull.slug}: {scene.viewer} reviewed"


def comment(scene: Scene, pull: PullRequest) -> str | None:
    by = author_or_colleague(scene, pull) if scene.random.random() < 0.5 else colleague(scene, pull)
    scene.world.comment(pull, scene.random.choice(acme.COMMENTS), by=by)
    return f"{pull.slug}: {by} commented"


def label(scene: Scene, pull: PullRequest) -> str | None:
    if len(pull.labels) >= 2:
        scene.world.unlabel(pull, pull.labels[0].name, by=colleague(scene, pull))
        return f"{pull.slug}: unlabelled"
    scene.world.label(pull, scene.random.choice(acme.LABELS), by=colleague(scene, pull))
    return f"{pull.slug}: labelled"


def assign(scene: Scene, pull: PullRequest) -> str | None:
    if pull.assignees:
        scene.world.unassign(pull, pull.assignees[0], by=colleague(scene, pull))
        return f"{pull.slug}: unassigned"
    scene.world.assign(pull, scene.random.choice((scene.viewer, colleague(scene, pull))), by=colleague(scene, pull))
    return f"{pull.slug}: assigned"


def dismiss_review(scene: Scene, pull: PullRequest) -> str | None:
    standing = [one for one in pull.reviews if one.state in ("APPROVED", "CHANGES_REQUESTED")]
    if not standing:
        return None
    scene.world.dismiss(pull, standing[-1], by=author_or_colleague(scene, pull))
    return f"{pull.slug}: a review dismissed"
