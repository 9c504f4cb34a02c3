"""Auto-merge: wanted, and no longer wanted. Neither moves `updated_at`, and nothing is merged by itself here."""

from __future__ import annotations

from monitor.demo.world.objects import Account, AutoMergeRequest, PullRequest
from monitor.demo.world.state import WorldState, act


class AutoMergeActs(WorldState):
    """What happens to the wish that a pull request be merged as soon as it can be."""

    @act
    def enable_auto_merge(self, pull: PullRequest, by: str | Account) -> None:
        """Nothing happens when it is enabled already."""
        if pull.state != "OPEN":
            raise ValueError(f"{pull.slug} is not open; auto-merge cannot be enabled")
        if pull.auto_merge_request is not None:
            return
        actor = self.account(by)
        pull.auto_merge_request = AutoMergeRequest(actor, self.now())
        self.write_to_timeline(pull, "AutoMergeEnabledEvent", actor, enabler=actor)
        self.emit("pull_request", "auto_merge_enabled", pull.repository, pull, actor, reason=None)

    @act
    def disable_auto_merge(
        self, pull: PullRequest, by: str | Account | None = None, reason: str = "Manually disabled by user"
    ) -> None:
        self._end_auto_merge(pull, self.account(by) if by else pull.author, reason)

    def _end_auto_merge(self, pull: PullRequest, actor: Account | None, reason: str) -> None:
        """Nothing happens where it is not enabled."""
        if pull.auto_merge_request is None:
            return
        pull.auto_merge_request = None
        details = {"disabler": actor, "reason": reason, "reason_code": reason.upper().replace(" ", "_")}
        self.write_to_timeline(pull, "AutoMergeDisabledEvent", actor, **details)
        self.emit("pull_request", "auto_merge_disabled", pull.repository, pull, actor, reason=reason)
