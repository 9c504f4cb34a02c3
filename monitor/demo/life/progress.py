"""Activities that bring a pull request forward: pushes, checks, conflicts, drafts, its end."""

from __future__ import annotations

from monitor.demo.life.actors import author_or_colleague
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest


def push(scene: Scene, pull: PullRequest) -> str | None:
    scene.world.push(pull, by=author_or_colleague(scene, pull))
    scene.world.set_checks(pull, "PENDING")
    return f"{pull.slug}: pushed"


def force_push(scene: Scene, pull: PullRequest) -> str | None:
    scene.world.force_push(pull, by=author_or_colleague(scene, pull))
    scene.world.set_checks(pull, "PENDING")
    scene.world.set_mergeable(pull, "MERGEABLE")
    return f"{pull.slug}: rebased"


def run_checks(scene: Scene, pull: PullRequest) -> str | None:
    """Running checks end; failed ones are run again; passed ones are left alone."""
    if pull.head.rollup == "SUCCESS":
        return None
    running = pull.head.rollup in ("PENDING", None)
    state = scene.random.choices(("SUCCESS", "FAILURE"), (4, 1))[0] if running else "PENDING"
    scene.world.set_checks(pull, state)
    return f"{pull.slug}: checks {state.lower()}"


def change_mergeable(scene: Scene, pull: PullRequest) -> str | None:
    if pull.is_in_merge_queue:
        return None
    scene.world.set_mergeable(pull, "MERGEABLE" if pull.mergeable == "CONFLICTING" else "CONFLICTING")
    return f"{pull.slug}: {pull.mergeable.lower()}"


def retitle(scene: Scene, pull: PullRequest) -> str | None:
    marked = pull.title.endswith(" (part 1)")
    title = pull.title.removesuffix(" (part 1)") if marked else f"{pull.title} (part 1)"
    scene.world.retitle(pull, title, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: retitled"


def change_base(scene: Scene, pull: PullRequest) -> str | None:
    base = "main" if pull.base_ref_name != "main" else "release"
    scene.world.change_base(pull, base, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: base changed"


def draft_or_ready(scene: Scene, pull: PullRequest) -> str | None:
    if pull.is_draft:
        scene.world.ready_for_review(pull, by=author_or_colleague(scene, pull))
        return f"{pull.slug}: ready for review"
    if scene.random.random() < 0.8:
        return None
    scene.world.convert_to_draft(pull, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: back to draft"


def merge_or_close(scene: Scene, pull: PullRequest) -> str:
    """Merge or close it, whatever its state, because it has been around for long."""
    if pull.is_draft or scene.random.random() < 0.2:
        scene.world.close(pull, by=author_or_colleague(scene, pull))
        return f"{pull.slug}: closed"
    scene.world.merge(pull, by=author_or_colleague(scene, pull), delete_branch=True)
    return f"{pull.slug}: merged"


def close_or_reopen(scene: Scene, pull: PullRequest) -> str | None:
    closed = [one for one in pull.repository.pulls.values() if one.state == "CLOSED"]
    if closed and scene.random.random() < 0.5:
        scene.world.reopen(closed[-1], by=author_or_colleague(scene, closed[-1]))
        return f"{closed[-1].slug}: reopened"
    scene.world.close(pull, by=author_or_colleague(scene, pull))
    return f"{pull.slug}: closed"
