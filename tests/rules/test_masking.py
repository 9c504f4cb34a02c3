"""Which parts of a text are masked, and which are not."""

import html
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.models.api_token import PREFIX
from monitor.rules import masking
from monitor.rules.masking import masked, register_password_in_url, register_secret

LETTERS = "aB3dE6gH1jK4mN7pQ0sT5vW8yZ2bC9fG"
SESSION = "x7k2m9q4w1e8r5t3y6u0i2o4p7a1s9d3"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx0\nabc/def+123\n-----END RSA PRIVATE KEY-----"
SHAPES = [
    (PREFIX + LETTERS + "_-", "token {} was shown"),
    ("ghp_" + LETTERS, "GitHub refused {}."),
    ("ghs_" + LETTERS, "'{}'"),
    ("github_pat_11ABCDEFG0" + LETTERS, "({})"),
    ("xoxb-1234567890-" + LETTERS, 'token="{}"'),
    ("xoxe.xoxp-1-" + LETTERS, "{}"),
    ("xapp-1-A012-345-" + LETTERS, "{}"),
    ("T012/B034/" + LETTERS, "https://hooks.slack.com/services/{} answers 404"),
    ("T012/B034/" + LETTERS, "URL can't contain control characters. 'hooks.slack.com/services/{}'"),
    ("WzFd:1xVNSb:" + LETTERS, "Method Not Allowed (HEAD): /sign-in/{}"),
    ("WzFd.1xVNSb." + LETTERS, "GET /accounts/login/?next=%2Fsign-in%2F{} 200"),
    ("p&ss", "cannot connect to postgres://me:{}@db.example:5432/name"),
    ("p&ss", "redis://:{}@cache:6379/0 is away"),
    (LETTERS, "https://{}@github.example/api/v3"),
    (LETTERS, "Authorization: Bearer {}"),
    (LETTERS, "{{'Authorization': 'token {}'}}"),
    (LETTERS, "[(b'authorization', b'Basic {}')]"),
    (SESSION, "Cookie: sessionid={}; other=1"),
    (SESSION, "DETAIL: Key (session_key)=({}) already exists."),
    (SESSION, '(0.001) SELECT … FROM "django_session"; args=(\'2026-11-25\', \'{}\'); alias=default'),
    (LETTERS + LETTERS, "{{'csrfmiddlewaretoken': ['{}'], 'next': ['/']}}"),
    ("pbkdf2_sha256$1000000$salt$aGFzaA==", "UPDATE auth_user SET password = '{}'"),
    (PEM, "could not read {}"),
    ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMiIsImlhdCI6MX0." + LETTERS, "jwt {}"),
    ("0123456789abcdef", "GET /accounts/github/login/callback/?code={}&state=x"),
    ("my own words", "<QueryDict: {{'username': ['wren'], 'password': ['{}']}}>"),
    ("hunter2", "connection failed: host=h user=u password={}"),
]  # fmt: skip
INNOCENT = [
    "GitHub answers 502; the next look is in 60 s.",
    "prmonitor: http://127.0.0.1:8000/",
    "GET /api/v1/pull-requests?q=is%3Aopen+author%3A%40me 200",
    "acme/web#12: review_requested by @octo/team, see https://github.com/acme/web/pull/12",
    "d41d8cd98f00b204e9800998ecf8427e is no session",
    "mail wren@example.org about ssh keys",
    "the token was revoked; a new password is wanted",
    "401 not_authenticated: Authorization is missing",
    "a new link for /sign-in is printed at the start",
]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets the secrets that a test has registered."""
    monkeypatch.setattr(masking, "_known", ())


@pytest.mark.parametrize(("secret", "around"), SHAPES)
def test_what_looks_like_a_credential_is_masked(secret: str, around: str) -> None:
    text = around.format(secret)
    assert secret not in masked(text)
    assert "***" in masked(text)
    assert masked(masked(text)) == masked(text)


@pytest.mark.parametrize(("secret", "around"), SHAPES)
def test_a_line_of_json_stays_one(secret: str, around: str) -> None:
    line = json.dumps({"message": around.format(secret), "after": "kept"})
    assert json.dumps(secret)[1:-1] not in masked(line)
    assert json.loads(masked(line))["after"] == "kept"


@pytest.mark.parametrize(("secret", "around"), SHAPES)
def test_a_page_shows_none(secret: str, around: str) -> None:
    assert html.escape(secret) not in masked(html.escape(around.format(secret)))


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert masked(text) == text


def test_the_rest_of_the_line_stays() -> None:
    assert masked("cannot reach postgres://me:secret@db:5432/name") == "cannot reach postgres://me:***@db:5432/name"
    assert masked(f"HEAD /sign-in/{SESSION} HTTP/1.1 405") == "HEAD /sign-in/*** HTTP/1.1 405"


@given(secret=st.text(st.characters(codec="utf-8", exclude_categories=["Zs", "Cc"]), min_size=6, max_size=40))
def test_a_known_secret_is_masked_in_whatever_way_it_is_written(secret: str) -> None:
    masking._known = ()
    register_secret(secret)
    if secret.lower() in {"prmonitor", "postgres", "postgresql"}:
        return
    ways = [
        secret,
        repr(secret),
        json.dumps(secret),
        json.dumps(secret, ensure_ascii=False),
        html.escape(secret),
        quote(secret),
    ]
    for way in ways:
        assert way.strip("'\"") not in masked(f"before {way} after"), way


def test_each_line_of_a_known_key_is_masked() -> None:
    register_secret("-----BEGIN\nMIIEowIBAAKCAQEAx0123456789\nshort\n-----END")
    assert masked("line 1: MIIEowIBAAKCAQEAx0123456789") == "line 1: ***"


def test_words_are_not_blacked_out() -> None:
    for word in ("demo", "x", "", "prmonitor"):
        register_secret(word)
    register_password_in_url("postgres://wren01:wren01@host/harbour")
    register_password_in_url("postgres://wren01:harbour@host/harbour")
    text = "demo x prmonitor wren01 harbour"
    assert masked(text) == text


@pytest.mark.parametrize(
    "address",
    [
        "postgres://me:correct%20horse@db/name",
        "redis://:correct%20horse@cache:6379/0",
        "postgres://db/name?user=me&password=correct%20horse",
        "me:correct%20horse@db",
    ],
)
def test_the_password_of_an_address_is_known_by_itself(address: str) -> None:
    register_password_in_url(address)
    assert masked('FATAL: no "correct horse" or "correct%20horse" here') == 'FATAL: no "***" or "***" here'


def test_a_line_costs_a_few_microseconds() -> None:
    for number in range(12):
        register_secret(f"{number} a secret of ordinary length")
    line = "2026-11-25 12:00:00,000 INFO monitor.polling.rounds: acme/web: 12 open, 3 changed, next look in 60 s (github 4,321 left)"
    started = time.process_time()
    for _ in range(2000):
        masked(line)
    assert (time.process_time() - started) / 2000 < 50e-6, "ten times what it costs on an idle machine"
