"""`manage.py slack_app`: a manifest with the scopes that are used, and Slack's own answers in words."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notifications.operations.slack_app import SCOPES
from tests.fixtures_slack import Answer, Slack, error

IDENTITY = json.dumps({"ok": True, "team": "Acme", "user": "prmonitor"})


def says(*options: str) -> str:
    out = StringIO()
    call_command("slack_app", *options, stdout=out)
    return out.getvalue()


def says_what_is_missing(*options: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="missing"):
        call_command("slack_app", *options, stdout=out)
    return out.getvalue()


def identity(*scopes: str) -> Answer:
    return Answer(body=IDENTITY, headers={"X-OAuth-Scopes": ",".join(scopes)})


def test_the_manifest_asks_for_the_scopes_and_needs_no_slack() -> None:
    manifest = json.loads(says())
    assert manifest["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert manifest["features"]["bot_user"]["display_name"] == "prmonitor"
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140


def test_nothing_is_set(slack: Slack) -> None:
    assert "neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL" in says_what_is_missing("--check")
    assert slack.posts == []


def test_all_is_well_and_nothing_is_written(by_bot: Slack) -> None:
    by_bot.answers.append(identity(*SCOPES))
    assert says("--check").splitlines() == ["ok      the token works: workspace Acme, as @prmonitor"]
    assert [(post.path, post.token) for post in by_bot.posts] == [("/api/auth.test", "xoxb-for-tests")]


def test_missing_scopes_are_named_with_their_purpose(by_bot: Slack) -> None:
    by_bot.answers.append(identity("chat:write", "im:write", "users.profile:read"))
    assert "MISSING the scope chat:write.public is missing, to write to public channels" in says_what_is_missing(
        "--check"
    )


def test_without_the_header_no_scope_is_missed(by_bot: Slack) -> None:
    by_bot.answers.append(Answer(body=IDENTITY))
    assert "MISSING" not in says("--check")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (error("invalid_auth"), "Slack does not know this token"),
        (error("token_revoked"), "the token was revoked"),
        (error("something_new"), "the token does not work: something_new"),
        (Answer(503, "busy"), "the token does not work: HTTP 503"),
    ],
)
def test_a_token_that_does_not_work(by_bot: Slack, answer: Answer, words: str) -> None:
    by_bot.answers.append(answer)
    assert words in says_what_is_missing("--check")


def test_a_trial_message_goes_to_the_default_channel(by_bot: Slack) -> None:
    by_bot.answers.append(identity(*SCOPES))
    assert "can write to C0DEFAULT" in says("--post")
    assert [post.path for post in by_bot.posts] == ["/api/auth.test", "/api/chat.postMessage"]
    assert (by_bot.posts[1].body["channel"], by_bot.posts[1].text) == ("C0DEFAULT", "prmonitor can write here.")


def test_a_channel_that_the_bot_may_not_write_to(by_bot: Slack) -> None:
    by_bot.answers += [identity(*SCOPES), error("not_in_channel")]
    assert "cannot write to C0DEFAULT: the bot is not in the channel" in says_what_is_missing("--post")


def test_a_webhook_alone_is_said_to_do_less(by_webhook: Slack) -> None:
    assert "only an incoming webhook" in says("--check")
    assert by_webhook.posts == []
    assert "can write to the webhook’s channel".replace("’", "'") in says("--post")
    by_webhook.answers.append(Answer(404, "no_service"))
    assert "the webhook was removed" in says_what_is_missing("--post")


def test_without_a_channel_it_is_said_who_is_not_told(by_bot: Slack, settings: Any) -> None:
    settings.SLACK_CHANNEL = ""
    by_bot.answers.append(identity(*SCOPES))
    assert "SLACK_CHANNEL is not set: who has no Slack id is not told" in says("--check")
