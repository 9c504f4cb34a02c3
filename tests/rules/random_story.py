"""Random activity on the demo GitHub: people, teams and bots open, review, push and merge, by a clock of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from monitor.demo.world.objects import PullRequest, Repository, Team
from tests.demo_github import World

FILES = ("README.md", "api/a.py", "api/b/c.py", "db/schema.sql", "docs/x.md", "web/app.ts", "web/app.test.ts")
OWNING = (
    "* {0}",
    "/api/ {0} {1}",
    "*.sql {0}",
    "/docs/",
    "**/app.* {0}",
    "api/b {1} # why",
    "*.md {0}",
    "!*.md {1}",
    "web/* {1}",
)


class Clock:
    """A clock that only moves when `move` is called."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class RandomStory:
    """A demo GitHub on which `step()` does one random thing. Claims are prmonitor's: the test makes them."""

    def __init__(self, seed: int, repositories: int, people: int) -> None:
        self.random, self.clock = Random(seed), Clock()
        self.world = World(now=self.clock)
        self.people = [f"person{number}" for number in range(people)]
        self.bots = ["robot[bot]", "linter[bot]"]
        for login in (*self.people, *self.bots):
            self.world.account(login)
        size = max(2, people // 4)
        self.teams = [f"acme/team{number}" for number in range(max(2, people // 4))]
        for team in self.teams:
            self.world.add_team(team, self.random.sample(self.people, size))
        self.world.add_team("acme/inner", self.random.sample(self.people, 2), parent=self.teams[0])
        self.homes = [
            self.world.add_repository(f"acme/repo{at}", codeowners=self.codeowners()) for at in range(repositories)
        ]
        for home in self.homes[::2]:
            home.dismisses_stale_reviews = True
        for _ in range(repositories):
            self.open()
        gone = self.world.account("gone")
        self.world.open(self.homes[0], "By somebody who left", author=gone)
        self.world.delete_account(gone)

    def step(self) -> None:
        """Does one random thing, some minutes after the last one."""
        self.clock.move(self.random.randrange(1, 400))
        while not self.random.choices(list(_ACTS), list(_ACTS.values()))[0](self):
            pass

    def codeowners(self) -> str:
        names = [f"@{name}" for name in (*self.people, *self.teams, "acme/inner")] + ["somebody@example.com"]
        lines = [
            self.random.choice(OWNING).format(*self.random.sample(names, 2)) for _ in range(self.random.randrange(5))
        ]
        return "# who owns what\n" + "".join(f"{line}\n" for line in lines)

    @property
    def living(self) -> list[Repository]:
        """The repositories in which something can happen."""
        return [home for home in self.homes if not home.is_archived]

    def pull(self, state: str = "OPEN") -> PullRequest | None:
        found = [pull for home in self.living for pull in home.pulls.values() if pull.state == state]
        # Mostly one of the newest few, so that much happens to a single pull request.
        return self.random.choice(found[-12:] if self.random.random() < 0.6 else found) if found else None

    def other(self, pull: PullRequest, names: list[str] | None = None) -> str:
        return self.random.choice([one for one in names or self.people if self.world.account(one) is not pull.author])

    def open(self) -> bool:
        author = self.random.choice(self.people if self.random.random() < 0.85 else self.bots)
        files = self.random.sample(FILES, self.random.randrange(1, 4))
        home, draft = self.random.choice(self.living), self.random.random() < 0.2
        below = [pull.head_ref_name for pull in home.pulls.values() if pull.state == "OPEN"]
        base = self.random.choice(below if below and self.random.random() < 0.3 else ["main", "main", "next"])
        self.world.open(home, "A change", author=author, draft=draft, files=files, base=base)
        return True


def _on_open(act: Callable[[RandomStory, PullRequest], object]) -> Callable[[RandomStory], bool]:
    def acted(story: RandomStory) -> bool:
        pull = story.pull()
        return pull is not None and act(story, pull) is not False

    return acted


def _request(story: RandomStory, pull: PullRequest) -> None:
    many = [*story.people, *story.people[:3], *story.teams, *story.teams, story.bots[1]]
    story.world.request_review(pull, story.other(pull, many), by=story.random.choice(story.people))


def _take_back(story: RandomStory, pull: PullRequest) -> bool:
    if not pull.requests:
        return False
    story.world.remove_request(pull, story.random.choice(pull.requests).reviewer, by=story.random.choice(story.people))
    return True


def _review(story: RandomStory, pull: PullRequest) -> None:
    asked = [one.reviewer for one in pull.requests]
    logins = [one.login for who in asked for one in (who.everybody() if isinstance(who, Team) else [who])]
    names = logins if logins and story.random.random() < 0.7 else [*story.people, *story.bots]
    by = story.random.choice(
        [one for one in names if story.world.account(one) is not pull.author] or [story.other(pull)]
    )
    story.world.review(pull, story.random.choice(["APPROVED", "APPROVED", "CHANGES_REQUESTED", "COMMENTED"]), by=by)


def _answer(story: RandomStory, pull: PullRequest) -> bool:
    if pull.author is None or pull.author.deleted:
        return False
    if story.random.random() < 0.5:
        story.world.comment(pull, by=pull.author)
    else:
        story.world.review(pull, "COMMENTED", by=pull.author)
    return True


def _dismiss(story: RandomStory, pull: PullRequest) -> bool:
    standing = [one for one in pull.reviews if one.state in ("APPROVED", "CHANGES_REQUESTED")]
    if standing:
        story.world.dismiss(pull, standing[-1], by=story.random.choice(story.people))
    return bool(standing)


def _draft(story: RandomStory, pull: PullRequest) -> bool:
    if pull.is_draft:
        story.world.ready_for_review(pull)
    elif story.random.random() < 0.15:
        story.world.convert_to_draft(pull)
    else:
        return False
    return True


def _queue(story: RandomStory, pull: PullRequest) -> bool:
    if pull.merge_queue_entry is not None:
        story.world.dequeue(pull, by=story.random.choice([None, story.random.choice(story.people), pull.author]))
    elif pull.is_draft:
        return False
    else:
        story.world.enqueue(pull, by=story.random.choice(story.people))
    return True


def _auto_merge(story: RandomStory, pull: PullRequest) -> None:
    if pull.auto_merge_request is None:
        story.world.enable_auto_merge(pull, by=story.random.choice(story.people))
    else:
        story.world.disable_auto_merge(pull)


def _archive(story: RandomStory) -> bool:
    archived = [home for home in story.homes if home.is_archived]
    if archived:
        story.world.unarchive(archived[0])
    elif len(story.living) > 2:
        story.world.archive(story.random.choice(story.living))
    return bool(archived) or len(story.living) > 2


def _reopen(story: RandomStory) -> bool:
    pull = story.pull("CLOSED")
    if pull is not None:
        story.world.reopen(pull)
    return pull is not None


def _assign(story: RandomStory, pull: PullRequest) -> None:
    who = story.random.choice(story.people)
    there = story.world.account(who) in pull.assignees
    (story.world.unassign if there else story.world.assign)(pull, who)


def _regroup(story: RandomStory) -> bool:
    team, who = story.random.choice([*story.teams, "acme/inner"]), story.random.choice(story.people)
    there = story.world.account(who) in story.world.teams[team].people
    (story.world.remove_member if there else story.world.add_member)(team, who)
    return True


def _own(story: RandomStory) -> bool:
    story.world.edit_codeowners(
        story.random.choice(story.living), story.codeowners(), branch=story.random.choice(["main", "next"])
    )
    return True


def _rename(story: RandomStory) -> bool:
    home: Repository = story.random.choice(story.living)
    story.world.rename(home, f"{home.name.partition('-')[0]}-{story.random.randrange(1000)}")
    return True


_ACTS: dict[Callable[[RandomStory], bool], float] = {
    RandomStory.open: 10,
    _on_open(_request): 14,
    _on_open(_take_back): 3,
    _on_open(_review): 26,
    _on_open(_answer): 12,
    _on_open(lambda story, pull: story.world.comment(pull, by=story.random.choice(story.people))): 5,
    _on_open(lambda story, pull: story.world.push(pull, files=[story.random.choice(FILES)])): 9,
    _on_open(lambda story, pull: story.world.force_push(pull)): 3,
    _on_open(lambda story, pull: story.world.set_checks(pull, story.random.choice(["SUCCESS", "FAILURE", "PENDING", "ERROR"]))): 9,
    _on_open(lambda story, pull: story.world.set_mergeable(pull, story.random.random() < 0.6)): 5,
    _on_open(_dismiss): 3,
    _on_open(_draft): 10,
    _on_open(_assign): 4,
    _on_open(lambda story, pull: story.world.change_base(pull, "next" if pull.base_ref_name == "main" else "main")): 1,
    _on_open(lambda story, pull: story.world.close(pull)): 3,
    _on_open(lambda story, pull: story.world.merge(pull, delete_branch=story.random.random() < 0.5)): 3,
    _on_open(_queue): 5,
    _on_open(_auto_merge): 3,
    _archive: 1,
    _reopen: 2,
    _regroup: 2,
    _own: 2,
    _rename: 0.5,
}  # fmt: skip
