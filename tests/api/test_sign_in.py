"""Who may use the API: tokens, sessions, and the errors for everybody else."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from monitor.models import ApiToken
from tests.api.conftest import Caller, code_of

pytestmark = pytest.mark.django_db


HEADERS: list[str | None] = [
    None,
    "",
    "Bearer",
    "Bearer ",
    "Bearer nonsense",
    "Bearer prm_\u00e9\u00ff",
    "Bearer a b",
    "Basic aGVyb246eA==",
    "prm_x",
]


def test_without_a_good_token_nobody_is_let_in(anybody: Caller) -> None:
    for header in HEADERS:
        named: dict[str, Any] = {} if header is None else {"Authorization": header}
        sent = anybody.call("GET", "/me", **named)
        assert code_of(sent) == (401, "not_authenticated"), header


def test_a_token_lets_its_user_in_however_bearer_is_spelt(heron: User, anybody: Caller) -> None:
    _, text = ApiToken.create_for(heron)
    for header in (f"Bearer {text}", f"bearer {text}", f"BEARER  {text} "):
        assert anybody.call("GET", "/me", Authorization=header).json()["username"] == "heron"


def test_a_revoked_token_and_a_deactivated_user_are_refused(api: Caller, heron: User) -> None:
    other = Caller(heron)
    ApiToken.objects.earliest("pk")
    ApiToken.objects.filter(pk=ApiToken.objects.earliest("pk").pk).update(revoked_at=timezone.now())
    assert code_of(api.get("/me")) == (401, "not_authenticated")
    assert other.get("/me").status_code == 200
    User.objects.filter(pk=heron.pk).update(is_active=False)
    assert code_of(other.get("/me")) == (401, "not_authenticated")


def test_the_text_of_a_token_is_not_kept(heron: User) -> None:
    token, text = ApiToken.create_for(heron)
    kept = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text not in str(kept)


def test_the_last_use_is_noted_but_not_on_every_call(api: Caller) -> None:
    token = ApiToken.objects.get()
    api.read("/me")
    token.refresh_from_db()
    assert token.last_used_at is not None
    noted = timezone.now() - timedelta(minutes=5)
    ApiToken.objects.update(last_used_at=noted)
    api.read("/me")
    token.refresh_from_db()
    assert token.last_used_at == noted
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=11))
    api.read("/me")
    token.refresh_from_db()
    assert token.last_used_at > noted


def test_what_is_no_token_is_not_logged(anybody: Caller, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.DEBUG = True
    for header in ("Basic aGVyb246cGFzc3dvcmQ=", "a-password-alone"):
        assert code_of(anybody.call("GET", "/me", Authorization=header)) == (401, "not_authenticated")
        assert header not in caplog.text


@pytest.fixture
def browser(heron: User) -> Caller:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(heron)
    return Caller(heron, client)


def test_a_session_reads(browser: Caller) -> None:
    assert browser.read("/me")["username"] == "heron"


def test_a_session_writes_only_with_the_csrf_token(browser: Caller) -> None:
    assert code_of(browser.patch("/me", {"country": "DE"})) == (403, "csrf_failed")
    browser.client.get("/docs")
    token = browser.client.cookies["csrftoken"].value
    assert code_of(browser.call("PATCH", "/me", {"country": "DE"}, X_CSRFToken="x" * len(token)))[0] == 403
    assert browser.call("PATCH", "/me", {"country": "DE"}, X_CSRFToken=token).json()["country"] == "DE"


def test_a_session_on_a_foreign_page_writes_nothing(browser: Caller) -> None:
    browser.client.get("/docs")
    token = browser.client.cookies["csrftoken"].value
    sent = browser.call("PATCH", "/me", {}, X_CSRFToken=token, Origin="https://elsewhere.example")
    assert code_of(sent) == (403, "csrf_failed")


def test_a_token_needs_no_csrf_token(heron: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {ApiToken.create_for(heron)[1]}"})
    assert client.patch("/api/v1/me", "{}", content_type="application/json").status_code == 200


def test_a_bad_token_is_not_made_good_by_a_session(browser: Caller) -> None:
    assert code_of(browser.call("GET", "/me", Authorization="Bearer nonsense")) == (401, "not_authenticated")


def test_strangers_hear_401_before_anything_else(anybody: Caller) -> None:
    for sent in (anybody.get("/repositories", nonsense=1), anybody.call("POST", "/repositories/subscribe", raw=b"{")):
        assert code_of(sent) == (401, "not_authenticated")


def test_strangers_hear_401_before_they_are_asked_for_a_csrf_token() -> None:
    stranger = Caller(client=Client(enforce_csrf_checks=True))
    for path in ("/me", "/me?nonsense=1"):
        assert code_of(stranger.call("PATCH", path, {})) == (401, "not_authenticated")


def test_who_asks_and_how_often_come_before_unknown_parameters(browser: Caller, heron: User, settings: Any) -> None:
    assert code_of(browser.call("PATCH", "/me?nonsense=1", {})) == (403, "csrf_failed")
    assert code_of(Caller(heron).call("PATCH", "/me?nonsense=1", raw=b"{")) == (422, "invalid")
    settings.API_RATE_PER_MINUTE = 0
    assert code_of(browser.get("/me", nonsense=1)) == (429, "rate_limited")


def test_refused_tokens_are_counted_as_well(anybody: Caller, settings: Any) -> None:
    settings.API_RATE_PER_MINUTE = 0
    assert code_of(anybody.call("GET", "/me", Authorization="Bearer nonsense")) == (429, "rate_limited")


def test_the_command_prints_a_token_that_works_alone_on_the_last_line(heron: User, anybody: Caller) -> None:
    out = StringIO()
    call_command("create_api_token", "heron", "--name", "build server", stdout=out)
    text = out.getvalue().splitlines()[-1]
    assert anybody.call("GET", "/me", Authorization=f"Bearer {text}").json()["id"] == heron.pk
    assert ApiToken.objects.get().name == "build server"


@pytest.mark.parametrize("arguments", [["nobody"], ["gone"], ["heron", "--name", "x" * 101]])
def test_the_command_refuses_what_could_not_work(heron: User, arguments: list[str]) -> None:
    User.objects.create_user("gone", is_active=False)
    with pytest.raises(CommandError):
        call_command("create_api_token", *arguments, stdout=StringIO())
    assert not ApiToken.objects.exists()


def test_calls_are_limited_for_each_user_and_each_address(heron: User, anybody: Caller, settings: Any) -> None:
    settings.API_RATE_PER_MINUTE = 3
    first, second = Caller(heron), Caller(User.objects.create_user("wren"))
    answers = [first.get("/me") for _ in range(5)]
    # At most one window ends while these calls are made.
    refused = [sent for sent in answers if sent.status_code == 429]
    assert refused
    assert code_of(refused[0]) == (429, "rate_limited")
    assert 1 <= int(refused[0]["Retry-After"]) <= 60
    assert second.get("/me").status_code == 200
    assert 429 in {anybody.get("/me").status_code for _ in range(8)}
    assert anybody.call("GET", "/me", REMOTE_ADDR="ignored").status_code in {401, 429}
    assert anybody.get("/openapi.json").status_code == 200, "what is public is not limited"
