"""Built-in and saved views: the count of each view is the number of rows that its list shows."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor import queries
from monitor.actions import saved_views
from monitor.models import PullRequest, SavedView, Snooze, Subscription, Team
from monitor.recording.recorder import record
from monitor.rules.search import SearchError, parse
from tests.builders import asked, at, item, repository, review, snapshot, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def wren() -> User:
    """A user for whom every built-in view shows something."""
    me = user("wren")
    Team.objects.create(name="Acme/Platform", members_known=True).set_members(["wren", "finch"])
    web, api = repository("acme/web"), repository("acme/api")
    for repo in (web, api):
        Subscription.objects.create(user=me, repository=repo)
    now = timezone.now().replace(microsecond=0)
    record(
        web,
        [
            snapshot(1, review_requests=(asked("Wren"),)),
            snapshot(2, review_requests=(asked("acme/platform"),)),
            snapshot(3, author="wren", reviews=(review("finch", "changes_requested", 5),)),
            snapshot(4, author="wren", draft=True),
            snapshot(5, author="renovate", author_is_bot=True, review_requests=(asked("wren"),)),
            snapshot(6, state="merged", updated_at=now, timeline=(item("commented", 3, "wren"),)),
            snapshot(7, state="merged", updated_at=at(1), assignees=("wren",)),
        ],
        now=now,
        first_look=True,
    )
    record(api, [snapshot(8, review_requests=(asked("wren"),)), snapshot(9)], now=now, first_look=True)
    Snooze.objects.create(user=me, pull_request=PullRequest.objects.get(number=8))
    return me


def shown(user: User, q: str) -> list[int]:
    return sorted(row.number for row in queries.search_for(user, q=q).page(0, 1000, ("number",)))


def test_what_each_built_in_view_shows(wren):
    found = {view.name: shown(wren, view.q) for view in saved_views.BUILT_IN}
    assert found == {
        "Waiting on me": [1, 2, 3],
        "Mine": [3, 4],
        "Team": [2],
        "Code I own": [],
        "Bots": [5],
        "Snoozed": [8],
        "Recently merged": [6],
    }


def test_every_count_is_what_the_view_shows(wren):
    for name, q in (("All of it", ""), ("Merged", "is:merged"), ("Old", "is:open age:>1w -author:@me")):
        saved_views.keep_view(wren, name, q)
    views = saved_views.views_for(wren)
    assert saved_views.counts_of(wren, views) == [len(shown(wren, view.q)) for view in views]


def test_counts_of_many_views_cost_as_many_statements_as_of_one(wren):
    def cost() -> int:
        views = saved_views.views_for(wren)
        with CaptureQueriesContext(connection) as statements:
            saved_views.counts_of(wren, views)
        return len(statements)

    few = cost()
    for number in range(40):
        SavedView.objects.create(user=wren, name=f"View {number}", q=f"is:open label:l{number} owner:@me turn:me")
    assert cost() == few <= 5


def test_a_hundred_views_are_counted_in_three_statements(wren):
    read = [parse(f"#{number}", timezone.now()) for number in range(101)]
    with CaptureQueriesContext(connection) as statements:
        counts = queries.counts_for(wren, read)
    assert len(statements) == 3
    assert sum(counts) == 9


def test_a_view_that_means_nothing_any_more_has_no_count(wren):
    SavedView.objects.create(user=wren, name="Old grammar", q="colour:red")
    assert saved_views.counts_of(wren, saved_views.views_for(wren))[-1] is None


def test_a_search_that_means_nothing_is_not_kept(wren):
    with pytest.raises(SearchError):
        saved_views.keep_view(wren, "Wrong", "colour:red")
    assert not SavedView.objects.exists()


def test_without_a_login_nothing_is_mine(wren):
    stranger = user("stranger", login=None)
    for repo in queries.repositories_for(wren):
        Subscription.objects.create(user=stranger, repository=repo)
    views = {view.name: count for view, count in zip(saved_views.BUILT_IN, saved_views.counts_of(stranger, saved_views.BUILT_IN), strict=True)}  # fmt: skip
    assert views == {"Waiting on me": 0, "Mine": 0, "Team": 0, "Code I own": 0, "Bots": 1, "Snoozed": 0, "Recently merged": 0}  # fmt: skip
    assert shown(stranger, "-author:@me") == []


def test_the_dashboard_opens_with_one_view(wren):
    first, second = saved_views.keep_view(wren, "First", ""), saved_views.keep_view(wren, "Second", "")
    other = saved_views.keep_view(user("finch"), "Theirs", "")

    def default() -> list[str]:
        return [view.name for view in saved_views.views_for(wren) if view.default]

    assert saved_views.set_default_view(wren, int(first.id))
    assert default() == ["First"]
    assert saved_views.set_default_view(wren, int(second.id))
    assert default() == ["Second"]
    assert not saved_views.set_default_view(wren, int(other.id))
    assert default() == ["Second"]
    assert saved_views.set_default_view(wren, None)
    assert default() == ["Waiting on me"]


def test_nobody_keeps_views_without_end(wren):
    SavedView.objects.bulk_create(SavedView(user=wren, name=f"View {n}", q="") for n in range(saved_views.MAX_VIEWS))
    with pytest.raises(saved_views.TooManyViews):
        saved_views.keep_view(wren, "One more", "")


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("sort:updated", [9, 8, 1, 2, 3, 4, 5]),
        ("sort:size", [2, 1, 9, 8, 3, 4, 5]),
        ("sort:created", [9, 3, 8, 1, 2, 4, 5]),
        ("sort:age", [5, 8, 1, 2, 3, 9, 4]),
    ],
)
def test_the_order_is_the_one_named(wren, q, numbers):
    """By the column, then newest update, repository and number; nobody's turn comes last."""
    PullRequest.objects.update(lines=1, created_at=at(0), updated_at=at(0), turn_since=at(0))
    for number, changed in {
        2: {"lines": 500},
        9: {"updated_at": at(1), "created_at": at(9), "turn_since": at(5)},
        3: {"created_at": at(8)},
        5: {"turn_since": at(-1)},
        4: {"turn_since": None},
        1: {"lines": 100},
    }.items():
        PullRequest.objects.filter(number=number).update(**changed)
    found = queries.search_for(wren, q=q)
    assert [row.number for row in found.page(0, 100, ("number",))] == numbers
    assert [row.number for row in found.page(2, 5, ("number",))] == numbers[2:5]
