"""An https address behind a proxy whose headers are not believed: said at the start, and on a page, instead of an endless redirect."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.runtime.running import environment, manage

HTTPS = "https://pr.example.org"
FROM_HTTPS = {"x-forwarded-proto": "https"}


@pytest.fixture
def https(settings: Any) -> None:
    """What `PUBLIC_URL=https://pr.example.org` sets, and no more."""
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS = HTTPS, ["pr.example.org"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health"]


def browser(**headers: Any) -> Client:
    return Client(SERVER_NAME="pr.example.org", headers={"accept": "text/html", **headers})


def check_told(answer: Any) -> None:
    said = answer.content.decode()
    assert answer.status_code == 421
    assert "TRUST_PROXY_HEADERS=true" in said
    assert "Location" not in answer
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("https")
@pytest.mark.parametrize(
    "headers", [FROM_HTTPS, {"x-forwarded-proto": "https, http"}, {"forwarded": "for=::1;proto=HTTPS"}]
)
def test_a_request_that_came_by_https_is_not_sent_there_again(headers: dict[str, str]) -> None:
    check_told(browser(**headers).get("/profile?a=b"))


@pytest.mark.usefixtures("https")
def test_a_proxy_that_says_nothing_is_found_out_by_a_cookie_that_travels_by_https_only() -> None:
    client = browser()
    first = client.get("/profile?a=b")
    assert (first.status_code, first["Location"]) == (301, f"{HTTPS}/profile?a=b")
    [cookie] = first.cookies.values()
    assert cookie["secure"]
    assert cookie["path"] == "/"
    check_told(client.get("/profile?a=b"))


@pytest.mark.usefixtures("https")
def test_programs_are_told_in_the_shape_of_every_error() -> None:
    answer = browser(**FROM_HTTPS).get("/api/v1/me")
    assert answer.status_code == 421
    error = answer.json()["error"]
    assert (error["code"], error["details"]) == ("misdirected", None)
    assert "TRUST_PROXY_HEADERS=true" in error["message"]


@pytest.mark.usefixtures("https", "db")
def test_plain_http_is_redirected_and_health_is_exempt() -> None:
    for headers in ({}, {"x-forwarded-proto": "http"}, {"forwarded": "proto=http;host=https"}):
        answer = browser(**headers).get("/")
        assert (answer.status_code, answer["Location"]) == (301, f"{HTTPS}/")
    assert browser(**FROM_HTTPS).get("/health/live").status_code == 200


@pytest.mark.usefixtures("https", "db")
def test_a_believed_proxy_is_served(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    answer = browser(**FROM_HTTPS).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")
    assert not answer.cookies


@pytest.mark.usefixtures("https")
def test_a_believed_proxy_that_does_not_say_https_is_told_so(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client = browser()
    client.get("/")
    answer = client.get("/")
    assert answer.status_code == 421
    assert "does not send X-Forwarded-Proto" in answer.content.decode()


@pytest.mark.slow
def test_the_check_warns(tmp_path: Path) -> None:
    asked = [(["check", "--deploy"], {}, True), (["check"], {"TRUST_PROXY_HEADERS": "true"}, False)]
    # `up` itself, with a database that nobody serves: it ends after its checks.
    nowhere = {"DATABASE_URL": "postgres://u:p@127.0.0.1:9/x", "SECRET_KEY": "x" * 60}
    asked.append((["up", "--port", "0"], nowhere, True))
    for command, more, warned in asked:
        done = manage(*command, env=environment(tmp_path, PUBLIC_URL=HTTPS, **more))
        assert ("prmonitor.W001" in done.stderr) == warned, done.stderr
