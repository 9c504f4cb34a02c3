"""Random pull requests and random searches that have a chance to find some of them."""

from datetime import timedelta

from hypothesis import strategies as st

from monitor.search.vocabulary import FIELDS
from monitor.snapshot import Review, Snapshot, TimelineItem
from tests.builders import T0, asked, at, label, snapshot

PEOPLE = ("heron", "Wren", "finch", "plover")
TEAMS = ("acme/Platform", "acme/web")
BOTS = ("renovate",)
REPOSITORIES = ("Acme/Web", "acme/api", "globex/web", "acme_2/x")
LABELS = ("bug", "Needs Review", "ÄRGER", "100%", "a_b", 'say "hi"', "-wip")
BRANCHES = ("main", "Release/1.0", "tôpic")
WORDS = ("Retry", "refund", "%", "_", "\\", "STRASSE", "ß", "is:open", "#7", '"quoted"', "İstanbul", "fix", "prefix")
NOW = at(60 * 24 * 20)
MOMENTS = st.integers(0, 60 * 24 * 20).map(at) | st.sampled_from([NOW - timedelta(days=3), NOW - timedelta(days=7), T0])


def reviews() -> st.SearchStrategy[Review]:
    states = st.sampled_from(["approved", "changes_requested", "commented", "dismissed"])
    return st.builds(Review, st.sampled_from(PEOPLE), states, MOMENTS, st.sampled_from([None, "a" * 40, "c" * 40]))


def comments() -> st.SearchStrategy[TimelineItem]:
    return st.builds(TimelineItem, st.just("commented"), MOMENTS, st.sampled_from(PEOPLE))


@st.composite
def pull_requests(draw: st.DrawFn, number: int) -> Snapshot:
    state = draw(st.sampled_from(["open", "open", "open", "closed", "merged"]))
    requests = draw(st.lists(st.sampled_from(PEOPLE + TEAMS), max_size=3, unique=True)) if state == "open" else []
    author = draw(st.sampled_from((*PEOPLE, None, *BOTS)))
    return snapshot(
        number,
        node_id=f"PR_random_{number}",
        title=" ".join(draw(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=4))).replace("\x00", ""),
        author=author,
        author_is_bot=author in BOTS,
        state=state,
        draft=draw(st.booleans()),
        base=draw(st.sampled_from(BRANCHES)),
        head=draw(st.sampled_from(BRANCHES)),
        created_at=T0,
        updated_at=draw(MOMENTS),
        additions=draw(st.sampled_from([0, 5, 10, 11, 30, 31, 100, 101, 500, 501])),
        deletions=0,
        ci=draw(st.sampled_from(["success", "failure", "pending", "none", "unknown"])),
        mergeable=draw(st.sampled_from(["mergeable", "conflicting", "unknown"])),
        labels=tuple(label(name) for name in draw(st.lists(st.sampled_from(LABELS), max_size=3, unique=True))),
        assignees=tuple(draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True))),
        review_requests=tuple(asked(name) for name in requests),
        reviews=tuple(draw(st.lists(reviews(), max_size=2, unique_by=lambda one: one.reviewer))),
        timeline=tuple(draw(st.lists(comments(), max_size=2))),
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_MIXED = st.sampled_from([str, str.upper, str.lower])
_PERSON = st.sampled_from((*PEOPLE, *BOTS, "nobody", "@me"))
_TEAM = st.sampled_from((*TEAMS, "acme/other", "@me"))
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "login": _PERSON,
    "team": _TEAM,
    "owner": _PERSON | _TEAM,
    "repository": st.sampled_from((*REPOSITORIES, "acme/other")),
    "organization": st.sampled_from(("acme", "Globex", "acme_2", "acme-2", "acm")),
    "label": st.sampled_from((*LABELS, "%", "ug", "other")).map(_quoted),
    "branch": st.sampled_from((*BRANCHES, "mai")),
    "age": st.sampled_from((">3d", ">=3d", "<3d", "<=72h", ">1w", "<0h", ">0h")),
    "day": st.sampled_from((">=@today-7d", ">@today-7d", "<@today-1w", "<=@today", "@today-3d", ">=2026-03-10", "<2026-03-10T12:00:00Z")),
}  # fmt: skip


@st.composite
def terms(draw: st.DrawFn) -> str:
    field = FIELDS[draw(st.sampled_from([name for name in FIELDS if name != "sort"]))]
    value = draw(st.sampled_from(field.choices) if field.choices else _VALUES[field.takes])
    return draw(_MIXED)(field.name) + ":" + (value if value.startswith('"') else draw(_MIXED)(value))


def searches() -> st.SearchStrategy[str]:
    """Texts of searches that mean something."""
    unnamed = st.sampled_from(WORDS).map(_quoted) | st.sampled_from(("refund", "FIX", "zzz", "#1", "#2", "#3"))
    signed = st.builds(str.__add__, st.sampled_from(("", "", "-")), terms() | terms() | unnamed)
    return st.lists(signed, min_size=1, max_size=4).map(" ".join)
