"""Activities on the way to a merge: merge queue, auto-merge, stacks and conversations to resolve."""

from __future__ import annotations

from monitor.demo.life import acme
from monitor.demo.life.actors import author_or_colleague, colleague
from monitor.demo.life.scene import Scene
from monitor.demo.world.merge_rules import decision, merge_state
from monitor.demo.world.objects import PullRequest

_DEPTH = 3


def merge(scene: Scene, pull: PullRequest) -> str | None:
    """Only what is approved, green and free of conflicts; a colleague merges the viewer's own."""
    approved = any(one.state == "APPROVED" for one in pull.reviews)
    if not approved or pull.head.rollup != "SUCCESS" or merge_state(scene.world, pull) != "CLEAN":
        return None
    if pull.is_in_merge_queue or _below(pull):
        return None
    by = author_or_colleague(scene, pull)
    if pull.repository.name_with_owner in acme.QUEUES and pull.base_ref_name == "main":
        scene.world.enqueue(pull, by)
        return f"{pull.slug}: queued"
    scene.world.merge(pull, by=by, delete_branch=True)
    return f"{pull.slug}: merged"


def run_merge_queue(scene: Scene, _: PullRequest) -> str | None:
    """The first in a queue is merged, or thrown out because its checks failed together with what came before it."""
    queues = [repo.merge_queue for repo in scene.repositories() if repo.merge_queue]
    if not queues:
        return None
    pull = scene.random.choice(queues)[0].pull
    if scene.random.random() < 0.3:
        scene.world.dequeue(pull, reason="failed_checks")
        return f"{pull.slug}: thrown out of the queue"
    scene.world.merge(pull, delete_branch=True)
    return f"{pull.slug}: merged out of the queue"


def auto_merge(scene: Scene, pull: PullRequest) -> str | None:
    """Wanted while checks run or an approval lacks, where no queue merges; now and then no longer wanted."""
    if pull.repository.name_with_owner in acme.QUEUES:
        return None
    if pull.auto_merge_request is not None:
        if scene.random.random() < 0.8:
            return None
        scene.world.disable_auto_merge(pull, author_or_colleague(scene, pull))
        return f"{pull.slug}: auto-merge disabled"
    waits = pull.head.rollup == "PENDING" or decision(scene.world, pull) == "REVIEW_REQUIRED"
    if pull.is_draft or not waits or merge_state(scene.world, pull) != "BLOCKED" or _below(pull):
        return None
    scene.world.enable_auto_merge(pull, author_or_colleague(scene, pull))
    return f"{pull.slug}: auto-merge enabled"


def fulfil_auto_merge(scene: Scene, _: PullRequest) -> str | None:
    """What GitHub does when nothing stands against a merge any more."""
    ready = [
        pull for pull in scene.open_pulls() if pull.auto_merge_request and merge_state(scene.world, pull) == "CLEAN"
    ]
    for pull in ready[:1]:
        by = pull.auto_merge_request.enabled_by if pull.auto_merge_request else None
        scene.world.merge(pull, by=by, delete_branch=True)
        return f"{pull.slug}: merged by auto-merge"
    return None


def open_on_top(scene: Scene, pull: PullRequest) -> str | None:
    """The next part of a stack, by the same author."""
    author = pull.author
    if author is None or author.deleted or author.typename != "User" or pull.is_cross_repository:
        return None
    if _height(pull) >= _DEPTH or any(
        one.base_ref_name == pull.head_ref_name for one in pull.repository.pulls.values()
    ):
        return None
    title = f"{pull.title}: next part"
    top = scene.world.open(pull.repository, title, author=author, base=pull.head_ref_name, files=pull.files[:1])
    if author.login != scene.viewer:
        scene.world.request_review(top, scene.viewer, by=author)
    scene.world.set_checks(top, "PENDING")
    return f"{top.slug} opened on top of {pull.slug}"


def discuss(scene: Scene, pull: PullRequest) -> str | None:
    """A question about a line, or the author settles one."""
    unresolved = [thread for thread in pull.threads if not thread.is_resolved]
    if len(unresolved) > 2 or (unresolved and scene.random.random() < 0.6):
        scene.world.resolve_thread(unresolved[0], author_or_colleague(scene, pull))
        return f"{pull.slug}: a thread resolved"
    scene.world.open_thread(pull, colleague(scene, pull), body=scene.random.choice(acme.COMMENTS))
    return f"{pull.slug}: a thread opened"


def _below(pull: PullRequest) -> PullRequest | None:
    """The open pull request that this one is stacked on."""
    pulls = pull.repository.pulls.values()
    return next((one for one in pulls if one.state == "OPEN" and one.head_ref_name == pull.base_ref_name), None)


def _height(pull: PullRequest) -> int:
    """How many of a stack there are down from this one."""
    height, below = 1, _below(pull)
    while below is not None and height < _DEPTH:
        height, below = height + 1, _below(below)
    return height
