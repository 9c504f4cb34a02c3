"""The ledger of review requests, after GitHub was read once or several times."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.review_request_ledger import ReviewRequestEntry, update_ledger
from monitor.rules.snapshot import Snapshot
from tests.builders import asked, at, item, snapshot

NOBODY: dict[str, set[str]] = {}
TEAM = {"acme/web": {"wren", "finch"}}


def ledger_after(*looks: Snapshot, members: dict[str, set[str]] = NOBODY) -> list[ReviewRequestEntry]:
    """The ledger after GitHub was read several times, ten minutes apart."""
    entries: list[ReviewRequestEntry] = []
    for place, look in enumerate(looks, start=1):
        entries = update_ledger(entries, look, at(10 * place), members)
    return entries


REQUESTED = item("review_requested", 1, "heron", "wren")
PENDING = snapshot(review_requests=(asked("wren"),), timeline=(REQUESTED,))


def test_a_request_and_who_made_it() -> None:
    assert ledger_after(PENDING) == [ReviewRequestEntry("user", "wren", at(1), "heron")]


def test_looking_again_adds_nothing() -> None:
    assert ledger_after(PENDING, PENDING, PENDING) == [ReviewRequestEntry("user", "wren", at(1), "heron")]


def test_settled_by_a_review() -> None:
    done = snapshot(timeline=(REQUESTED, item("reviewed", 12, "wren", "approved")))
    assert ledger_after(PENDING, done, done) == [
        ReviewRequestEntry("user", "wren", at(1), "heron", False, at(12), "reviewed", "wren"),
    ]


def test_settled_by_a_mere_comment_because_github_drops_the_request() -> None:
    done = snapshot(timeline=(REQUESTED, item("commented", 12, "wren")))
    (entry,) = ledger_after(PENDING, done)
    assert (entry.settled, entry.settled_at, entry.settled_by) == ("reviewed", at(12), "wren")


def test_each_request_that_a_comment_settled_is_an_entry_from_the_first_look_on() -> None:
    """The third request has an entry at once, not after two more reads."""
    steps = [item("review_requested", minute, "heron", "wren") for minute in (0, 2, 4)]
    comments = [item("commented", minute, "wren") for minute in (1, 3)]
    once = ledger_after(snapshot(timeline=(*steps, *comments)))
    assert [(entry.asked_at, entry.settled_at, entry.settled) for entry in once] == [
        (at(0), at(1), "reviewed"),
        (at(2), at(3), "reviewed"),
        (at(4), at(10), "removed"),
    ]


def test_a_comment_while_still_asked_settles_nothing() -> None:
    (entry,) = ledger_after(PENDING, replace(PENDING, timeline=(REQUESTED, item("commented", 12, "wren"))))
    assert entry.open


def test_removed_by_somebody() -> None:
    done = snapshot(timeline=(REQUESTED, item("review_request_removed", 12, "finch", "wren")))
    (entry,) = ledger_after(PENDING, done)
    assert (entry.settled, entry.settled_at, entry.settled_by) == ("removed", at(12), "finch")


def test_gone_without_a_trace_is_removed_when_we_saw_it() -> None:
    (entry,) = ledger_after(PENDING, snapshot())
    assert (entry.settled, entry.settled_at, entry.settled_by) == ("removed", at(20), None)


def test_asked_again_without_a_trace_leaves_the_first_entry_as_it_was() -> None:
    silent = snapshot(review_requests=(asked("wren"),))
    assert ledger_after(silent, snapshot(), silent) == [
        ReviewRequestEntry("user", "wren", at(0), settled_at=at(20), settled="removed"),
        ReviewRequestEntry("user", "wren", at(20)),
    ]


def test_asked_again_is_a_new_entry() -> None:
    again = snapshot(
        review_requests=(asked("wren"),),
        timeline=(
            REQUESTED,
            item("reviewed", 12, "wren", "changes_requested"),
            item("review_requested", 15, "heron", "wren"),
        ),
    )
    first, second = ledger_after(PENDING, again)
    assert first.settled == "reviewed"
    assert second == ReviewRequestEntry("user", "wren", at(15), "heron")


def test_asked_twice_while_pending_counts_from_the_first() -> None:
    twice = replace(PENDING, timeline=(REQUESTED, item("review_requested", 8, "finch", "wren")))
    assert ledger_after(twice) == [ReviewRequestEntry("user", "wren", at(1), "heron")]


def test_a_team_request_settled_by_a_member() -> None:
    team = item("review_requested", 1, None, "acme/web")
    waiting = snapshot(review_requests=(asked("acme/web", code_owner=True),), timeline=(team,))
    done = snapshot(
        timeline=(team, item("reviewed", 11, "lark", "commented"), item("reviewed", 12, "wren", "approved"))
    )
    (entry,) = ledger_after(waiting, done, members=TEAM)
    assert entry == ReviewRequestEntry("team", "acme/web", at(1), None, True, at(12), "reviewed", "wren")


def test_of_a_team_with_unknown_members_the_first_reviewer_is_taken() -> None:
    team = item("review_requested", 1, None, "acme/web")
    waiting = snapshot(review_requests=(asked("acme/web"),), timeline=(team,))
    (entry,) = ledger_after(waiting, snapshot(timeline=(team, item("reviewed", 11, "lark", "approved"))))
    assert entry.settled_by == "lark"


def test_closing_settles_what_is_left_and_reopening_revives_it() -> None:
    closed = replace(PENDING, state="closed", closed_at=at(12), timeline=(REQUESTED, item("closed", 12, "heron")))
    (entry,) = ledger_after(PENDING, closed, closed)
    assert (entry.settled, entry.settled_at, entry.settled_by) == ("closed", at(12), "heron")
    reopened = replace(PENDING, timeline=(REQUESTED, item("closed", 12, "heron"), item("reopened", 15, "heron")))
    assert ledger_after(PENDING, closed, reopened) == [ReviewRequestEntry("user", "wren", at(1), "heron")]


def test_a_beginning_that_was_cut_off_is_before_the_oldest_thing_known() -> None:
    cut = snapshot(review_requests=(asked("wren"),), timeline=(item("commented", 4, "lark"),), timeline_truncated=True)
    assert ledger_after(cut)[0].asked_at == at(4)


def test_the_authors_own_answers_settle_nothing() -> None:
    own = replace(PENDING, timeline=(REQUESTED, item("reviewed", 5, "heron", "commented")))
    assert ledger_after(own)[0].open


LOGINS = st.sampled_from(["wren", "finch", "lark"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["review_requested", "review_request_removed", "reviewed", "commented"]), LOGINS),
    max_size=12,
)


@given(STEPS, st.sets(LOGINS))
def test_what_github_lists_is_open_and_nothing_else_is(steps: list[tuple[str, str]], listed: set[str]) -> None:
    timeline = tuple(
        item(
            kind,
            minute,
            login if kind in {"reviewed", "commented"} else "heron",
            None if kind == "commented" else login,
        )
        for minute, (kind, login) in enumerate(steps)
    )
    look = snapshot(review_requests=tuple(asked(login) for login in sorted(listed)), timeline=timeline)
    entries = ledger_after(look, look)
    assert {entry.name for entry in entries if entry.open} == listed
    assert len([entry for entry in entries if entry.open]) == len(listed)
    assert ledger_after(look, look, look) == entries
