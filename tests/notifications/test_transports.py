"""The door to Slack: what is sent, and what its answers mean."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.request import install_opener
from zoneinfo import ZoneInfo

import pytest

from notifications.messages.message import Message
from notifications.messages.review_request_message import MessageContext, OpenRequest, review_request_message
from notifications.transports import TRANSPORTS, Destination, TransportError, destination_for, enabled
from tests.fixtures_slack import Answer, Slack, error, limited
from tests.notifications.test_review_request_message import document

NOW = datetime(2026, 3, 4, 13, 12, tzinfo=UTC)


@pytest.fixture
def message() -> Message:
    return review_request_message(
        document(), [OpenRequest("user", "wren", "heron", NOW)], MessageContext(NOW, ZoneInfo("UTC"), False)
    )


def refusal(transport: str, message: Message) -> TransportError:
    with pytest.raises(TransportError) as raised:
        TRANSPORTS[transport].send("C0DEFAULT", message)
    return raised.value


def test_where_messages_go(slack: Slack, settings):
    assert not enabled()
    assert destination_for("U0WREN") is None
    settings.SLACK_WEBHOOK_URL = "https://hooks.example.org/1"
    assert enabled()
    assert destination_for("U0WREN") == destination_for() == Destination("webhook", "webhook")
    settings.SLACK_BOT_TOKEN = "xoxb-1"
    assert destination_for("U0WREN") == Destination("bot", "U0WREN", personal=True)
    assert destination_for("not an id") == destination_for() == Destination("webhook", "webhook")
    settings.SLACK_CHANNEL = "#reviews"
    assert destination_for() == Destination("bot", "#reviews")


def test_what_is_sent_is_what_slack_knows(by_bot: Slack, message: Message):
    posted = TRANSPORTS["bot"].send("C0DEFAULT", message)
    assert (posted.channel, posted.ts, posted.answer) == ("D0001", "1700000000.000001", "ok")
    assert set(by_bot.posts[0].body) == {"channel", "text", "mrkdwn", "blocks", "unfurl_links", "unfurl_media"}


@pytest.mark.parametrize("transport", ["bot", "webhook"])
@pytest.mark.parametrize(
    ("answer", "permanent", "retry_after", "shown"),
    [
        (limited(7), False, 7, None),
        (Answer(429, "slow down"), False, None, "HTTP 429: "),
        (Answer(429, "slow down", {"retry-after": "soon"}), False, None, "HTTP 429: "),
        (Answer(503, "<html>\n<h1>no</h1>", {"Retry-After": "30"}), False, 30, "HTTP 503: "),
        (Answer(500, "rollup_error"), False, None, None),
        (Answer(403, "action_prohibited"), True, None, None),
        (Answer(410, "channel_is_archived"), True, None, None),
        (Answer(302, "elsewhere"), True, None, None),
    ],
)
def test_what_answers_mean(by_bot: Slack, by_webhook: Slack, message, transport, answer, permanent, retry_after, shown):
    by_bot.answers.append(answer)
    found = refusal(transport, message)
    assert (found.permanent, found.retry_after) == (permanent, retry_after)
    assert "\n" not in str(found)
    if shown:
        assert str(found).startswith(shown)
    assert len(by_bot.posts) == 1, "the SDK's own retries are off"


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (error("invalid_auth"), True),
        (error("channel_not_found"), True),
        (error("msg_too_long"), True),
        (error("fatal_error"), False),
        (error("service_unavailable"), False),
        (Answer(200, "<!DOCTYPE html>"), False),
        (Answer(200, '{"ok": fal'), False),
        (Answer(200, "[]"), False),
    ],
)
def test_what_answers_of_the_web_api_mean(by_bot: Slack, message: Message, answer: Answer, permanent: bool):
    by_bot.answers.append(answer)
    assert refusal("bot", message).permanent is permanent


@pytest.mark.parametrize("transport", ["bot", "webhook"])
def test_a_slack_that_is_too_slow_is_tried_again(by_bot: Slack, by_webhook: Slack, message, transport, monkeypatch):
    monkeypatch.setattr("notifications.transports.slack.TIMEOUT", 0.1)
    answered = threading.Event()
    by_bot.answers.append(Answer(meanwhile=lambda: answered.wait(10)))
    found = refusal(transport, message)
    answered.set()
    assert not found.permanent
    assert "could not be reached" in str(found)


@pytest.mark.parametrize("transport", ["bot", "webhook"])
def test_a_transport_that_was_taken_away_says_so(slack: Slack, message: Message, transport):
    found = refusal(transport, message)
    assert found.permanent
    assert "is not set" in str(found)


def test_the_address_of_a_webhook_is_never_told(slack: Slack, message: Message, settings, caplog):
    settings.SLACK_WEBHOOK_URL = "http://127.0.0.1:9/services/T1/B1/secret"
    assert "secret" not in str(refusal("webhook", message))
    assert "secret" not in caplog.text


@pytest.fixture
def new_opener() -> Iterator[None]:
    """urllib reads the proxies once in a process, with the first address that it opens: here, and anew afterwards."""
    install_opener(None)  # type: ignore[arg-type]
    yield
    install_opener(None)  # type: ignore[arg-type]


def test_a_proxy_is_not_used_where_no_proxy_says_so(new_opener: None, by_bot: Slack, message: Message, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert TRANSPORTS["bot"].send("C0DEFAULT", message).ts


@pytest.mark.slow
def test_the_sdk_is_imported_only_to_send():
    script = "import django, sys; django.setup(); import notifications.tasks; print('slack_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
