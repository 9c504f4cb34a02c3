"""What comes over the socket, frame by frame."""

import json
import re
from datetime import datetime
from itertools import pairwise

import pytest

from monitor.live import server_frames
from monitor.queries import latest_event_id
from monitor.recording.recorder import record
from tests.builders import asked, at, item, label, repository, snapshot, user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
MILLISECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_ready_comes_first_and_names_the_head():
    repo, heron = repository(), user()
    watch(heron, repo)
    record(repo, [snapshot(1)], now=at(1))
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token, f"/api/v1/ws/{heron.pk}")
        ready = await client.frame()
        assert MILLISECONDS.fullmatch(ready.pop("timestamp"))
        assert ready == {"type": "ready", "data": {"user_id": heron.pk, "cursor": await stage.do(latest_event_id)}}

    play(scenario)


def test_a_change_becomes_a_frame_with_exactly_the_promised_keys():
    repo, heron = repository(), user()
    watch(heron, repo)
    record(repo, [snapshot(1)], now=at(1), first_look=True)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        changed = snapshot(
            1,
            title='Löschen "jetzt" \u202e\x07',
            labels=(label("bug"), label("ui")),
            review_requests=(asked("wren"),),
            timeline=(item("review_requested", 1, "heron", "wren"),),
            updated_at=at(1),
        )
        (event_id,) = await stage.do(record, repo, [changed], now=at(2))
        frame = await client.frame()
        assert list(frame) == ["type", "id", "data", "timestamp"]
        assert (frame["type"], frame["id"]) == ("pr_update", event_id)
        assert list(frame["data"]) == ["repository", "update_type", "changes", "pull_request"]
        assert frame["data"]["repository"] == "acme/web"
        assert frame["data"]["update_type"] == "updated"
        assert sorted(frame["data"]["changes"]) == ["labeled", "labeled", "retitled", "review_requested"]
        assert MILLISECONDS.fullmatch(frame["timestamp"])
        pull = await stage.do(repo.pull_requests.get)
        assert frame["data"]["pull_request"] == json.loads(pull.document)
        assert "mine" not in frame["data"]["pull_request"]

    play(scenario)


@pytest.mark.parametrize(("state", "update_type"), [("open", "new_pr"), ("merged", "closed"), ("closed", "closed")])
def test_the_update_type_says_what_it_means_for_a_list(state, update_type):
    repo, heron = repository(), user()
    watch(heron, repo)
    record(repo, [snapshot(1)], now=at(1), first_look=True)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        number = 2 if state == "open" else 1
        ended = {} if state == "open" else {"closed_at": at(2), "merged_at": at(2) if state == "merged" else None}
        await stage.do(record, repo, [snapshot(number, state=state, updated_at=at(2), **ended)], now=at(2))
        frame = await client.frame("pr_update")
        assert frame["data"]["update_type"] == update_type
        assert frame["data"]["pull_request"]["state"] == state

    play(scenario)


def test_a_ping_is_answered_and_anything_else_is_an_error_the_socket_survives():
    token = token_of(user())

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        for nonsense, code in [
            ("", "invalid_json"),
            ("{", "invalid_json"),
            ("[" * 60_000, "invalid_json"),
            ("[1]", "invalid"),
            ('"ping"', "invalid"),
            ({"type": "subscribe"}, "invalid"),
            ({}, "invalid"),
            (b"\x00\xff", "invalid"),
            ('"' + "ö" * 32_000 + '"', "invalid"),
        ]:
            client.say(nonsense)
            answer = await client.frame()
            assert list(answer) == ["type", "data", "timestamp"]
            assert (answer["type"], answer["data"]["code"]) == ("error", code)
            assert answer["data"]["message"]
        client.say({"type": "ping"})
        pong = await client.frame()
        assert list(pong) == ["type", "timestamp"]
        assert pong["type"] == "pong"

    play(scenario)


@pytest.mark.parametrize("frame", ["x" * 102_400, b"x" * 102_400, "ö" * 33_000, "x" * 65_537])
def test_a_frame_over_64_kib_closes_the_socket(frame):
    token = token_of(user())

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        client.say(frame)
        assert await client.code() == 4413

    play(scenario)


def test_numbers_follow_the_change_and_only_when_they_changed():
    repo, heron = repository(), user()
    watch(heron, repo)
    happen(repo, 1)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        await stage.do(happen, repo, 1, title="Another title")
        await stage.do(happen, repo, 2, minutes=2)
        kinds = [(await client.frame())["type"] for _ in range(3)]
        assert kinds == ["pr_update", "pr_update", "repository_stats_update"]
        await stage.do(happen, repo, 3, minutes=3)
        assert (await client.frame())["type"] == "pr_update"
        update = await client.frame()
        assert list(update) == ["type", "data", "timestamp"]
        assert update["data"] == {
            "repository": "acme/web",
            "stats": {"total_open_prs": 3, "assigned_to_user": 0, "review_requests": 0, "needs_review": 3},
        }

    play(scenario)


@pytest.mark.slow
def test_numbers_come_at_most_once_a_second():
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        await stage.do(happen, repo, 1)
        updates = [await client.frame("repository_stats_update")]
        for number in range(2, 8):
            await stage.do(happen, repo, number)
        while updates[-1]["data"]["stats"]["total_open_prs"] < 7:
            updates.append(await client.frame("repository_stats_update"))
        moments = [datetime.fromisoformat(update["timestamp"]) for update in updates]
        gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(moments)]
        assert gaps
        assert min(gaps) > 0.95

    play(scenario)


def test_a_burst_comes_joined_for_those_who_ask():
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        joined, plain = await stage.ready(token, "/api/v1/ws/me?batch=1"), await stage.ready(token)
        ids = await stage.do(happen, repo, *range(1, 151))
        alone = [await plain.frame("pr_update") for _ in ids]
        assert [frame["id"] for frame in alone] == ids
        came: list[dict] = []
        frames = 0
        while len(came) < 150:
            frames += 1
            frame = await joined.frame()
            if frame["type"] == "batch":
                assert list(frame) == ["type", "data", "timestamp"]
                assert 2 <= len(frame["data"]) <= 100
            came += frame["data"] if frame["type"] == "batch" else [frame]
        assert came[:150] == alone
        assert frames < 10

    play(scenario)


def test_one_frame_is_not_joined_with_anything():
    token = token_of(user())

    async def scenario(stage: Stage):
        client = await stage.ready(token, "/api/v1/ws/me?batch=1")
        client.say({"type": "ping"})
        assert (await client.frame())["type"] == "pong"

    play(scenario)


def test_a_burst_is_written_to_text_once_for_all_sockets():
    repo = repository()
    people = [user(f"reader{number}") for number in range(5)]
    for person in people:
        watch(person, repo)
    tokens = [token_of(person) for person in people]

    async def scenario(stage: Stage):
        clients = [await stage.ready(token) for token in tokens for _ in range(2)]
        ids = await stage.do(happen, repo, 1, 2, 3)
        texts = [[await client.text() for _ in ids] for client in clients]
        # The very same object, not merely equal: nothing was encoded a second time.
        assert {tuple(map(id, heard)) for heard in texts} == {tuple(map(id, texts[0]))}

    play(scenario)


def test_the_stored_document_goes_in_as_it_is():
    repo = repository()
    happen(repo, 1)
    event = repo.events.select_related("repository", "pull_request").get()
    event.pull_request.document = '{"spelled":  "exactly so", "x": 1.0}'
    assert '"pull_request":{"spelled":  "exactly so", "x": 1.0}}' in server_frames.pr_update(event, at(1)).text
