"""The demo GitHub's world: what there is, and all that can be done to it."""

from __future__ import annotations

from monitor.demo.world.accounts import AccountActs
from monitor.demo.world.checks import CheckActs
from monitor.demo.world.issues import IssueActs
from monitor.demo.world.pull_requests import PullRequestActs
from monitor.demo.world.repositories import RepositoryActs
from monitor.demo.world.review_threads import ReviewThreadActs
from monitor.demo.world.teams import TeamActs


class World(AccountActs, TeamActs, RepositoryActs, ReviewThreadActs, PullRequestActs, IssueActs, CheckActs):
    """A GitHub that is empty at first.

    Every act is thread-safe, takes logins or `owner/name` texts as well as objects, stamps whole seconds, and moves
    `updated_at` exactly where GitHub does: checks, mergeability, the merge queue, auto-merge and
    resolved threads leave it alone.
    """
