"""Who hears what: roles, filters, subscriptions, private repositories; and what happens when they change."""

import pytest
from django.contrib.auth.models import Group

from monitor.models import Repository, Subscription, Team
from tests.builders import asked, item, repository, review, user
from tests.live.asgi import Client, Stage, play, token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
MINE = ("author", "assigned", "review_requested", "code_owner")


async def heard_until(client: Client, marker: int) -> list[int]:
    """The ids of the frames up to and with the one everybody hears."""
    ids = []
    while marker not in ids:
        ids.append((await client.frame("pr_update"))["id"])
    return ids


def test_two_logins_hear_what_concerns_them_and_a_stranger_to_the_repository_nothing():
    repo, commons = repository(), repository("acme/commons")
    heron, wren, stranger = user("heron"), user("wren"), user("stranger", None)
    for who in (heron, wren):
        watch(who, repo, *MINE)
    for who in (heron, wren, stranger):
        watch(who, commons)
    tokens = [token_of(who) for who in (heron, wren, stranger)]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens]
        (by_heron,) = await stage.do(happen, repo, 1, author="Heron")
        (for_wren,) = await stage.do(happen, repo, 2, author="owl", review_requests=(asked("Wren"),))
        (for_both,) = await stage.do(happen, repo, 3, author="heron", assignees=("wren",))
        await stage.do(happen, repo, 4, author="owl")
        # Matched before the change, though no longer after it.
        removed = item("review_request_removed", 5, "owl", "Wren")
        (no_more,) = await stage.do(happen, repo, 2, minutes=5, author="owl", timeline=(removed,))
        (marker,) = await stage.do(happen, commons, 1)
        assert [await heard_until(client, marker) for client in clients] == [
            [by_heron, for_both, marker],
            [for_wren, for_both, no_more, marker],
            [marker],
        ]

    play(scenario)


def test_who_wants_direct_requests_only_hears_of_no_request_to_a_team():
    repo, commons = repository(), repository("acme/commons")
    Team.objects.create(name="acme/web", members_known=True).set_members(["wren", "lark"])
    wren, lead = user("wren"), user("boss", "lark")
    watch(wren, repo, "user_review_requested")
    watch(lead, repo, "review_requested")
    for who in (wren, lead):
        watch(who, commons)
    tokens = [token_of(who) for who in (wren, lead)]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens]
        (to_team,) = await stage.do(happen, repo, 1, author="owl", review_requests=(asked("acme/web"),))
        both = (asked("acme/web"), asked("Wren"))
        (directly,) = await stage.do(happen, repo, 1, minutes=5, author="owl", review_requests=both)
        (marker,) = await stage.do(happen, commons, 1)
        assert [await heard_until(client, marker) for client in clients] == [
            [directly, marker],
            [to_team, directly, marker],
        ]

    play(scenario)


def test_whoever_asked_for_changes_hears_of_the_answer_although_nobody_asks_them_any_more():
    repo, commons = repository(), repository("acme/commons")
    wren, finch = user("wren"), user("finch")
    for who in (wren, finch):
        watch(who, repo, *MINE)
        watch(who, commons)
    said = {
        "reviews": (review("wren", "changes_requested", 2, "a" * 40), review("finch", "approved", 3)),
        "timeline": (item("reviewed", 2, "wren", "changes_requested"), item("reviewed", 3, "finch", "approved")),
    }
    happen(repo, 1, minutes=3, **said)
    tokens = [token_of(who) for who in (wren, finch)]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens]
        (pushed,) = await stage.do(happen, repo, 1, minutes=5, head_sha="c" * 40, **said)
        again = {
            "reviews": (review("wren", "approved", 6), said["reviews"][1]),
            "timeline": (*said["timeline"], item("reviewed", 6, "wren", "approved")),
        }
        (approved,) = await stage.do(happen, repo, 1, minutes=6, head_sha="c" * 40, **again)
        await stage.do(happen, repo, 1, minutes=7, head_sha="d" * 40, **again)  # nobody's turn but the author's
        (marker,) = await stage.do(happen, commons, 1)
        assert [await heard_until(client, marker) for client in clients] == [[pushed, approved, marker], [marker]]

    play(scenario)


def test_numbers_are_each_ones_own():
    repo = repository()
    heron, wren = user("heron"), user("wren")
    watch(heron, repo, *MINE)
    watch(wren, repo, *MINE)
    tokens = [token_of(heron), token_of(wren)]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens]
        await stage.do(happen, repo, 1, author="owl", assignees=("heron",), review_requests=(asked("wren"),))
        mine = [(await client.frame("repository_stats_update"))["data"]["stats"] for client in clients]
        assert mine == [
            {"total_open_prs": 1, "assigned_to_user": 1, "review_requests": 0, "needs_review": 1},
            {"total_open_prs": 1, "assigned_to_user": 0, "review_requests": 1, "needs_review": 1},
        ]

    play(scenario)


def test_an_outsider_learns_nothing_of_a_private_repository_even_with_an_old_subscription():
    secret, commons = repository("acme/secret", private=True), repository("acme/commons")
    insider, outsider, boss = user("insider"), user("outsider"), user("boss", is_staff=True)
    group = Group.objects.create(name="web")
    insider.groups.add(group)
    secret.shared_with.add(group)
    for who in (insider, outsider, boss):
        watch(who, secret)
        watch(who, commons)
    start = happen(commons, 1)[-1]
    tokens = [token_of(who) for who in (insider, outsider, boss)]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens]
        (hidden,) = await stage.do(happen, secret, 1)
        (marker,) = await stage.do(happen, commons, 2)
        assert [await heard_until(client, marker) for client in clients] == [
            [hidden, marker],
            [marker],
            [hidden, marker],
        ]
        replayed = [stage.open(token, f"/api/v1/ws/me?after={start}") for token in tokens]
        assert [await client.ids_until_ready() for client in replayed] == [[hidden, marker], [marker], [hidden, marker]]
        assert "secret" not in "".join([await replayed[1].text(), *replayed[1].raw, *clients[1].raw])

    play(scenario)


def take_out_of_group(who, repo):
    who.groups.clear()


def make_private(who, repo):
    who.groups.clear()
    Repository.objects.filter(pk=repo.pk).update(private=True)


def unsubscribe(who, repo):
    Subscription.objects.filter(user=who, repository=repo).delete()


def narrow(who, repo):
    Subscription.objects.filter(user=who, repository=repo).update(filters=["assigned"])


@pytest.mark.parametrize("change", [take_out_of_group, make_private, unsubscribe, narrow])
def test_an_open_socket_falls_silent_when_access_or_wishes_change(change):
    repo, commons = repository("acme/shared", private=change is take_out_of_group), repository("acme/commons")
    group, wren = Group.objects.create(name="web"), user("wren")
    wren.groups.add(group)
    repo.shared_with.add(group)
    watch(wren, repo)
    watch(wren, commons)
    token = token_of(wren)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        (before,) = await stage.do(happen, repo, 1)
        assert (await client.frame("pr_update"))["id"] == before
        await stage.do(change, wren, repo)
        await stage.do(happen, repo, 2, minutes=2)
        (marker,) = await stage.do(happen, commons, 1)
        assert await heard_until(client, marker) == [marker]

    play(scenario)


def test_a_new_subscription_is_heard_on_an_open_socket():
    repo, wren = repository(), user("wren")
    token = token_of(wren)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        await stage.do(watch, wren, repo)
        (event_id,) = await stage.do(happen, repo, 1)
        assert (await client.frame("pr_update"))["id"] == event_id
        assert (await client.frame())["type"] == "repository_stats_update"

    play(scenario)
