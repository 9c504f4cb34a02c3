"""What can happen to a pull request of the demo, and how often. Each says what it did, or None where it does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.demo import cast
from monitor.demo.objects import PullRequest

if TYPE_CHECKING:
    from monitor.demo.life import Life

Happening = Callable[["Life", PullRequest], str | None]


def someone(life: Life, pull: PullRequest) -> str:
    """A colleague who is not the author and not the reader (who is sitting in front of the dashboard)."""
    return life.random.choice([login for login in cast.PEOPLE if login != life.you and not _is(pull, login)])


def _is(pull: PullRequest, login: str) -> bool:
    return pull.author is not None and pull.author.login == login


def _owner(life: Life, pull: PullRequest) -> str:
    """Who moves it: its author, or a colleague where the author is a bot, gone, or the reader."""
    author = pull.author
    if author is None or author.deleted or author.typename != "User" or author.login == life.you:
        return someone(life, pull)
    return author.login


def open_new(life: Life, _: PullRequest | None = None) -> str:
    """A new pull request: one in eight by a bot, one in eight the reader's own, many that ask the reader or their team."""
    random, world = life.random, life.world
    places = {place.name: place for place in cast.PLACES}
    home = min(random.sample(life.homes(), min(3, len(life.homes()))), key=lambda one: len(one.pulls))
    place = places.get(home.name, cast.PLACES[0])
    if random.random() < 0.12:
        pull = world.open(
            home, f"Bump {random.choice(cast.PACKAGES)} to its latest release", author=random.choice(cast.BOTS)
        )
    else:
        author = life.you if random.random() < 0.12 else random.choice([one for one in cast.PEOPLE if one != life.you])
        title = f"{random.choice(cast.VERBS)} {random.choice(place.subjects)}"
        files = random.sample(place.paths, random.randrange(1, len(place.paths) + 1))
        pull = world.open(home, title, author=author, draft=random.random() < 0.15, files=files)
        ask(life, pull)
    world.set_checks(pull, "PENDING")
    return f"{pull.slug} opened"


def ask(life: Life, pull: PullRequest) -> str | None:
    draw, who = life.random.random(), someone(life, pull)
    if draw < 0.35 and not _is(pull, life.you):
        who = life.you
    elif draw < 0.5:
        who = life.random.choice(("acme/platform", "acme/payments", "acme/frontend"))
    if who.lower() not in life.world.accounts and who.lower() not in life.world.teams:
        return None
    if life.waits_for_you(pull) and who == life.you:
        return None
    life.world.request_review(pull, who, by=_owner(life, pull))
    return f"{pull.slug}: review requested from {who}"


def take_back(life: Life, pull: PullRequest) -> str | None:
    if len(pull.requests) < 2:
        return None
    reviewer = life.random.choice(pull.requests).reviewer
    life.world.remove_request(pull, reviewer, by=_owner(life, pull))
    return f"{pull.slug}: a review request taken back"


def review(life: Life, pull: PullRequest) -> str | None:
    """Preferably somebody who was asked."""
    if pull.is_draft:
        return None
    asked = [one.reviewer.login for one in pull.requests if hasattr(one.reviewer, "login")]
    asked = [login for login in asked if login != life.you]
    by = life.random.choice(asked) if asked else someone(life, pull)
    state = life.random.choices(("APPROVED", "CHANGES_REQUESTED", "COMMENTED"), (5, 2, 2))[0]
    life.world.review(pull, state, by=by, body=life.random.choice(cast.COMMENTS))
    return f"{pull.slug}: {by} reviewed, {state.lower()}"


def reviews_by_you(life: Life, pull: PullRequest) -> str | None:
    """The reader did something elsewhere: keeps their list from growing without end."""
    if pull.is_draft or not life.waits_for_you(pull):
        return None
    life.world.review(pull, life.random.choice(("APPROVED", "CHANGES_REQUESTED")), by=life.you)
    return f"{pull.slug}: {life.you} reviewed"


def push(life: Life, pull: PullRequest) -> str | None:
    life.world.push(pull, by=_owner(life, pull))
    life.world.set_checks(pull, "PENDING")
    return f"{pull.slug}: pushed"


def force_push(life: Life, pull: PullRequest) -> str | None:
    life.world.force_push(pull, by=_owner(life, pull))
    life.world.set_checks(pull, "PENDING")
    life.world.set_mergeable(pull, "MERGEABLE")
    return f"{pull.slug}: rebased"


def checks(life: Life, pull: PullRequest) -> str | None:
    """Running checks end; failed ones are run again; passed ones are left alone."""
    if pull.head.rollup == "SUCCESS":
        return None
    running = pull.head.rollup in ("PENDING", None)
    state = life.random.choices(("SUCCESS", "FAILURE"), (4, 1))[0] if running else "PENDING"
    life.world.set_checks(pull, state)
    return f"{pull.slug}: checks {state.lower()}"


def conflict(life: Life, pull: PullRequest) -> str | None:
    life.world.set_mergeable(pull, "MERGEABLE" if pull.mergeable == "CONFLICTING" else "CONFLICTING")
    return f"{pull.slug}: {pull.mergeable.lower()}"


def comment(life: Life, pull: PullRequest) -> str | None:
    by = _owner(life, pull) if life.random.random() < 0.5 else someone(life, pull)
    life.world.comment(pull, life.random.choice(cast.COMMENTS), by=by)
    return f"{pull.slug}: {by} commented"


def label(life: Life, pull: PullRequest) -> str | None:
    if len(pull.labels) >= 3:
        life.world.unlabel(pull, pull.labels[0].name, by=someone(life, pull))
        return f"{pull.slug}: unlabelled"
    life.world.label(pull, life.random.choice(cast.LABELS), by=someone(life, pull))
    return f"{pull.slug}: labelled"


def assign(life: Life, pull: PullRequest) -> str | None:
    if pull.assignees:
        life.world.unassign(pull, pull.assignees[0], by=someone(life, pull))
        return f"{pull.slug}: unassigned"
    life.world.assign(pull, life.random.choice((life.you, someone(life, pull))), by=someone(life, pull))
    return f"{pull.slug}: assigned"


def retitle(life: Life, pull: PullRequest) -> str | None:
    marked = pull.title.endswith(" (part 1)")
    title = pull.title.removesuffix(" (part 1)") if marked else f"{pull.title} (part 1)"
    life.world.retitle(pull, title, by=_owner(life, pull))
    return f"{pull.slug}: retitled"


def change_base(life: Life, pull: PullRequest) -> str | None:
    base = "main" if pull.base_ref_name != "main" else "release"
    life.world.change_base(pull, base, by=_owner(life, pull))
    return f"{pull.slug}: base changed"


def draft_or_ready(life: Life, pull: PullRequest) -> str | None:
    if pull.is_draft:
        life.world.ready_for_review(pull, by=_owner(life, pull))
        return f"{pull.slug}: ready for review"
    if life.random.random() < 0.8:
        return None
    life.world.convert_to_draft(pull, by=_owner(life, pull))
    return f"{pull.slug}: back to draft"


def merge(life: Life, pull: PullRequest) -> str | None:
    """Only what is approved, green and free of conflicts; the reader's own they merge themselves, seldom."""
    approved = any(one.state == "APPROVED" for one in pull.reviews)
    if pull.is_draft or not approved or pull.head.rollup != "SUCCESS" or pull.mergeable != "MERGEABLE":
        return None
    life.world.merge(pull, by=_owner(life, pull))
    return f"{pull.slug}: merged"


def wind_up(life: Life, pull: PullRequest) -> str:
    """Merge or close it, whatever its state, because it has been around for long."""
    if pull.is_draft or life.random.random() < 0.2:
        life.world.close(pull, by=_owner(life, pull))
        return f"{pull.slug}: closed"
    life.world.merge(pull, by=_owner(life, pull))
    return f"{pull.slug}: merged"


def close_or_reopen(life: Life, pull: PullRequest) -> str | None:
    closed = [one for one in pull.repository.pulls.values() if one.state == "CLOSED"]
    if closed and life.random.random() < 0.5:
        life.world.reopen(closed[-1], by=_owner(life, closed[-1]))
        return f"{closed[-1].slug}: reopened"
    life.world.close(pull, by=_owner(life, pull))
    return f"{pull.slug}: closed"


def dismiss(life: Life, pull: PullRequest) -> str | None:
    standing = [one for one in pull.reviews if one.state in ("APPROVED", "CHANGES_REQUESTED")]
    if not standing:
        return None
    life.world.dismiss(pull, standing[-1], by=_owner(life, pull))
    return f"{pull.slug}: a review dismissed"


def regroup(life: Life, pull: PullRequest) -> str | None:
    """Somebody joins or leaves the front-end team, or a CODEOWNERS file gets another line."""
    if "acme/frontend" not in life.world.teams:
        return None
    if life.random.random() < 0.5:
        text = (
            "* @acme/platform\n" if pull.repository.name == "infra" else f"/{life.random.choice(cast.LABELS)}/ @heron\n"
        )
        place = next((place for place in cast.PLACES if place.name == pull.repository.name), None)
        life.world.edit_codeowners(pull.repository, (place.codeowners if place else "") + text)
        return f"{pull.repository.name_with_owner}: CODEOWNERS changed"
    member = life.world.account("teasel") in life.world.teams["acme/frontend"].people
    (life.world.remove_member if member else life.world.add_member)("acme/frontend", "teasel")
    return "acme/frontend: teasel comes or goes"


def opened(life: Life, pull: PullRequest) -> str | None:
    return open_new(life)


HAPPENINGS: dict[Happening, float] = {
    opened: 6, ask: 9, take_back: 2, review: 12, push: 10, force_push: 2, checks: 16, conflict: 3, comment: 8, label: 5,
    assign: 3, retitle: 1.5, change_base: 0.7, draft_or_ready: 4, merge: 7, close_or_reopen: 1.5, dismiss: 1,
    regroup: 0.4, reviews_by_you: 1.5,
}  # fmt: skip
