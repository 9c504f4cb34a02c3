"""The database answers every search by an index that is meant for it, and never reads all pull requests."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor import queries
from monitor.actions.saved_views import BUILT_IN
from monitor.models import Involvement, PullRequest, Repository, Subscription
from monitor.rules.roles import TurnRole
from tests.builders import at, repository, user

pytestmark = pytest.mark.django_db
TERMS = [
    "", "is:merged", "is:draft", "is:queued", "-is:queued", "is:stacked", "is:open is:draft is:queued is:stacked", "author:heron", "-author:heron", "assignee:@me", "review-requested:@me", "user-review-requested:@me",
    "team-review-requested:@me", "team-review-requested:acme/web", "reviewed-by:@me", "owner:@me", "involves:@me", "-involves:@me",
    "repo:acme/web", "org:acme", "label:bug", "base:main", "head:topic", "ci:failure", "review:none", "turn:me", "turn:author",
    "-turn:reviewers", "turn:none", "bot:false", "bot:true", "snoozed:true", "snoozed:false", "size:xl", "age:>3d", "updated:>=2026-01-01", "#17",
    "refund", "sort:age", "sort:size", *(view.q for view in BUILT_IN),
]  # fmt: skip
INDICES = [
    ("author:heron", {"pull_request_author"}),
    ("turn:none", {"pull_request_list", "pull_request_state"}),
    ("turn:me", {"involvement_name"}),
    ("is:open turn:me bot:false snoozed:false", {"involvement_name"}),
    ("review-requested:@me", {"involvement_name"}),
    ("involves:@me", {"involvement_name"}),
    ("snoozed:true", {"snooze_once", "sqlite_autoindex_monitor_snooze_1"}),
    ("is:queued", {"pull_request_queued"}),
    ("is:open is:queued", {"pull_request_queued"}),
    ("is:stacked", {"pull_request_stacked"}),
    ("is:stacked turn:author", {"pull_request_stacked"}),
    ("repo:acme/web", {"repository_name"}),
    ("refund", {"pull_request_list", "pull_request_state"}),
]


@pytest.fixture
def reader() -> User:
    """A user who watches one repository."""
    me = user("wren")
    Subscription.objects.create(user=me, repository=repository())
    return me


def plan(found: QuerySet[PullRequest], *, forced: bool = True) -> str:
    """The database's plan for the query. `forced`: PostgreSQL uses an index wherever there is one."""
    sql, values = found.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and forced:
            # On tables as small as these it would read everything, whatever indices there are.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql, values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def reads_everything(found: QuerySet[PullRequest]) -> list[str]:
    """The steps of the plan that read all pull requests or all involvements."""
    steps = plan(found).splitlines()
    if connection.vendor == "sqlite":
        return [step for step in steps if step.startswith("SCAN monitor_pullrequest")]
    return [
        step for step in steps if "Seq Scan on monitor_pullrequest" in step or "Seq Scan on monitor_involvement" in step
    ]


def test_a_list_without_bounds_would_be_noticed():
    assert reads_everything(PullRequest.objects.filter(mergeable="unknown").order_by())


@pytest.mark.parametrize("q", TERMS)
def test_no_search_reads_every_pull_request(reader, q):
    found = queries.search_for(reader, q=q).queryset()
    assert reads_everything(found.order_by()) == []
    assert reads_everything(found) == []


@pytest.mark.parametrize(("q", "indices"), INDICES)
def test_what_narrows_most_is_looked_up(reader, q, indices):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses among indices by how many rows there are, and a test has none")
    steps = plan(queries.search_for(reader, q=q).queryset().order_by())
    assert any(name in steps for name in indices), steps


@pytest.fixture
def many_rows(reader) -> User:
    """The reader, who watches many pull requests; few of them are in the merge queue or stacked."""
    repo, now = Repository.objects.get(), timezone.now()
    rows = [
        PullRequest(
            repository=repo, node_id=f"PR_{number}", number=number, author="wren", state="open" if number % 4 else "merged",
            queued=number % 400 == 1, stacked_on=number - 1 if number % 200 == 2 else None, snapshot="x" * 100, document='{"turn":[]}',
            created_at=now, updated_at=now, as_of=now,
        )
        for number in range(1, 8001)
    ]  # fmt: skip
    PullRequest.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return reader


def test_the_few_among_many_are_found_by_the_index_of_the_few(many_rows):
    for term, index, count in (("queued", "pull_request_queued", 20), ("stacked", "pull_request_stacked", 40)):
        for q in (f"is:{term}", f"is:open is:{term} -is:draft", f"is:{term} author:wren sort:age"):
            found = queries.search_for(many_rows, q=q).queryset()
            steps = plan(found, forced=False)
            assert index in steps, steps
            assert found.count() == count


def test_no_statement_of_a_page_reads_every_pull_request(many_rows):
    """The statements as they are asked: also those that find the reader's own turns, and what comes after them."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table as a whole, whatever indices it has")
    Involvement.objects.create(pull_request=PullRequest.objects.earliest("number"), name="wren", role=TurnRole.REVIEWER)
    with CaptureQueriesContext(connection) as asked:
        for q in ("", "sort:urgency", BUILT_IN[0].q, "is:queued", "is:stacked sort:age", "refund"):
            search = queries.search_for(many_rows, q=q)
            search.concerning().page(0, 200, ("document",))
            search.documents_and_count(0, 100)
    for statement in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + statement["sql"].replace("%", "%%"))
            steps = [str(row[-1]) for row in cursor.fetchall()]
        scanned = [step for step in steps if step.startswith(("SCAN monitor_pullrequest", "SCAN monitor_involvement"))]
        assert not [step for step in scanned if "USING" not in step], (steps, statement["sql"])


def test_the_usual_list_is_not_sorted_but_read_in_the_order_of_an_index(many_rows):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL sorts a small table, whatever indices it has")
    rows = list(PullRequest.objects.only("number").order_by("number"))
    for row in rows:
        row.updated_at = at(row.number)
    PullRequest.objects.bulk_update(rows, ["updated_at"], 300)
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.search_for(many_rows).keys(0, 20)) == 20
        assert len(queries.search_for(many_rows, state="all").keys(0, 20)) == 20
    plans = []
    for statement in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + statement["sql"].replace("%", "%%"))
            plans.append("; ".join(str(row[-1]) for row in cursor.fetchall()))
    lists = [steps for steps in plans if "monitor_pullrequest" in steps]
    assert len(lists) == 2
    assert not [steps for steps in lists if "ORDER BY" in steps], lists


def test_a_page_sorts_no_texts(many_rows):
    """Rows are sorted by what is narrow, and the texts read of the page's own rows."""
    with CaptureQueriesContext(connection) as statements:
        queries.search_for(many_rows, q="sort:size").page(20, 40, ("document",))
    sorted_, read = (statement["sql"] for statement in statements.captured_queries[-2:])
    assert "ORDER BY" in sorted_
    assert "document" not in sorted_
    assert "document" in read
    assert "ORDER BY" not in read
