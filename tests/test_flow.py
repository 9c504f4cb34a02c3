"""The story of the whole house: GitHub changes, one event is recorded, one frame arrives, one Slack message is posted."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from monitor.models import Event, PullRequest
from monitor.queries import events_for, stats_for
from notifications.delivery.deliverer import deliver
from notifications.models import Delivery
from tests.builders import user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import watch as subscribe
from tests.recording.test_recorder import DOCUMENT_KEYS

pytestmark = pytest.mark.django_db(transaction=True)
DEFAULT = ("author", "assigned", "review_requested", "code_owner")


@pytest.fixture(autouse=True)
def _eager(monkeypatch):
    from monitor.live import feed

    monkeypatch.setattr(feed, "READ_SECONDS", 0.01)


def _a_minute_later(seconds: int = 61):
    return lambda: timezone.now() + timedelta(seconds=seconds)


def test_flow_from_github_to_browser_and_slack(world, github, watch, look, by_webhook):
    pull = world.open("acme/web", "Retry refunds", author="heron")
    repo = watch("acme/web")
    wren, finch, stranger = user("wren"), user("finch"), user("lark")
    subscribe(wren, repo, *DEFAULT)
    subscribe(finch, repo, *DEFAULT)
    look()
    assert Event.objects.count() == 0, "the first look cries nothing"
    assert PullRequest.objects.get().title == "Retry refunds"
    tokens = {who: token_of(who) for who in (wren, finch, stranger)}

    async def scenario(stage: Stage) -> None:
        sockets = {who: await stage.ready(token) for who, token in tokens.items()}
        await stage.do(world.request_review, pull, "wren", by="heron")
        assert await stage.do(look) == 1
        frame = await sockets[wren].frame("pr_update")
        assert list(frame) == ["type", "id", "data", "timestamp"]
        assert list(frame["data"]) == ["repository", "update_type", "changes", "pull_request"]
        assert frame["data"]["changes"] == ["review_requested"]
        assert list(frame["data"]["pull_request"]) == DOCUMENT_KEYS
        assert frame["data"]["pull_request"]["turn"][0]["reason"] == "review requested by heron"
        stats = await sockets[wren].frame("repository_stats_update")
        assert stats["data"]["stats"]["review_requests"] == 1
        # The others were served the same event by the same feed: their sockets answer a ping with nothing before it.
        for who in (finch, stranger):
            sockets[who].say({"type": "ping"})
            assert (await sockets[who].frame())["type"] == "pong"

    play(scenario)
    event = Event.objects.get()
    assert event.changes == [{"kind": "review_requested", "actor": "heron", "login": "wren"}]

    assert deliver() == 0, "not before the delay"
    assert by_webhook.posts == []
    assert deliver(_a_minute_later()) == 1
    assert "wren" in by_webhook.posts[0].shown
    assert "Retry refunds" in by_webhook.posts[0].shown

    look()
    assert deliver(_a_minute_later(300)) == 0
    assert Event.objects.count() == 1
    assert len(by_webhook.posts) == 1
    assert list(Delivery.objects.values_list("state", flat=True)) == ["sent"]


def test_flow_that_two_people_see_different_numbers_and_hear_different_things(world, watch, look):
    first = world.open("acme/web", "For wren", author="heron")
    second = world.open("acme/web", "For finch", author="heron")
    repo = watch("acme/web")
    wren, finch, third = user("wren"), user("finch"), user("lark")
    subscribe(wren, repo, *DEFAULT)
    subscribe(finch, repo, *DEFAULT)
    look()
    world.request_review(first, "wren", by="heron")
    world.assign(second, "finch", by="heron")
    look()
    counts = {"total_open_prs": 2, "assigned_to_user": 0, "review_requests": 0, "needs_review": 2}
    assert stats_for(wren, [repo.pk])[repo.pk] == {**counts, "review_requests": 1}
    assert stats_for(finch, [repo.pk])[repo.pk] == {**counts, "assigned_to_user": 1}
    heard = {who.username: [row.title for row in events_for(who, 0, 9).items] for who in (wren, finch, third)}
    assert heard == {"wren": ["For wren"], "finch": ["For finch"], "lark": []}


def test_flow_that_an_outsider_learns_nothing_of_a_private_repository(client, world, watch, look):
    world.open("acme/vault", "Secret plans", author="heron")
    repo = watch("acme/vault")
    insider, outsider = user("wren"), user("finch")
    group = Group.objects.create(name="vault")
    group.user_set.add(insider)
    repo.shared_with.add(group)
    for who in (insider, outsider):
        subscribe(who, repo, "all")  # the outsider's dates from when it was public
    look()
    world.open("acme/vault", "More secrets", author="heron")
    look()
    seen = {}
    for who in (insider, outsider):
        client.force_login(who)
        paths = ("repositories", "pull-requests", "events?after=0", "repositories/acme/vault")
        answers = [client.get(f"/api/v1/{path}").content.decode() for path in paths]
        pages = [client.get(path, headers={"accept": "text/html"}).content.decode() for path in ("/", "/repositories")]
        unseen = client.get("/pull-requests/acme/vault/1", headers={"accept": "text/html"})
        seen[who.username] = "".join([*answers, *pages]), unseen.status_code
        unknown = client.get("/api/v1/repositories/acme/nothing").content.decode().replace("nothing", "vault")
        hidden = client.get("/api/v1/repositories/acme/vault").content.decode()
        assert (hidden == unknown) == (who == outsider)
    assert "ecret" in seen["wren"][0]
    assert seen["wren"][1] == 200
    said = json.loads(json.dumps(seen["finch"][0])).replace("neither the token nor you may read it", "")
    assert "ecret" not in said
    assert seen["finch"][1] == 404
