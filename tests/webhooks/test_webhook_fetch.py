"""For each hint, prmonitor reads the current state from GitHub; it never records values of a payload."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import Schedule

from monitor import tasks
from monitor.github.rate_limit_budget import rate_limit_for
from monitor.models import Event, PullRequest, RateLimit, Repository, Team, WebhookDelivery
from monitor.polling import rounds
from monitor.polling.pacing.intervals import HOOKED_SECONDS
from tests.webhooks.conftest import is_due, work

pytestmark = pytest.mark.django_db


def kinds() -> list[list[str]]:
    return [[change["kind"] for change in event.changes] for event in Event.objects.order_by("id")]


def test_what_happens_is_an_event_at_the_next_run(world, github, hooked, post) -> None:
    pull = world.open("acme/web", "One", author="heron")
    repository = hooked()
    world.request_review(pull, "wren", by="heron")
    assert post.arrive() == ["pull_request review_requested 202 accepted"]
    assert Event.objects.count() == 0, "the door itself reads nothing"
    assert work(github) == ["PrDetails"]
    assert kinds() == [["review_requested"]]
    assert not is_due(repository), "there is nothing left for a look to find"
    assert repository.hooked_at is not None
    assert work(github) == [], "done is done"


def test_a_burst_is_read_together_and_each_pull_request_once(world, github, hooked, post) -> None:
    pulls = [world.open("acme/web", f"Number {n}", author="heron") for n in range(26)]
    hooked()
    for pull in pulls:
        world.comment(pull, "Hm.", by="wren")
        world.label(pull, "bug", by="wren")
        world.set_checks(pull, "FAILURE")
    assert len(post.arrive()) == 26 * 5
    assert work(github) == ["PrDetails", "PrDetails"]
    assert Event.objects.count() == 26
    assert not WebhookDelivery.objects.filter(done_at=None).exists()


def test_deliveries_in_the_wrong_order_late_and_twice_come_to_the_same(world, github, hooked, post) -> None:
    pull = world.open("acme/web", "One", author="heron")
    hooked()
    world.retitle(pull, "Two", by="heron")
    world.review(pull, "APPROVED", by="wren")
    world.merge(pull, by="wren")
    sent = [one for one in post.take() if one.event != "push"]
    for one in reversed(sent):
        assert post.deliver(one).endswith("202 accepted")
        work(github)
    assert PullRequest.objects.get().state == "merged"
    assert Event.objects.count() == 1, "the first to arrive brought it all"
    assert {post.deliver(one)[-16:] for one in sent} == {" 200 seen before"}
    assert work(github) == []


def test_a_payload_that_lies_changes_nothing(world, github, hooked, deliver, about) -> None:
    pull = world.open("acme/web", "One", author="heron")
    hooked()
    said = {"node_id": pull.id, "number": pull.number, "state": "closed", "merged": True, "title": "Lies"}
    deliver("pull_request", about(action="closed", pull_request=said))
    assert work(github) == ["PrDetails"]
    row = PullRequest.objects.get()
    assert (row.state, row.title, Event.objects.count()) == ("open", "One", 0)


def test_a_pull_request_is_recorded_where_github_says_it_is(world, github, hooked, deliver, about) -> None:
    hidden = world.open("acme/vault", "Secret", author="heron")
    web = hooked("acme/web")
    deliver("pull_request", about("acme/web", pull_request={"node_id": hidden.id, "number": 77}))
    work(github)
    assert not PullRequest.objects.exists()
    assert is_due(web)


def test_a_forks_checks_are_found_by_their_commit(world, github, hooked, post) -> None:
    pull = world.open("acme/web", "One", author="heron", fork=True)
    hooked()
    world.set_checks(pull, "FAILURE")
    sent = post.take()
    assert [one.payload["check_run"]["pull_requests"] for one in sent if one.event == "check_run"] == [[]]
    for one in sent:
        post.deliver(one)
    assert work(github) == ["PrDetails"]
    assert kinds() == [["checks_changed"]]


def test_checks_of_a_commit_nobody_knows_are_passed_over(world, github, hooked, deliver, about) -> None:
    hooked()
    deliver("status", about(sha="0" * 40))
    assert work(github) == []


def test_a_number_we_do_not_know_is_found_by_a_look(world, github, hooked, deliver, about) -> None:
    repository = hooked()
    world.open("acme/web", "One", author="heron")
    deliver("pull_request", about(number=1))
    assert work(github) == []
    assert is_due(repository)
    rounds.run_due()
    assert PullRequest.objects.get().title == "One"


def test_an_id_github_does_not_know_is_left_to_a_look(github, hooked, deliver, about) -> None:
    repository = hooked()
    deliver("pull_request", about(pull_request={"node_id": "PR_gone", "number": 9}))
    work(github)
    assert is_due(repository)
    assert not WebhookDelivery.objects.filter(done_at=None).exists()


@pytest.mark.parametrize("act", ["rename", "archive", "delete", "make_private", "transfer"])
def test_a_repository_event_makes_the_repository_due(world, github, hooked, post, act: str) -> None:
    world.open("acme/web", "One", author="heron")
    repository = hooked()
    named = {"rename": ["site"], "transfer": ["globex"]}.get(act, [])
    getattr(world, act)("acme/web", *named)
    assert post.arrive()[-1].endswith("202 accepted")
    assert work(github) == []
    assert is_due(repository)
    rounds.run_due()
    repository.refresh_from_db()
    after = {"rename": "acme/site", "transfer": "globex/web"}.get(act, "acme/web")
    assert repository.full_name == after
    assert (repository.archived, repository.private) == (act == "archive", act == "make_private")
    assert (repository.misses == 1) == (act == "delete")


def test_a_payload_with_another_name_or_another_id_finds_its_repository(world, github, hooked, deliver, about) -> None:
    """After a rename the name differs; on old servers the id differs."""
    pull = world.open("acme/web", "One", author="heron")
    hooked()
    payload = about(pull_request={"node_id": pull.id, "number": pull.number})
    for odd in ({"full_name": "acme/elsewhere"}, {"node_id": "MDEwOlJlcG9zaXRvcnkx"}, {"full_name": "ACME/Web"}):
        deliver("pull_request", payload | {"repository": payload["repository"] | odd})
        assert work(github) == ["PrDetails"], odd


def test_unwatched_repositories_are_ignored(world, github, hooked, post) -> None:
    hooked("acme/web")
    world.open("acme/vault", "Secret", author="heron")
    assert post.arrive() == ["pull_request opened 202 accepted"]
    assert work(github) == []
    assert Repository.objects.count() == 1


def test_before_the_first_look_is_over_there_is_nothing_to_do(world, github, watch, post) -> None:
    repository = watch("acme/web")
    world.open("acme/web", "One", author="heron")
    post.arrive()
    assert work(github) == []
    repository.refresh_from_db()
    assert (repository.hooked_at, PullRequest.objects.count()) == (None, 0)


def test_new_members_are_read_at_once(world, github, hooked, post) -> None:
    pull = world.open("acme/web", "One", author="heron")
    world.request_review(pull, "acme/platform", by="heron")
    hooked()
    rounds_before = timezone.now() + timedelta(hours=1)
    Team.objects.update(next_check_at=rounds_before)
    Schedule.objects.filter(name="teams").update(next_run=rounds_before)
    world.add_member("acme/platform", "lark")
    assert post.arrive() == ["membership added 202 accepted"]
    assert work(github) == []
    assert Team.objects.get().next_check_at <= timezone.now()


def test_new_owners_are_read_at_once(world, github, hooked, post) -> None:
    repository = hooked()
    Repository.objects.update(owners_checked_at=timezone.now())
    world.edit_file("acme/web", "README.md", "Hello")
    world.edit_codeowners("acme/web", "* @wren\n")
    assert post.arrive() == ["push - 202 ignored", "push - 202 accepted"]
    assert work(github) == []
    assert is_due(repository)
    assert repository.owners_checked_at is None


def test_an_app_that_was_given_repositories_looks_at_them(github, hooked, deliver, about) -> None:
    repository = hooked()
    here = about()["repository"]
    added = {"action": "added", "repositories_added": [{"node_id": here["node_id"], "full_name": here["full_name"]}]}
    deliver("installation_repositories", added)
    work(github)
    assert is_due(repository)


def test_hooked_repositories_are_looked_at_less_often_until_the_webhook_is_gone(
    world, github, hooked, look, post, deliver, about
) -> None:
    pull = world.open("acme/web", "One", author="heron")
    repository = hooked()
    world.comment(pull, "Hm.", by="wren")
    post.arrive()
    work(github)
    look()
    repository.refresh_from_db()
    assert repository.effective_interval_seconds == HOOKED_SECONDS
    deliver("meta", about(action="deleted", hook_id=1))
    work(github)
    assert is_due(repository)
    look()
    repository.refresh_from_db()
    assert (repository.hooked_at, repository.effective_interval_seconds) == (None, 60)


def test_webhooks_may_spend_the_last_points(world, github, hooked, post) -> None:
    """Webhooks have the highest priority: they may spend points that no other purpose may spend."""
    pull = world.open("acme/web", "One", author="heron")
    hooked()
    row = rate_limit_for("user:plover")
    RateLimit.objects.filter(pk=row.pk).update(spent=row.limit * 80 // 100 - 1, remaining=row.limit // 100 - 1)
    world.comment(pull, "Hm.", by="wren")
    post.arrive()
    assert work(github) == ["PrDetails"]


def test_a_database_outage_stops_queries_and_gives_up_no_hint(world, github, hooked, post) -> None:
    hooked()
    for number in range(30):
        world.open("acme/web", f"Number {number}", author="heron")
    post.arrive()
    before = len(github.asked("PrDetails"))

    def away(execute, sql, params, many, context):
        if sql.startswith("INSERT") and '"monitor_pullrequest"' in sql:
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(away), pytest.raises(OperationalError):
        tasks.webhooks()
    assert len(github.asked("PrDetails")) == before + 1
    assert WebhookDelivery.objects.filter(done_at=None).exists()
    assert not WebhookDelivery.objects.exclude(error="").exists()
