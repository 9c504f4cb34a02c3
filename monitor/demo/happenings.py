"""What can happen in the demo, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from monitor.demo import cast, talk, work
from monitor.demo.objects import PullRequest

if TYPE_CHECKING:
    from monitor.demo.life import Life


Happening = Callable[["Life", PullRequest], str | None]


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
        talk.ask(life, pull)
    world.set_checks(pull, "PENDING")
    return f"{pull.slug} opened"


def opened(life: Life, pull: PullRequest) -> str | None:
    return open_new(life)


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


HAPPENINGS: dict[Happening, float] = {
    opened: 6,
    talk.ask: 9,
    talk.take_back: 2,
    talk.review: 12,
    work.push: 10,
    work.force_push: 2,
    work.checks: 16,
    work.conflict: 3,
    talk.comment: 8,
    talk.label: 5,
    talk.assign: 3,
    work.retitle: 1.5,
    work.change_base: 0.7,
    work.draft_or_ready: 4,
    work.merge: 7,
    work.close_or_reopen: 1.5,
    talk.dismiss: 1,
    regroup: 0.4,
    talk.reviews_by_you: 1.5,
}
