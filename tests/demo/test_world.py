"""The world keeps GitHub's rules: who is asked, what a review settles, what moves `updatedAt`, what a timeline says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo.world.codeowners import matches, owners_of
from monitor.demo.world.merge_rules import decision, latest_opinions
from monitor.demo.world.objects import Account, PullRequest, Team
from monitor.demo.world.reviews import latest_reviews
from tests.demo_github import World, demo_world


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 4, 9, 0, 0, 123456, UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float = 60) -> datetime:
        self.time += timedelta(seconds=seconds)
        return self.time.replace(microsecond=0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(clock: Clock) -> World:
    world = World(now=clock)
    world.add_team("acme/platform", ["wren", "finch"])
    world.add_team("acme/databases", ["juniper"], parent="acme/platform")
    world.add_repository("acme/web", codeowners="/db/ @acme/platform\n/web/ @lark @heron\n")
    return world


def asked(pull: PullRequest) -> list[tuple[str, bool]]:
    names = [
        (one.reviewer.combined_slug if isinstance(one.reviewer, Team) else one.reviewer.login, one.as_code_owner)
        for one in pull.requests
    ]
    return sorted(names)


def kinds(pull: PullRequest) -> list[str]:
    return [item.typename for item in pull.timeline]


def test_code_owners_are_asked_at_opening_but_never_the_author(home: World) -> None:
    pull = home.open("acme/web", "Tables", author="lark", files=["db/schema.sql", "web/index.html"])
    home.add_user("heron")
    assert asked(pull) == [("acme/platform", True)]  # heron was unknown to this GitHub, lark is the author


def test_a_draft_asks_its_owners_only_when_it_is_ready(home: World, clock: Clock) -> None:
    pull = home.open("acme/web", "Tables", author="lark", draft=True, files=["db/schema.sql"])
    assert asked(pull) == []
    assert pull.published_at is None
    ready = clock.move()
    home.ready_for_review(pull)
    assert asked(pull) == [("acme/platform", True)]
    assert kinds(pull) == ["ReadyForReviewEvent", "ReviewRequestedEvent"]
    assert pull.published_at == pull.updated_at == ready


def test_pushing_a_newly_owned_file_asks_its_owner(home: World) -> None:
    home.add_user("heron")
    pull = home.open("acme/web", "Tables", author="lark", files=["README.md"])
    assert asked(pull) == []
    home.push(pull, files=["web/index.html"])
    assert asked(pull) == [("heron", True)]


@pytest.mark.parametrize("state", ["APPROVED", "CHANGES_REQUESTED", "COMMENTED"])
@pytest.mark.parametrize(("by", "left"), [("finch", [("lark", False)]), ("juniper", [("lark", False)])])
def test_one_member_of_the_team_or_of_a_child_team_settles_it(
    home: World, state: str, by: str, left: list[tuple[str, bool]]
) -> None:
    pull = home.open("acme/web", "Retries", author="heron")
    home.request_review(pull, "acme/platform")
    home.request_review(pull, "lark")
    home.review(pull, state, by=by)
    assert asked(pull) == left
    assert "ReviewRequestRemovedEvent" not in kinds(pull)


def test_a_re_request_keeps_the_decision(home: World) -> None:
    pull = home.open("acme/web", "Retries", author="heron")
    home.request_review(pull, "wren")
    home.review(pull, "APPROVED", by="wren")
    assert asked(pull) == []
    home.request_review(pull, "wren")
    assert decision(home, pull) == "APPROVED"
    assert [one.state for one in latest_opinions(pull)] == ["APPROVED"]
    assert latest_reviews(pull) == []


def test_decision_follows_the_latest_opinion_of_each(home: World) -> None:
    pull = home.open("acme/web", "Retries", author="heron")
    assert decision(home, pull) == "REVIEW_REQUIRED"
    first = home.review(pull, "CHANGES_REQUESTED", by="wren")
    home.review(pull, "APPROVED", by="finch")
    home.review(pull, "COMMENTED", by="wren")
    assert decision(home, pull) == "CHANGES_REQUESTED"
    home.dismiss(pull, first, by="heron")
    assert decision(home, pull) == "APPROVED"
    assert {one.state for one in latest_opinions(pull)} == {"DISMISSED", "APPROVED"}
    home.set_rules("acme/web", required_approvals=None)
    assert decision(home, pull) is None


def test_nobody_approves_their_own(home: World) -> None:
    pull = home.open("acme/web", "Retries", author="heron")
    with pytest.raises(ValueError, match="cannot review"):
        home.review(pull, "APPROVED", by="heron")
    with pytest.raises(ValueError, match="author"):
        home.request_review(pull, "heron")
    home.review(pull, "COMMENTED", by="heron")


ACTS: list[tuple[str, Callable[[World, PullRequest], object], bool]] = [
    ("push", lambda w, p: w.push(p), True),
    ("force_push", lambda w, p: w.force_push(p), True),
    ("retitle", lambda w, p: w.retitle(p, "Other"), True),
    ("change_base", lambda w, p: w.change_base(p, "release"), True),
    ("label", lambda w, p: w.label(p, "bug"), True),
    ("assign", lambda w, p: w.assign(p, "wren"), True),
    ("request", lambda w, p: w.request_review(p, "acme/platform"), True),
    ("remove", lambda w, p: w.remove_request(p, "lark"), True),
    ("review", lambda w, p: w.review(p, "COMMENTED", by="finch"), True),
    ("comment", lambda w, p: w.comment(p, by="finch"), True),
    ("draft", lambda w, p: w.convert_to_draft(p), True),
    ("merge", lambda w, p: w.merge(p), True),
    ("close", lambda w, p: w.close(p), True),
    ("thread", lambda w, p: w.open_thread(p, "finch"), True),
    ("resolve", lambda w, p: w.resolve_thread(p.threads[0]), False),
    ("checks", lambda w, p: w.set_checks(p, "FAILURE"), False),
    ("mergeable", lambda w, p: w.set_mergeable(p, "CONFLICTING"), False),
    ("codeowners", lambda w, p: w.edit_codeowners("acme/web", "* @wren"), False),
    ("member", lambda w, p: w.add_member("acme/platform", "teasel"), False),
    ("rename", lambda w, p: w.rename("acme/web", "site"), False),
    ("label there already", lambda w, p: w.label(p, "docs"), False),
    ("unlabel what is not there", lambda w, p: w.unlabel(p, "bug"), False),
    ("request again", lambda w, p: w.request_review(p, "lark"), False),
    ("remove nobody", lambda w, p: w.remove_request(p, "finch"), False),
]


@pytest.mark.parametrize(("act", "moves"), [one[1:] for one in ACTS], ids=[one[0] for one in ACTS])
def test_what_moves_updated_at(
    home: World, clock: Clock, act: Callable[[World, PullRequest], object], moves: bool
) -> None:
    pull = home.open("acme/web", "Retries", author="heron", labels=["docs"])
    home.request_review(pull, "lark")
    home.open_thread(pull, "wren")
    before, length = pull.updated_at, len(pull.timeline)
    now = clock.move()
    act(home, pull)
    assert pull.updated_at == (now if moves else before)
    assert moves or len(pull.timeline) == length


def test_closing_merging_and_reopening(home: World) -> None:
    closed, merged = (home.open("acme/web", title, author="heron") for title in ("One", "Two"))
    home.close(closed, by="wren")
    home.reopen(closed, by="wren")
    home.merge(merged, by="finch")
    assert (closed.state, closed.closed_at, kinds(closed)) == ("OPEN", None, ["ClosedEvent", "ReopenedEvent"])
    assert (merged.state, kinds(merged)) == ("MERGED", ["MergedEvent", "ClosedEvent"])
    assert merged.merged_by is home.account("finch")
    with pytest.raises(ValueError, match="merged"):
        home.reopen(merged)


def test_the_same_seed_tells_the_same_story(clock: Clock) -> None:
    def told(seed: int) -> list[tuple[str, str, str, int]]:
        world = demo_world(seed=seed, now=clock)
        return [
            (pull.id, pull.title, pull.state, len(pull.timeline))
            for home in world.repositories.values()
            for pull in home.pulls.values()
        ]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_the_demo_world_has_every_situation(clock: Clock) -> None:
    world = demo_world(now=clock)
    pulls = [pull for home in world.repositories.values() for pull in home.pulls.values()]
    you = world.account("plover")
    requests = [one for pull in pulls if pull.author is not you for one in pull.requests]
    teams = [one.reviewer for one in requests if isinstance(one.reviewer, Team)]
    assert sum(one.reviewer is you for one in requests) >= 4
    assert sum(one.reviewer is you and one.as_code_owner for one in requests) >= 2
    assert any(you in team.everybody() for team in teams)
    yours = [pull for pull in pulls if pull.author is you and pull.state == "OPEN"]
    assert {decision(world, pull) for pull in yours} >= {"APPROVED", "CHANGES_REQUESTED", "REVIEW_REQUIRED"}
    assert any(pull.mergeable == "CONFLICTING" for pull in yours)
    assert any(pull.is_draft for pull in yours)
    assert {pull.head.rollup for pull in pulls} >= {"SUCCESS", "FAILURE", "PENDING"}
    assert {pull.state for pull in pulls} == {"OPEN", "CLOSED", "MERGED"}
    assert any(isinstance(pull.author, Account) and pull.author.typename == "Bot" for pull in pulls)
    assert any(pull.author and pull.author.deleted for pull in pulls)
    assert any(home.is_private for home in world.repositories.values())
    assert all(pull.updated_at <= clock() for pull in pulls)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("*", "a/b/c.py", True),
        ("*.js", "src/app.js", True),
        ("*.js", "src/app.ts", False),
        ("/docs/", "docs/a/b.md", True),
        ("/docs/", "src/docs/a.md", False),
        ("docs/", "src/docs/a.md", True),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/a/b.md", False),
        ("/src/**/test", "src/a/b/test/x.py", True),
        ("**/logs", "a/b/logs/x", True),
        ("apps/?eb", "apps/web/x", True),
        ("/apps/web", "apps/webs/x", False),
    ],
)
def test_codeowners_patterns(pattern: str, path: str, covered: bool) -> None:
    assert matches(pattern, path) is covered


def test_the_last_matching_rule_wins_and_an_empty_one_clears() -> None:
    text = "* @a\n/x/ @b @acme/c # not @d\n/x/free\n"
    assert owners_of(text, ["x/1"]) == ["b", "acme/c"]
    assert owners_of(text, ["x/free"]) == []
    assert owners_of(text, ["y", "x/1"]) == ["a", "b", "acme/c"]


def test_hostile_patterns_are_matched_at_once() -> None:
    assert not matches("**/" * 12 + "x", "a/" * 60 + "y")
    assert not matches("*a" * 20 + "b", "a" * 200)
