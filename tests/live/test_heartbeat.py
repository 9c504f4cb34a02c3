"""The heartbeat: how far a client was told, and that a sign-in which no longer holds ends its socket."""

import asyncio

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from monitor.live import heartbeat
from monitor.live.credentials import SocketCredential, users_by_credential
from monitor.models import ApiToken
from monitor.models.api_token import digest_of
from monitor.queries import latest_event_id
from tests.builders import repository, user
from tests.live.asgi import Stage, play, session_of, token_of
from tests.live.people import happen, watch
from tests.live.test_door import HOST, cookie

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick_heart(monkeypatch):
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.05)


def test_the_cursor_moves_on_with_other_peoples_events_and_can_be_kept():
    repo, elsewhere, heron = repository(), repository("acme/elsewhere"), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        await stage.do(happen, elsewhere, 1, 2, 3)
        reached = await stage.do(latest_event_id)
        while (beat := await client.frame("heartbeat"))["data"]["cursor"] < reached:
            pass
        assert list(beat) == ["type", "data", "timestamp"]
        assert beat["data"] == {"cursor": reached}
        (event_id,) = await stage.do(happen, repo, 1)
        again = stage.open(token, f"/api/v1/ws/me?after={reached}")
        assert await again.ids_until_ready() == [event_id]

    play(scenario)


def test_a_heartbeat_never_runs_ahead_of_the_frames_before_it():
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token)
        told = (await client.frame("ready"))["data"]["cursor"]
        writing = asyncio.create_task(write(stage))
        beats = 0
        while told < 60 or beats < 3:
            frame = await client.frame()
            if frame["type"] == "pr_update":
                assert frame["id"] == told + 1
                told += 1
            elif frame["type"] == "heartbeat":
                assert frame["data"]["cursor"] == told
                beats += 1
        await writing

    async def write(stage: Stage):
        for number in range(1, 61):
            await stage.do(happen, repo, number)

    play(scenario)


def log_out(session, heron, token):
    session.delete()


def change_password(session, heron, token):
    heron.set_password("another one")
    heron.save()


def deactivate(session, heron, token):
    User.objects.filter(pk=heron.pk).update(is_active=False)


def revoke(session, heron, token):
    ApiToken.objects.update(revoked_at=timezone.now())


@pytest.mark.parametrize(
    ("change", "ends_session", "ends_token"),
    [(log_out, True, False), (change_password, True, False), (deactivate, True, True), (revoke, False, True)],
)
def test_a_sign_in_that_no_longer_holds_ends_within_a_heartbeat(change, ends_session, ends_token):
    heron, wren = user("heron"), user("wren")
    session, token, other = session_of(heron), token_of(heron), token_of(wren)
    if change is revoke:
        ApiToken.objects.filter(user=wren).delete()
        other = None

    async def scenario(stage: Stage):
        page = stage.open(host=HOST, origin=f"http://{HOST}", cookie=cookie(session))
        await page.frame("ready")
        program = await stage.ready(token)
        bystander = await stage.ready(other) if other else None
        await stage.do(change, session, heron, token)
        for client, ends in ((page, ends_session), (program, ends_token), (bystander, False)):
            if client is None:
                continue
            if ends:
                assert await client.code() == 4401
            else:
                client.raw.clear()
                for _ in range(3):
                    assert (await client.frame())["type"] == "heartbeat"

    play(scenario)


def test_checking_costs_the_same_for_one_program_and_for_many(django_assert_num_queries):
    from monitor.live.credentials import SocketCredential, users_by_credential
    from monitor.models.api_token import digest_of

    shown = [SocketCredential("token", digest_of(token_of(user(f"reader{number}")))) for number in range(8)]
    for count in (1, 8):
        with django_assert_num_queries(1):
            assert len(users_by_credential(shown[:count])) == count


def test_a_thousand_sign_ins_are_checked_as_quickly_as_one(django_assert_max_num_queries):
    people = [user(f"heron{number}") for number in range(12)]
    shown = {SocketCredential("session", session_of(one).session_key) for one in people} | {
        SocketCredential("token", digest_of(token_of(one))) for one in people
    }
    gone = SocketCredential("session", session_of(people[0]).session_key)
    Session.objects.filter(session_key=gone.key).update(expire_date=timezone.now())
    with django_assert_max_num_queries(3):
        found = users_by_credential({*shown, gone, SocketCredential("session", "made-up")})
    assert set(found) == shown
    assert {one.pk for one in found.values()} == {one.pk for one in people}
