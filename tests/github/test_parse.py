"""How `parse` reads GitHub's JSON: one table per part of a pull request or repository."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.github import parse
from monitor.github.answers import CodeownersBlob
from monitor.rules.snapshot import Label, RequestedReviewer, Review, Snapshot, TimelineItem
from tests.github.nodes import (
    SHA,
    connection,
    item,
    person,
    pull,
    repository,
    request,
    review,
    reviewed,
    team,
    timeline,
)

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = "2026-03-02T11:00:00Z"


def test_a_pull_request_in_full() -> None:
    assert parse.snapshot(pull()) == Snapshot(
        node_id="PR_1",
        number=7,
        url="https://github.example/acme/web/pull/7",
        title="Retry refunds",
        author="heron",
        author_is_bot=False,
        state="open",
        draft=False,
        base="main",
        base_sha="0" * 40,
        head="heron/retry",
        head_sha=SHA,
        created_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        updated_at=AT,
        head_committed_at=datetime(2026, 3, 1, 8, 59, tzinfo=UTC),
        head_author="heron",
        additions=12,
        deletions=3,
        changed_files=2,
        comments=4,
        ci="success",
        mergeable="mergeable",
        labels=(Label("bug", "d73a4a"),),
        assignees=("wren",),
        review_requests=(RequestedReviewer("user", "finch"), RequestedReviewer("team", "acme/platform", True)),
        reviews=(Review("wren", "approved", AT, SHA),),
        timeline=(
            TimelineItem("review_requested", AT, "heron", "finch", "user"),
            TimelineItem("reviewed", AT, "wren", "approved"),
        ),
    )
    assert parse.repository_of(pull()) == "R_1"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"state": "OPEN"}, "open"),
        ({"state": "CLOSED", "closedAt": LATER}, "closed"),
        ({"state": "MERGED", "merged": True, "mergedAt": LATER, "closedAt": LATER}, "merged"),
        ({"state": "CLOSED", "merged": True}, "merged"),
        ({"state": "CLOSED", "mergedAt": LATER}, "merged"),
        ({"state": "MERGED"}, "merged"),
        ({"state": "QUEUED"}, "open"),
        ({"state": "QUEUED", "closedAt": LATER}, "closed"),
        ({"state": None}, "open"),
    ],
)
def test_merged_before_closed_before_open(fields: dict[str, Any], state: str) -> None:
    assert parse.snapshot(pull(**fields)).state == state


@pytest.mark.parametrize(
    ("rollup", "ci"),
    [
        ({"state": "SUCCESS"}, "success"),
        ({"state": "FAILURE"}, "failure"),
        ({"state": "ERROR"}, "failure"),
        ({"state": "PENDING"}, "pending"),
        ({"state": "EXPECTED"}, "pending"),
        (None, "none"),
        ({"state": "SLEEPING"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_ci_from_the_rollup_and_from_the_last_commit(rollup: Any, ci: str) -> None:
    assert parse.snapshot(pull(statusCheckRollup=rollup)).ci == ci
    older = pull(commits={"nodes": [{"commit": {"oid": SHA, "statusCheckRollup": rollup}}]})
    del older["statusCheckRollup"]
    assert parse.snapshot(older).ci == ci
    assert parse.checks(older).ci == ci


def test_ci_that_was_refused_or_belongs_to_another_commit_is_unknown() -> None:
    assert parse.ci(pull(statusCheckRollup=None), {"statusCheckRollup"}) == "unknown"
    bare = pull(commits={"nodes": [{"commit": {"oid": "f" * 40, "statusCheckRollup": {"state": "SUCCESS"}}}]})
    del bare["statusCheckRollup"]
    assert parse.ci(bare) == "unknown"
    del bare["commits"]
    assert parse.ci(bare) == "unknown"


@pytest.mark.parametrize(
    ("said", "mergeable"),
    [("MERGEABLE", "mergeable"), ("CONFLICTING", "conflicting"), ("UNKNOWN", "unknown"), ("?", "unknown"), (None, "unknown")],
)  # fmt: skip
def test_mergeability(said: Any, mergeable: str) -> None:
    assert parse.snapshot(pull(mergeable=said)).mergeable == mergeable


@pytest.mark.parametrize(
    ("reviewer", "read"),
    [
        (person("finch"), RequestedReviewer("user", "finch")),
        (person("renovate", "Bot"), RequestedReviewer("user", "renovate", is_bot=True)),
        (person("ghostly", "Mannequin"), RequestedReviewer("user", "ghostly")),
        (team("Acme/Platform"), RequestedReviewer("team", "Acme/Platform")),
        (None, None),
        ({"__typename": "Team"}, None),
        ({"__typename": "Team", "combinedSlug": ""}, None),
        ({"__typename": "Robot", "serial": 4}, None),
        ("finch", None),
    ],
)
def test_requested_reviewers_and_none_for_an_unreadable_one(reviewer: Any, read: RequestedReviewer | None) -> None:
    snapshot = parse.snapshot(
        pull(
            reviewRequests=connection(None, request(reviewer)),
            timelineItems=timeline(
                item("ReviewRequestedEvent", person("heron"), requestedReviewer=reviewer),
                item("ReviewRequestRemovedEvent", person("heron"), requestedReviewer=reviewer),
            ),
        )
    )
    assert snapshot.review_requests == ((read,) if read else ())
    assert {found.subject for found in snapshot.timeline} == ({read.name} if read else set())


OPINIONS = [
    (review(person("wren"), "APPROVED"), ("wren", "approved")),
    (review(person("wren"), "CHANGES_REQUESTED"), ("wren", "changes_requested")),
    (review(person("wren"), "DISMISSED"), ("wren", "dismissed")),
    (review(None, "APPROVED"), (None, "approved")),
    (review(person("wren"), "PENDING"), None),
    (review(person("wren"), "APPLAUDED"), None),
    (review(person("wren"), "APPROVED", submittedAt=None), None),
]


@pytest.mark.parametrize(("opinion", "read"), OPINIONS)
def test_opinions(opinion: Any, read: tuple[str, str] | None) -> None:
    snapshot = parse.snapshot(pull(latestOpinionatedReviews=connection(opinion, None), timelineItems=timeline()))
    assert [(one.reviewer, one.state) for one in snapshot.reviews] == ([read] if read else [])


def test_comments_count_as_a_review_only_without_an_opinion_and_never_ones_own() -> None:
    snapshot = parse.snapshot(
        pull(
            latestOpinionatedReviews=connection(review(person("wren"), "APPROVED")),
            timelineItems=timeline(
                reviewed(person("Wren"), "COMMENTED", LATER),
                reviewed(person("finch"), "COMMENTED"),
                reviewed(person("finch"), "COMMENTED", LATER),
                reviewed(person("lark"), "PENDING"),
                reviewed(person("heron"), "COMMENTED"),
                reviewed(None, "COMMENTED"),
                reviewed(person("copilot", "Bot"), "COMMENTED", LATER),
            ),
        )
    )
    assert [(one.reviewer, one.state, one.is_bot) for one in snapshot.reviews] == [
        ("wren", "approved", False),
        ("finch", "commented", False),
        ("copilot", "commented", True),
    ]
    assert snapshot.reviews[1].submitted_at == datetime(2026, 3, 2, 11, tzinfo=UTC)
    mine = [one for one in snapshot.timeline if one.actor == "heron"]
    assert mine == [TimelineItem("commented", AT, "heron")]


@pytest.mark.parametrize(
    ("node", "read"),
    [
        (item("ReadyForReviewEvent", person("heron")), ("ready_for_review", None, None)),
        (item("ConvertToDraftEvent", person("heron")), ("drafted", None, None)),
        (item("HeadRefForcePushedEvent", person("heron")), ("force_pushed", None, None)),
        (item("BaseRefChangedEvent", person("heron"), currentRefName="next"), ("base_changed", "next", None)),
        (item("LabeledEvent", person("heron"), label={"name": "bug"}), ("labeled", "bug", None)),
        (item("UnlabeledEvent", person("heron"), label={"name": "bug"}), ("unlabeled", "bug", None)),
        (item("AssignedEvent", person("heron"), assignee=person("wren")), ("assigned", "wren", "user")),
        (item("UnassignedEvent", person("heron"), assignee=person("wren")), ("unassigned", "wren", "user")),
        (item("RenamedTitleEvent", person("heron"), currentTitle="New"), ("retitled", "New", None)),
        (item("ClosedEvent", person("heron")), ("closed", None, None)),
        (item("ReopenedEvent", person("heron")), ("reopened", None, None)),
        (item("MergedEvent", person("heron")), ("merged", None, None)),
        (item("ReviewDismissedEvent", person("heron"), review={"author": person("wren")}), ("review_dismissed", "wren", "user")),
        (item("ReviewDismissedEvent", person("heron"), review=None), ("review_dismissed", None, None)),
        ({"__typename": "IssueComment", "createdAt": LATER, "author": person("heron")}, ("commented", None, None)),
        (item("AssignedEvent", person("heron"), assignee=None), None),
        (item("LabeledEvent", person("heron"), label=None), None),
        (item("PinnedEvent", person("heron")), None),
        (item("ClosedEvent", person("heron"), at=""), None),
        ({}, None),
    ],
)  # fmt: skip
def test_the_timeline_in_our_words(node: Any, read: tuple[str, str | None, str | None] | None) -> None:
    items = parse.snapshot(pull(timelineItems=timeline(node, None))).timeline
    assert [(one.kind, one.subject, one.subject_kind) for one in items] == ([read] if read else [])
    assert all(one.actor == "heron" for one in items)


def test_a_dismissed_review_stays_in_the_timeline_what_it_was() -> None:
    dismissal = item(
        "ReviewDismissedEvent",
        person("heron"),
        LATER,
        previousReviewState="CHANGES_REQUESTED",
        review={"id": "PRR_9", "author": person("wren")},
    )
    items = parse.snapshot(
        pull(timelineItems=timeline(reviewed(person("wren"), "DISMISSED", id="PRR_9"), dismissal))
    ).timeline
    assert [(one.kind, one.actor, one.subject) for one in items] == [
        ("reviewed", "wren", "changes_requested"),
        ("review_dismissed", "heron", "wren"),
    ]
    alone = parse.snapshot(pull(timelineItems=timeline(reviewed(person("wren"), "DISMISSED")))).timeline
    assert [one.subject for one in alone] == ["dismissed"]


def test_deleted_accounts_are_nobody() -> None:
    snapshot = parse.snapshot(
        pull(author=None, timelineItems=timeline(item("ClosedEvent", None), reviewed(None, "APPROVED")))
    )
    assert (snapshot.author, snapshot.author_is_bot) == (None, False)
    assert [(one.kind, one.actor) for one in snapshot.timeline] == [("closed", None), ("reviewed", None)]


@pytest.mark.parametrize(
    ("author", "bot"),
    [(person("dependabot", "Bot"), True), (person("renovate[bot]"), True), (person("robot"), False), (None, False)],
)
def test_bots(author: Any, bot: bool) -> None:
    assert parse.snapshot(pull(author=author)).author_is_bot is bot


@pytest.mark.parametrize(
    "branch",
    [None, {"target": None}, {"target": {}}, {"target": {"oid": "f" * 40, "committedDate": LATER}}],
)
def test_a_head_branch_that_is_gone_or_moved_tells_nothing(branch: Any) -> None:
    snapshot = parse.snapshot(pull(headRef=branch))
    assert (snapshot.head_committed_at, snapshot.head_author) == (None, None)


def test_a_title_of_100_kib_is_kept_as_it_is_but_for_what_no_database_stores() -> None:
    wild = "\u202edesrever\u202c \u2066x\u2069 \x1b[31m \x07\r\n\t<script>&amp; 𝔘🐦" * 2500
    snapshot = parse.snapshot(
        pull(title=f"\x00{wild}\x00\ud83d", labels=connection({"name": "a\x00b", "color": "fff"}))
    )
    assert len(wild.encode()) > 100 * 1024
    assert snapshot.title == wild
    assert snapshot.labels == (Label("ab", "fff"),)
    assert Snapshot.from_json(snapshot.to_json()) == snapshot
    snapshot.to_json().encode()


def test_an_older_part_of_the_timeline_is_known_to_be_there() -> None:
    assert parse.snapshot(pull(timelineItems=timeline(more=True))).timeline_truncated
    assert not parse.snapshot(pull(timelineItems=timeline())).timeline_truncated


@pytest.mark.parametrize("name", ["labels", "assignees", "reviewRequests", "latestOpinionatedReviews", "timelineItems"])
@pytest.mark.parametrize("lost", [None, {}, {"nodes": None}, []])
def test_a_list_that_is_not_there_is_never_an_empty_list(name: str, lost: Any) -> None:
    with pytest.raises(parse.UnreadableAnswer, match=name):
        parse.snapshot(pull(**{name: lost}))


@pytest.mark.parametrize("name", ["id", "headRefOid", "createdAt", "updatedAt"])
@pytest.mark.parametrize("lost", [None, "", 7, [], "yesterday\x00"])
def test_what_must_be_there(name: str, lost: Any) -> None:
    if name in ("id", "headRefOid") and lost == "yesterday\x00":
        return
    with pytest.raises(parse.UnreadableAnswer, match=name):
        parse.snapshot(pull(**{name: lost}))


def test_a_repository() -> None:
    probed = parse.probed_repository(repository())
    assert probed.metadata == parse.repository_metadata(repository())
    assert (probed.metadata.full_name, probed.metadata.private, probed.metadata.archived) == ("acme/web", False, False)
    assert (probed.metadata.default_branch, probed.has_more, probed.cursor) == ("main", True, "next")
    assert [(row.node_id, row.number, row.state, row.updated_at) for row in probed.rows] == [("PR_1", 7, "open", AT)]
    bare = repository(defaultBranchRef=None, isPrivate=True, isArchived=True, pullRequests=connection(None))
    assert parse.probed_repository(bare).rows == ()
    assert (
        parse.repository_metadata(bare).default_branch,
        parse.repository_metadata(bare).private,
        parse.repository_metadata(bare).archived,
    ) == ("", True, True)
    with pytest.raises(parse.UnreadableAnswer, match="pullRequests"):
        parse.probed_repository(repository(pullRequests=None))


def blob(**changed: Any) -> dict[str, Any]:
    return {"oid": "b1", "byteSize": 20, "isTruncated": False, "text": "* @wren\n", **changed}


@pytest.mark.parametrize(
    ("node", "read"),
    [
        ({"gh": blob(), "root": blob(oid="b2"), "docs": None}, CodeownersBlob(".github/CODEOWNERS", "b1", "* @wren\n")),
        ({"gh": None, "root": blob(oid="b2"), "docs": blob()}, CodeownersBlob("CODEOWNERS", "b2", "* @wren\n")),
        ({"gh": {}, "root": None, "docs": blob()}, CodeownersBlob("docs/CODEOWNERS", "b1", "* @wren\n")),
        ({"gh": None, "root": None, "docs": None}, CodeownersBlob()),
        ({"gh": blob(isTruncated=True)}, CodeownersBlob(".github/CODEOWNERS", "b1", "* @wren\n", False, True)),
        ({"gh": blob(byteSize=3_000_001)}, CodeownersBlob(".github/CODEOWNERS", "b1", "* @wren\n", True)),
        ({"gh": blob(text=None)}, CodeownersBlob(".github/CODEOWNERS", "b1", "")),
    ],
)  # fmt: skip
def test_the_first_codeowners_file_counts(node: Any, read: CodeownersBlob) -> None:
    assert parse.codeowners(node) == read


def test_pages_are_joined_in_the_order_of_the_whole() -> None:
    first, second = connection({"name": "a"}, more=True), connection({"name": "b"})
    assert parse.join_pages("labels", first, second)["nodes"] == [{"name": "a"}, {"name": "b"}]
    assert parse.next_page(parse.join_pages("labels", first, second)) is None
    newest, older = timeline({"at": 2}, more=True), timeline({"at": 1}, None, more=True)
    assert parse.join_pages("timelineItems", newest, older)["nodes"] == [{"at": 1}, None, {"at": 2}]
    assert parse.next_page(parse.join_pages("timelineItems", newest, older)) == "before"
    assert parse.next_page(None) is None


def test_it_reads_what_json_reads() -> None:
    assert parse.snapshot(json.loads(json.dumps(pull()))) == parse.snapshot(pull())


def test_a_review_that_is_not_submitted_is_none() -> None:
    """Only its author sees it, so a credential sees that of the account it belongs to."""
    draft, in_timeline = review(person("wren"), "PENDING"), reviewed(person("wren"), "PENDING")
    found = parse.snapshot(pull(latestOpinionatedReviews=connection(draft), timelineItems=timeline(in_timeline)))
    assert (found.reviews, found.timeline) == ((), ())
