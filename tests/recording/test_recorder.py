"""Recording: one transaction, changed rows only, events in commit order."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitor.models import Event, EventSequence, Involvement, PullRequest, ReviewRequest, Team
from monitor.queries import latest_event_id
from monitor.recording.recorder import record, rederive
from tests.builders import asked, at, item, label, repository, review, snapshot

DOCUMENT_KEYS = [
    "repository", "number", "url", "title", "author", "author_is_bot", "state", "draft", "labels", "assignees",
    "review_requests", "reviews", "review_state", "ci", "mergeable", "base", "head", "head_sha", "decision",
    "merge_queue", "auto_merge", "unresolved_threads", "stacked_on", "additions", "deletions", "changed_files", "code_owners", "turn",
    "waits_for", "claimed", "created_at", "updated_at", "ready_at", "merged_at", "closed_at", "as_of",
]  # fmt: skip


@pytest.mark.django_db
def test_first_look_records_state_and_cries_nothing():
    repo = repository()
    assert record(repo, [snapshot(1), snapshot(2)], now=at(1), first_look=True) == []
    assert PullRequest.objects.count() == 2
    assert Event.objects.count() == 0
    assert latest_event_id() == 0


@pytest.mark.django_db
def test_a_new_pull_request_is_one_event_with_its_requests():
    repo = repository()
    new = snapshot(
        review_requests=(asked("wren"), asked("acme/platform")),
        timeline=(item("review_requested", 0, "heron", "wren"),),
    )
    (event_id,) = record(repo, [new], now=at(1))
    event = Event.objects.get(pk=event_id)
    assert event.update_type == "new_pr"
    assert event.changes == [
        {"kind": "opened", "actor": "heron"},
        {"kind": "review_requested", "actor": "heron", "login": "wren"},
        {"kind": "review_requested", "actor": None, "team": "acme/platform"},
    ]
    assert event.audience == {
        "author": ["heron"],
        "review_requested": ["wren"],
        "team_requested": ["acme/platform"],
        "turn_reviewer": ["acme/platform", "wren"],
    }


@pytest.mark.django_db
def test_the_document_has_exactly_the_promised_keys():
    repo = repository()
    record(repo, [snapshot(labels=(label("bug"),), reviews=(review("wren"),))], now=at(1))
    document = json.loads(PullRequest.objects.get().document)
    assert list(document) == DOCUMENT_KEYS
    assert document["reviews"] == [{"reviewer": "wren", "state": "approved", "submitted_at": "2026-03-02T09:00:00Z"}]
    assert document["as_of"] == "2026-03-02T09:01:00Z"


@pytest.mark.django_db
def test_the_same_look_again_writes_nothing_and_reads_only_digests():
    repo = repository()
    record(repo, [snapshot(1), snapshot(2)], now=at(1))
    before = list(PullRequest.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert record(repo, [snapshot(1), snapshot(2)], now=at(2)) == []
    statements = [query["sql"] for query in queries]
    assert [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    (read,) = [sql for sql in statements if '"monitor_pullrequest"' in sql]
    assert '"digest"' in read
    assert '"snapshot"' not in read
    assert list(PullRequest.objects.values()) == before


@pytest.mark.django_db
def test_an_answer_with_gaps_that_says_nothing_new_writes_nothing():
    repo = repository()
    record(repo, [snapshot(mergeable="mergeable", ci="success")], now=at(1))
    before = list(PullRequest.objects.values())
    with CaptureQueriesContext(connection) as queries:
        assert record(repo, [snapshot(mergeable="unknown", ci="unknown")], now=at(2)) == []
    assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert list(PullRequest.objects.values()) == before


@pytest.mark.django_db
def test_the_audience_is_who_it_concerned_before_or_concerns_now():
    repo = repository()
    record(repo, [snapshot(review_requests=(asked("wren"),))], now=at(1))
    (event_id,) = record(repo, [snapshot(review_requests=(asked("finch"),), updated_at=at(2))], now=at(3))
    assert Event.objects.get(pk=event_id).audience["review_requested"] == ["finch", "wren"]
    names = Involvement.objects.filter(role="review_requested").values_list("name", flat=True)
    assert list(names) == ["finch"]


@pytest.mark.django_db
def test_an_answer_that_was_overtaken_changes_nothing():
    repo = repository()
    record(repo, [snapshot(title="Newer", updated_at=at(5))], now=at(6))
    assert record(repo, [snapshot(title="Older", updated_at=at(4))], now=at(7)) == []
    assert PullRequest.objects.get().title == "Newer"


@pytest.mark.django_db
def test_only_the_update_time_moved_is_stored_but_no_event():
    repo = repository()
    record(repo, [snapshot()], now=at(1))
    assert record(repo, [snapshot(updated_at=at(2))], now=at(3)) == []
    assert PullRequest.objects.get().updated_at == at(2)


@pytest.mark.django_db
def test_the_ledger_remembers_what_github_forgets():
    repo = repository()
    record(
        repo,
        [snapshot(review_requests=(asked("wren"),), timeline=(item("review_requested", 1, "heron", "wren"),))],
        now=at(2),
    )
    reviewed = snapshot(
        updated_at=at(5),
        reviews=(review("wren", minutes=5),),
        timeline=(item("review_requested", 1, "heron", "wren"), item("reviewed", 5, "wren", "approved")),
    )
    record(repo, [reviewed], now=at(6))
    (entry,) = ReviewRequest.objects.all()
    assert entry.as_json() == {
        "kind": "user", "name": "wren", "by": "heron", "code_owner": False, "asked_at": "2026-03-02T09:01:00Z",
        "settled_at": "2026-03-02T09:05:00Z", "settled": "reviewed", "settled_by": "wren",
    }  # fmt: skip


@pytest.mark.django_db
def test_ids_go_on_without_gaps_over_repositories():
    first, second = repository("acme/web"), repository("acme/api")
    ids = record(first, [snapshot(1), snapshot(2)], now=at(1))
    ids += record(second, [snapshot(3)], now=at(1))
    ids += record(first, [snapshot(1, title="Other", updated_at=at(2))], now=at(3))
    assert ids == [1, 2, 3, 4]
    assert EventSequence.objects.get().last == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_thousand_with_a_hundred_changed_takes_few_statements():
    repo = repository()
    people = ["wren", "finch", "plover"]
    everything = [
        snapshot(number, review_requests=(asked(people[number % 3]), asked("acme/platform")), labels=(label("bug"),))
        for number in range(1, 1001)
    ]
    record(repo, everything, now=at(1), first_look=True)
    changed = [
        replace(
            old,
            updated_at=at(2),
            title=old.title + " again",
            review_requests=(asked("juniper"),),
            assignees=("finch",),
            reviews=(review("wren", minutes=2),),
            timeline=(item("review_requested", 2, "heron", "juniper"), item("reviewed", 2, "wren", "approved")),
        )
        if old.number % 10 == 0
        else old
        for old in everything
    ]
    with CaptureQueriesContext(connection) as queries:
        assert len(record(repo, changed, now=at(3))) == 100
    statements = [query["sql"] for query in queries]
    assert any("BEGIN" in sql for sql in statements)
    assert any("COMMIT" in sql for sql in statements)
    assert len(statements) <= (24 if connection.vendor == "sqlite" else 16), "\n".join(sql[:100] for sql in statements)


@pytest.mark.django_db
def test_a_team_whose_members_change_changes_whose_turn_it_is():
    repo = repository()
    platform = Team.objects.create(name="acme/platform", members_known=True)
    platform.set_members(["wren"])
    record(repo, [snapshot(review_requests=(asked("acme/platform"),))], now=at(1), first_look=True)
    platform.set_members(["finch"])
    assert rederive(PullRequest.objects.all(), now=at(2)) == 1
    row = PullRequest.objects.get()
    assert [turn["login"] for turn in json.loads(row.document)["turn"]] == ["finch"]
    assert list(row.involvements.filter(role="turn_reviewer").values_list("name", flat=True)) == ["finch"]
    assert row.as_of == at(1)
    assert rederive(PullRequest.objects.all(), now=at(3)) == 0
    assert [event.changes for event in Event.objects.all()] == [[{"kind": "turn_changed", "actor": None}]]


@pytest.mark.django_db
def test_a_renamed_repository_is_renamed_in_its_documents():
    repo = repository("acme/web")
    record(repo, [snapshot(1), snapshot(2)], now=at(1), first_look=True)
    type(repo).objects.update(full_name="acme/site")
    assert rederive(PullRequest.objects.all(), now=at(2)) == 2
    assert {json.loads(row.document)["repository"] for row in PullRequest.objects.all()} == {"acme/site"}


@pytest.mark.django_db
def test_a_look_at_the_checks_alone_does_not_count_as_read_in_full():
    repo = repository()
    record(repo, [snapshot(1)], now=at(1))
    record(repo, [snapshot(1, ci="failure")], now=at(5), in_full=False)
    document = json.loads(PullRequest.objects.get().document)
    assert (document["ci"], document["as_of"]) == ("failure", "2026-03-02T09:01:00Z")


@pytest.mark.django_db
def test_a_commit_dated_in_the_future_lets_nothing_begin_there() -> None:
    ahead = at(3 * 24 * 60)
    record(repository("acme/web"), [snapshot(1, ci="failure", head_committed_at=ahead)], now=at(9), first_look=True)
    turns = json.loads(PullRequest.objects.get().document)["turn"]
    assert {turn["code"]: turn["since"] for turn in turns}["checks_failing"] == "2026-03-02T09:09:00Z"
    assert all(turn["since"] <= "2026-03-02T09:09:00Z" for turn in turns)
