"""What can happen in the demo, and how often: the higher the weight, the more often.

An activity says what it did, or None where it does not fit the pull request.
"""

from __future__ import annotations

from collections.abc import Callable

from monitor.demo.life import conversation, merging, progress
from monitor.demo.life.opening import open_pull_request
from monitor.demo.life.ownership import change_owners
from monitor.demo.life.scene import Scene
from monitor.demo.world.objects import PullRequest

Activity = Callable[[Scene, PullRequest], str | None]

WEIGHTS: dict[Activity, float] = {
    open_pull_request: 6,
    conversation.request_review: 9,
    conversation.remove_request: 2,
    conversation.review: 12,
    progress.push: 10,
    progress.force_push: 2,
    progress.run_checks: 16,
    progress.change_mergeable: 3,
    conversation.comment: 8,
    conversation.label: 5,
    conversation.assign: 3,
    progress.retitle: 1.5,
    progress.change_base: 0.7,
    progress.draft_or_ready: 4,
    merging.merge: 7,
    merging.run_merge_queue: 5,
    merging.auto_merge: 3,
    merging.fulfil_auto_merge: 4,
    merging.open_on_top: 1,
    merging.discuss: 4,
    progress.close_or_reopen: 1.5,
    conversation.dismiss_review: 1,
    change_owners: 0.4,
    conversation.review_by_viewer: 1.5,
}
