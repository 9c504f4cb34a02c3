"""Review threads: conversations about lines of a pull request, opened, resolved and opened again."""

from __future__ import annotations

from monitor.demo.world.node_ids import node_id
from monitor.demo.world.objects import Account, PullRequest, Review, ReviewThread
from monitor.demo.world.reviews import ReviewActs
from monitor.demo.world.state import act


class ReviewThreadActs(ReviewActs):
    """What happens to review threads; resolving moves no `updated_at`."""

    @act
    def open_thread(
        self,
        pull: PullRequest,
        by: str | Account,
        *,
        body: str = "Is this needed?",
        path: str = "",
        review: Review | None = None,
    ) -> ReviewThread:
        """Comment on a line: as part of `review`, or else as a review of its own that only comments."""
        if review is None:
            self.review(pull, "COMMENTED", by=by, body=body)
        identity = node_id("PullRequestReviewThread", self.numbers.take(), pull.database_id)
        thread = ReviewThread(identity, pull, path or (pull.files[0].path if pull.files else "README.md"))
        pull.threads.append(thread)
        return thread

    @act
    def resolve_thread(self, thread: ReviewThread, by: str | Account | None = None) -> None:
        """Without `by` the author does; nothing happens when it is resolved already."""
        actor = self.account(by) if by else thread.pull.author
        if not thread.is_resolved:
            thread.is_resolved, thread.resolved_by = True, actor
            self._tell_of(thread, "resolved", actor)

    @act
    def unresolve_thread(self, thread: ReviewThread, by: str | Account | None = None) -> None:
        actor = self.account(by) if by else thread.pull.author
        if thread.is_resolved:
            thread.is_resolved, thread.resolved_by = False, None
            self._tell_of(thread, "unresolved", actor)

    def _tell_of(self, thread: ReviewThread, action: str, actor: Account | None) -> None:
        pull = thread.pull
        self.emit("pull_request_review_thread", action, pull.repository, pull, actor, thread=thread)
