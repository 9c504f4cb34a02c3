"""A second implementation of the rules, on the objects of the demo GitHub, which uses no code of `monitor/rules`.

Tests compare what prmonitor stores with what this says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.demo.world.codeowners import PLACES, matches
from monitor.demo.world.merge_rules import decision
from monitor.demo.world.objects import Account, PullRequest, Repository, Review, Team, TimelineItem
from tests.demo_github import World


def login(account: Account | None) -> str | None:
    return None if account is None or account.deleted else account.login


def name(reviewer: Account | Team) -> str:
    return reviewer.combined_slug if isinstance(reviewer, Team) else reviewer.login


def members(team: Team) -> set[str]:
    return {one.login for one in team.everybody()}


@dataclass(frozen=True)
class Pending:
    """A request that GitHub lists as pending, with what the timeline says about it."""

    reviewer: Account | Team
    by: str | None
    at: datetime
    again: bool
    code_owner: bool


@dataclass(frozen=True)
class ExpectedTurn:
    """A turn that is expected. `since` is None where GitHub gives no time, so that it cannot be compared."""

    login: str | None
    team: str | None
    side: str
    code: str
    reason: str
    since: datetime | None


class ReferencePullRequest:
    """One pull request of the demo GitHub, with its claimant and whether the claimant's login is confirmed."""

    def __init__(self, world: World, pull: PullRequest, claimant: str | None = None, *, confirmed: bool = True) -> None:
        self.pull, self.claimant = pull, claimant
        self.decision = decision(world, pull)
        self.taken_by = claimant if confirmed else None
        self.author = login(pull.author)
        self.author_is_bot = self.author is not None and pull.author.typename == "Bot"
        self.pending = [self._pending(one.reviewer, one.as_code_owner) for one in pull.requests]
        self.asked = {name(one.reviewer) for one in self.pending}
        approvals = [one.submitted_at for one in self.standing.values() if one.state == "APPROVED"]
        changes = any(one.state == "CHANGES_REQUESTED" for one in self.standing.values())
        if self.decision == "APPROVED" and approvals and not changes:
            unsettled = [one for one in self.pending if one.at >= max(approvals)]
        else:
            unsettled = self.pending
        self.stale = [] if self.decision == "APPROVED" and not changes else self._stale_approvals()
        self.human = [one for one in unsettled if isinstance(one.reviewer, Team) or one.reviewer.typename != "Bot"]
        self.waiting = {
            name(one.reviewer) for one in unsettled if not (isinstance(one.reviewer, Team) and self._team_reviewed(one))
        }
        # Whose requests still hold up the merge, or a request for another review.
        self.awaited = [one for one in self.human if self._can_be_answered(one)]

    def _pending(self, reviewer: Account | Team, code_owner: bool) -> Pending:
        last: TimelineItem | None = None
        waiting = again = False
        for item in self.pull.timeline:
            about = isinstance(item, TimelineItem) and item.details.get("requested_reviewer") is reviewer
            if about and item.typename == "ReviewRequestedEvent":
                last, waiting = item, True
            elif about:
                waiting = False
            elif isinstance(item, Review) and item.author is reviewer:
                again, waiting = again or waiting, False
        return Pending(reviewer, login(last.actor), last.created_at, again, code_owner)

    def _can_be_answered(self, one: Pending) -> bool:
        if not isinstance(one.reviewer, Team):
            return True
        mates = members(one.reviewer)
        return bool(mates - {self.author}) and not self._team_reviewed(one)

    def _team_reviewed(self, one: Pending) -> bool:
        mates = members(one.reviewer)
        return any(login(review.author) in mates and review.submitted_at > one.at for review in self.pull.reviews)

    def asked_since(self, one: Pending) -> datetime | None:
        """None where approvals may have been enough meanwhile: the request then counts from when they no longer were."""
        once_approved = any(
            review.submitted_at > one.at and review.state in ("APPROVED", "DISMISSED") for review in self.pull.reviews
        )
        return None if once_approved and self.pull.repository.required_approvals else one.at

    def _stale_approvals(self) -> list[TimelineItem]:
        """The dismissals of people's approvals by a push, after which they have not looked again."""
        found: dict[str, TimelineItem] = {}
        for item in self.pull.timeline:
            if isinstance(item, TimelineItem) and item.typename == "ReviewDismissedEvent":
                found[login(item.details["review"].author) or ""] = item
            elif isinstance(item, Review):
                found.pop(login(item.author) or "", None)
        return [
            item
            for who, item in found.items()
            if item.details["pull_request_commit"] is not None
            and who in self.opinions
            and self.opinions[who].author.typename != "Bot"
        ]

    @property
    def stacked_on(self) -> int | None:
        """The oldest open pull request of the repository from whose branch this one goes on."""
        home = self.pull.repository
        if self.pull.state != "OPEN" or self.pull.base_ref_name == home.default_branch:
            return None
        below = [one for one in home.pulls.values() if one.state == "OPEN" and not one.is_cross_repository]
        numbers = [one.number for one in below if one.head_ref_name == self.pull.base_ref_name]
        return min(numbers, default=None)

    @property
    def rests(self) -> str | None:
        """Why it is nobody's turn, whatever the reviews say; None if it may be somebody's."""
        if self.pull.repository.is_archived:
            return "archived"
        if self.pull.is_draft:
            return "draft"
        return "merge_queue" if self.pull.merge_queue_entry else None

    def removed_from_queue_at(self) -> datetime | None:
        """When the queue gave it back, if nothing was done about it since."""
        turning = ("AddedToMergeQueueEvent", "RemovedFromMergeQueueEvent", "ConvertToDraftEvent", "ReopenedEvent")
        about = [one for one in self.pull.timeline if one.typename in turning]
        if not about or about[-1].typename != "RemovedFromMergeQueueEvent":
            return None
        last = about[-1]
        if self.pull.head.committed_date > last.created_at or (self.author and login(last.actor) == self.author):
            return None
        return last.created_at

    @property
    def is_bots_alone(self) -> bool:
        return self.author_is_bot and not self.pull.assignees

    @property
    def holders(self) -> list[str]:
        """Whose the author's turns are."""
        if self.author and not self.author_is_bot:
            return [self.author]
        return [one.login for one in self.pull.assignees]

    def when(self, typename: str) -> list[datetime]:
        return [item.created_at for item in self.pull.timeline if item.typename == typename]

    @property
    def opinions(self) -> dict[str, Review]:
        """Each reviewer's latest approval or change request, or else their latest comment.

        Whoever was dismissed and has commented since has commented.
        """
        found: dict[str, Review] = {}
        for review in sorted(self.pull.reviews, key=lambda one: one.submitted_at):
            who = login(review.author)
            weak = review.state == "COMMENTED" and who in found and found[who].state not in ("COMMENTED", "DISMISSED")
            if who is not None and who != self.author and not weak:
                found[who] = review
        return found

    @property
    def standing(self) -> dict[str, Review]:
        return {who: review for who, review in self.opinions.items() if who not in self.asked}

    @property
    def verdict(self) -> str:
        states = {review.state for review in self.standing.values()}
        if "CHANGES_REQUESTED" in states:
            return "changes_requested"
        if "APPROVED" in states:
            return "approved"
        return (
            "waiting"
            if self.pull.requests or any(one.state == "COMMENTED" for one in self.opinions.values())
            else "none"
        )

    # roles

    def code_owners(self) -> list[tuple[str, str, int, int]]:
        """Owner, rule, line and how many paths, in the order of the file."""
        files = self.pull.repository.branches.get(self.pull.base_ref_name, {})
        text = next((files[place].text for place in PLACES if place in files), "")
        rules: list[tuple[int, str, list[str]]] = []
        for number, line in enumerate(text.split("\n"), start=1):
            words = line.partition("#")[0].split()
            if words and not words[0].startswith("!"):
                rules.append((number, words[0], words[1:]))
        counts: dict[tuple[int, str], int] = {}
        owners: dict[tuple[int, str], list[str]] = {}
        for path in (file.path for file in self.pull.files):
            for number, pattern, named in reversed(rules):
                if matches(pattern, path):
                    counts[number, pattern] = counts.get((number, pattern), 0) + 1
                    owners[number, pattern] = named
                    break
        return [
            (owner, pattern, number, count)
            for (number, pattern), count in sorted(counts.items())
            for owner in owners[number, pattern]
        ]

    def roles(self) -> set[tuple[str, str]]:
        found = {("assigned", one.login) for one in self.pull.assignees}
        found |= {
            ("team_requested" if isinstance(one.reviewer, Team) else "review_requested", name(one.reviewer))
            for one in self.pending
        }
        found |= {("code_owner", owner[1:]) for owner, *_ in self.code_owners() if owner.startswith("@")}
        spoke = {login(one.author) for one in self.pull.reviews}
        spoke |= {login(item.actor) for item in self.pull.timeline if item.typename == "IssueComment"}
        found |= {("reviewed", who) for who in spoke - {None, self.author}}
        return found | ({("author", self.author)} if self.author else set())

    # whose turn

    def turns(self) -> list[ExpectedTurn]:
        if self.pull.state != "OPEN" or self.rests:
            return []
        began = max([*(self.when("ReadyForReviewEvent")[-1:] or [self.pull.created_at]), *self.when("ReopenedEvent")])
        found: dict[str, ExpectedTurn] = {}
        for one in [*self._directly(), *self._as_a_team(), *self._gone_stale(), *self._answered(), *self._on_it()]:
            found.setdefault(one.login, one)
        says = [*found.values(), *(turn for who in self.holders for turn in self._of_author(who))]
        return [
            ExpectedTurn(one.login, one.team, one.side, one.code, one.reason, one.since and max(one.since, began))
            for one in says
        ]

    def _directly(self) -> list[ExpectedTurn]:
        people = [one for one in self.human if not isinstance(one.reviewer, Team)]
        return [
            ExpectedTurn(
                name(one.reviewer),
                None,
                "reviewer",
                "review_requested",
                f"review requested{' again' * one.again}{f' by {one.by}' if one.by else ''}",
                self.asked_since(one),
            )
            for one in people
        ]

    def _as_a_team(self) -> list[ExpectedTurn]:
        found: list[ExpectedTurn] = []
        for one in self.human:
            if not isinstance(one.reviewer, Team):
                continue
            mates = members(one.reviewer)
            if self._team_reviewed(one):
                continue
            told = {self.taken_by} if self.taken_by in mates else mates - {self.author}
            reason = f"review requested from team {one.reviewer.slug}"
            found += [
                ExpectedTurn(who, name(one.reviewer), "reviewer", "team_requested", reason, self.asked_since(one))
                for who in sorted(told)
            ]
        return found

    def _gone_stale(self) -> list[ExpectedTurn]:
        words = ("new_commits", "new commits since your approval")
        return [
            ExpectedTurn(login(one.details["review"].author), None, "reviewer", *words, one.created_at)
            for one in self.stale
        ]

    def _on_it(self) -> list[ExpectedTurn]:
        on_it = self.claimant and ExpectedTurn(
            self.claimant, None, "reviewer", "review_requested", "you are on it", None
        )
        return [on_it] if on_it else []

    def _answer(self, since: datetime, commit: object | None) -> tuple[datetime, bool] | None:
        pushed = self.pull.head.committed_date
        moved = self.pull.head is not commit if commit is not None else pushed > since
        said = [
            item.created_at
            for item in self.pull.timeline
            if item.created_at > since
            and (
                login(item.actor)
                if item.typename == "IssueComment"
                else login(item.author)
                if isinstance(item, Review)
                else None
            )
            in self._speaks_for_author()
        ]
        times = [*([max(pushed, since)] if moved else []), *said]
        return (min(times), moved) if times else None

    def _speaks_for_author(self) -> set[str]:
        assigned = {one.login for one in self.pull.assignees} if self.author_is_bot else set()
        return assigned | ({self.author} if self.author else set())

    def _questions(self) -> list[tuple[str, Review, datetime, object | None]]:
        found: list[tuple[str, Review, datetime, object | None]] = []
        for who, review in self.standing.items():
            bot = review.author.typename == "Bot"
            if review.state not in ("CHANGES_REQUESTED", "COMMENTED") or (bot and review.state == "COMMENTED"):
                continue
            since, commit = review.submitted_at, review.commit if review.state == "CHANGES_REQUESTED" else None
            for later in self.pull.reviews:
                if later.author is review.author and later.submitted_at > since:
                    answer = self._answer(since, commit)
                    if answer and answer[0] < later.submitted_at:
                        since, commit = later.submitted_at, None
            found.append((who, review, since, commit))
        return found

    def _answered(self) -> list[ExpectedTurn]:
        found: list[ExpectedTurn] = []
        for who, review, since, commit in self._questions():
            answer = self._answer(since, commit)
            if answer and review.author.typename != "Bot":
                new = answer[1] and review.state == "CHANGES_REQUESTED"
                words = (
                    ("new_commits", "new commits since your review")
                    if new
                    else ("author_responded", "author responded")
                )
                found.append(ExpectedTurn(who, None, "reviewer", *words, answer[0]))
        return found

    def _of_author(self, holder: str) -> list[ExpectedTurn]:
        def says(code: str, reason: str, since: datetime | None = None) -> ExpectedTurn:
            return ExpectedTurn(holder, None, "author", code, reason, since)

        found: list[ExpectedTurn] = []
        for state, code, words in (
            ("CHANGES_REQUESTED", "changes_requested", "changes requested"),
            ("COMMENTED", "comments", "comments"),
        ):
            open_ = sorted(
                (since, who)
                for who, review, since, commit in self._questions()
                if review.state == state and (review.author.typename == "Bot" or not self._answer(since, commit))
            )
            if open_:
                names = [who for _, who in open_]
                text = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
                found.append(says(code, f"{words} by {text}", open_[0][0]))
        failing, conflicting = self.pull.head.rollup in ("FAILURE", "ERROR"), self.pull.mergeable == "CONFLICTING"
        if failing:
            found.append(says("checks_failing", "checks failing"))
        if conflicting:
            found.append(says("conflicts", f"conflicts with {self.pull.base_ref_name}"))
        people = [one for one in self.opinions.values() if one.author.typename != "Bot"]
        approving = [one for one in self.standing.values() if one.state == "APPROVED" and one.author.typename != "Bot"]
        changes = any(one.state == "CHANGES_REQUESTED" for one in self.standing.values())
        approved = (self.decision == "APPROVED" or (self.decision is None and bool(approving))) and not changes
        approved = approved and not self.stale
        if removed_at := self.removed_from_queue_at():
            found.append(says("left_queue", "removed from the merge queue", removed_at))
        waits = self.pull.auto_merge_request is not None or self.stacked_on is not None or removed_at is not None
        running = self.pull.head.rollup in ("PENDING", "EXPECTED")
        if approved and not (self.awaited or failing or conflicting or running or waits):
            found.append(says("ready_to_merge", "approved, ready to merge"))
        if self.awaited or self.taken_by or approved or self.stale:
            return found
        looked = [one for one in people if one.state != "DISMISSED"]
        looked += [one for one in self.opinions.values() if one.state == "CHANGES_REQUESTED"]
        withdrawn = [one for one in people if one.state == "DISMISSED" and self._was_approval(one)]
        if (approving and self.decision == "REVIEW_REQUIRED") or (withdrawn and not approving and not self._blocked()):
            found.append(says("needs_approval", "another approval is needed"))
        elif not looked:
            found.append(says("no_reviewer", "no reviewer yet"))
        return found

    def _blocked(self) -> bool:
        return any(one.state == "CHANGES_REQUESTED" for one in self.opinions.values())

    def _was_approval(self, review: Review) -> bool:
        return any(
            isinstance(item, TimelineItem)
            and item.typename == "ReviewDismissedEvent"
            and item.details["review"] is review
            and item.details["previous_review_state"] == "APPROVED"
            for item in self.pull.timeline
        )


def stats(home: Repository, cases: list[ReferencePullRequest], who: str, world: World) -> dict[str, int]:
    """The four stats of a repository for one person."""
    teams = {team.combined_slug for team in world.teams.values() if who in members(team)}
    mine = {who, *teams}
    here = [case for case in cases if case.pull.repository is home and case.pull.state == "OPEN"]
    return {
        "total_open_prs": len(here),
        "assigned_to_user": sum(("assigned", who) in case.roles() for case in here),
        "review_requests": sum(bool(case.asked & mine) for case in here),
        "needs_review": sum(
            not case.pull.is_draft and not case.author_is_bot and case.verdict in ("none", "waiting") for case in here
        ),
    }
