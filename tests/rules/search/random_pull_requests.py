"""Random pull requests, and random searches that are likely to find some of them."""

from datetime import UTC, datetime, timedelta
from random import Random

from monitor.rules.merge_facts import MergeQueueEntry
from monitor.rules.search.vocabulary import FIELDS
from monitor.rules.snapshot import Review, Snapshot, TimelineItem
from tests.builders import T0, asked, at, label, merging, snapshot

PEOPLE = ("heron", "Wren", "finch", "plover")
TEAMS = ("acme/Platform", "acme/web")
BOTS = ("renovate",)
REPOSITORIES = ("Acme/Web", "acme/api", "globex/web", "acme_2/x")
LABELS = ("bug", "Needs Review", "ÄRGER", "100%", "a_b", 'say "hi"', "-wip")
BRANCHES = ("main", "Release/1.0", "tôpic")
WORDS = ("Retry", "refund", "%", "_", "\\", "STRASSE", "ß", "is:open", "#7", '"quoted"', "İstanbul", "fix", "prefix")
NOW = at(60 * 24 * 20)
# Times at the very edges of the spans below, and others.
EDGES = (T0, NOW - timedelta(days=3), NOW - timedelta(days=7), datetime(2026, 3, 15, tzinfo=UTC), datetime(2026, 3, 10, 12, tzinfo=UTC))  # fmt: skip


def _moment(random: Random) -> datetime:
    return random.choice((*EDGES, at(random.randrange(60 * 24 * 20))))


def _some(random: Random, of: tuple[str, ...], most: int) -> list[str]:
    return random.sample(of, random.randint(0, most))


def _reviews(random: Random) -> tuple[Review, ...]:
    states = ("approved", "changes_requested", "commented", "dismissed")
    return tuple(
        Review(name, random.choice(states), _moment(random), random.choice((None, "a" * 40, "c" * 40)))  # type: ignore[arg-type]
        for name in _some(random, PEOPLE, 2)
    )


def pull_request(random: Random, number: int) -> Snapshot:
    """A random pull request, with values that the terms below ask for, and others."""
    state = random.choice(("open", "open", "open", "closed", "merged"))
    author = random.choice((*PEOPLE, *BOTS, None))
    return snapshot(
        number,
        title=" ".join(_some(random, WORDS, 4)),
        author=author,
        author_is_bot=author in BOTS,
        state=state,
        draft=random.random() < 0.3,
        base=random.choice(BRANCHES),
        head=random.choice(BRANCHES),
        created_at=random.choice(EDGES),
        updated_at=_moment(random),
        additions=random.choice((0, 5, 10, 11, 30, 31, 100, 101, 500, 501)),
        deletions=0,
        ci=random.choice(("success", "failure", "pending", "none", "unknown")),
        mergeable=random.choice(("mergeable", "conflicting", "unknown")),
        merging=merging(
            merge_queue=MergeQueueEntry(1, _moment(random)) if state == "open" and random.random() < 0.2 else None,
            same_repository=random.random() < 0.7,  # the base of some is the head of others: they are stacked
            base_protected=random.random() < 0.3,
        ),
        labels=tuple(label(name) for name in _some(random, LABELS, 3)),
        assignees=tuple(_some(random, PEOPLE, 2)),
        review_requests=tuple(
            asked(name, code_owner=random.random() < 0.3) for name in _some(random, PEOPLE + TEAMS, 3)
        )
        if state == "open"
        else (),
        reviews=_reviews(random),
        timeline=tuple(TimelineItem("commented", _moment(random), name) for name in _some(random, PEOPLE, 2)),
    )


def quoted(text: str) -> str:
    """The text in quotes, as a search takes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_PERSON = (*PEOPLE, *BOTS, "nobody", "@me")
_TEAM = (*TEAMS, "acme/other", "@me")
_VALUES: dict[str, tuple[str, ...]] = {
    "login": _PERSON,
    "team": _TEAM,
    "owner": (*_PERSON, *_TEAM),
    "repository": (*REPOSITORIES, "acme/other"),
    "organization": ("acme", "Globex", "acme_2", "acme-2", "acm"),
    "label": tuple(quoted(name) for name in (*LABELS, "%", "ug", "other")),
    "branch": (*BRANCHES, "mai"),
    "age": (">3d", ">=3d", "<3d", "<=72h", ">1w", "<0h", ">0h"),
    "day": (">=@today-7d", ">@today-8d", "<@today-1w", "<=@today", "2026-03-15", ">=2026-03-10", "<2026-03-10T12:00:00Z", "<=2026-03-10T12:00:00Z"),
}  # fmt: skip
TERMS: tuple[str, ...] = (
    *(
        f"{field.name}:{value}"
        for field in FIELDS.values()
        if field.name != "sort"
        for value in (field.choices or _VALUES[field.value_type])
    ),
    *map(quoted, WORDS),
    "FIX",
    "zzz",
    "#1",
    "#2",
)


def search(random: Random) -> str:
    """A search of a few random terms, some of them negated, in any case."""
    chosen = random.choices(TERMS, k=random.randint(2, 5))
    return " ".join(random.choice(("", "", "-")) + (term if '"' in term else _cased(random, term)) for term in chosen)


def _cased(random: Random, term: str) -> str:
    return random.choice((str, str.upper, str.lower))(term)
