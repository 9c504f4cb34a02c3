"""Settings: what each takes, and the one line that says what is wrong."""

import os
import runpy
from pathlib import Path
from typing import Any

import environ
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

import prmonitor.env
from tests.runtime.running import ROOT, environment, manage

KEY = "a long random text, the same on every machine"
POSTGRES = "postgres://user:secret@db.example/prmonitor"


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads the settings anew in an environment that says nothing but what is passed."""

    def settings(**given: str) -> dict[str, Any]:
        for name in documented_names():
            for variable in (name, f"{name}_FILE"):
                monkeypatch.setenv(variable, "")
        for name, value in {"DATA_DIR": str(tmp_path), **given}.items():
            monkeypatch.setenv(name, value)
        environ.FileAwareEnv.ENVIRON.files_cache.clear()
        return runpy.run_path(str(ROOT / "prmonitor" / "settings.py"))

    return settings


def documented_names() -> list[str]:
    """The variables of `.env.example`, to which another test holds the settings; and those that are reserved."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [line.lstrip("# ").partition("=")[0] for line in lines if "=" in line] + sorted(settings.RESERVED)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"POLLING_INTERVAL_SECONDS": "9"}, "POLLING_INTERVAL_SECONDS is '9', but it takes a whole number from 10 to 86400"),
        ({"POLLING_INTERVAL_SECONDS": "1e3"}, "POLLING_INTERVAL_SECONDS is '1e3', but it takes a whole number from 10 to 86400"),
        ({"PORT": "http"}, "PORT is 'http', but it takes a whole number from 0 to 65535"),
        ({"PORT": "65536"}, "PORT is '65536', but it takes a whole number from 0 to 65535"),
        ({"CLAIM_HOURS": "0"}, "CLAIM_HOURS is '0', but it takes a whole number from 1 to 720"),
        ({"RETENTION_DAYS": "-1"}, "RETENTION_DAYS is '-1', but it takes a whole number from 1 to 36500"),
        ({"SOCKETS_PER_USER": "many"}, "SOCKETS_PER_USER is 'many', but it takes a whole number from 0 to 1000000"),
        ({"API_RATE_PER_MINUTE": "0"}, "API_RATE_PER_MINUTE is '0', but it takes a whole number from 1 to 1000000"),
        ({"NOTIFY_DELAY_SECONDS": "soon"}, "NOTIFY_DELAY_SECONDS is 'soon', but it takes a whole number from 0 to 86400"),
        ({"DEBUG": "maybe"}, "DEBUG is 'maybe', but it takes true or false"),
        ({"TRUST_PROXY_HEADERS": "2"}, "TRUST_PROXY_HEADERS is '2', but it takes true or false"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD', but it takes one of DEBUG, INFO, WARNING, ERROR"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml', but it takes one of console, json"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE is 'Mars/Olympus', but it takes a name of the IANA time zone database, like Europe/Berlin"),
        ({"GITHUB_API_URL": "api.github.com"}, "GITHUB_API_URL is 'api.github.com', but it takes https://… or http://…"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL is 'https://', but it takes https://… or http://…"),
        ({"SLACK_WEBHOOK_URL": "ftp://x"}, "SLACK_WEBHOOK_URL is 'ftp://x', but it takes https://… or http://…"),
        ({"CSRF_TRUSTED_ORIGINS": "example.org"}, "CSRF_TRUSTED_ORIGINS is 'example.org', but it takes origins like https://prmonitor.example.org, comma-separated"),
        ({"DATABASE_URL": "mysql://u:pw@h/d"}, "DATABASE_URL is 'h/d', but it takes postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL is 'localhost:6379', but it takes redis://… or rediss://… or unix://…"),
        ({"REDIS_URL": "redis://h", "SECRET_KEY": KEY}, "REDIS_URL is set, but the database is SQLite: name a PostgreSQL in DATABASE_URL, or leave REDIS_URL empty"),
        ({"DATABASE_URL": POSTGRES}, "SECRET_KEY is empty, but with DATABASE_URL or REDIS_URL set it takes a long random text, the same on every machine"),
        ({"GITHUB_APP_ID": "1"}, "GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY go together: set both or neither"),
        ({"GITHUB_TOKEN_FILE": "/nowhere/token"}, "GITHUB_TOKEN_FILE cannot be read: [Errno 2] No such file or directory: '/nowhere/token'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_bad_value_is_named_with_what_it_takes(read: Any, given: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read(**given)
    assert str(error.value) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_WEBHOOK_URL": "hooks.slack.com/services/T0/B0/secret"}, "SLACK_WEBHOOK_URL is 'hooks.slack.com/…'"),
        ({"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0 /B0/secret"}, "is 'https://hooks.slack.com/…'"),
        ({"REDIS_URL": "tls://:secret@redis.example:6379/0"}, "REDIS_URL is 'tls://redis.example:6379/…'"),
        ({"REDIS_URL": "me:a/secret@redis.example"}, "REDIS_URL is 'redis.example'"),
    ],
)
def test_a_complaint_about_an_address_repeats_no_secret(read: Any, given: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        read(**given)
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_password_is_not_repeated_in_a_complaint(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as error:
        read(DATABASE_URL="mysql://user:secret@host/name")
    assert "secret" not in str(error.value)


def test_a_bad_value_ends_every_command_with_one_line(tmp_path: Path) -> None:
    done = manage("check", env=environment(tmp_path, DEBUG="perhaps"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "prmonitor: DEBUG is 'perhaps', but it takes true or false\n"


def test_nothing_set_is_the_embedded_shape(read: Any, tmp_path: Path) -> None:
    settings = read()
    assert settings["DATABASES"]["default"]["NAME"] == tmp_path.resolve() / "prmonitor.sqlite3"
    assert (settings["HOST"], settings["PORT"], settings["DEBUG"], settings["DEMO"]) == (
        "127.0.0.1",
        8000,
        False,
        False,
    )
    assert settings["POLLING_INTERVAL_SECONDS"] == settings["NOTIFY_DELAY_SECONDS"] == 60
    assert settings["GITHUB_API_URL"] == "https://api.github.com"
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["Q_CLUSTER"]["orm"] == "default"
    assert "SESSION_COOKIE_SECURE" not in settings


def test_the_secret_key_is_made_once_and_kept_to_its_owner(read: Any, tmp_path: Path) -> None:
    first = read()["SECRET_KEY"]
    assert read()["SECRET_KEY"] == first
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_scaled_out(read: Any) -> None:
    settings = read(
        DATABASE_URL=POSTGRES, REDIS_URL="redis://cache.example/1", SECRET_KEY=KEY, SECRET_KEY_FALLBACKS="old,older"
    )
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert settings["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"] == ["redis://cache.example/1"]
    assert settings["Q_CLUSTER"]["redis"] == "redis://cache.example/1"
    assert settings["SECRET_KEY_FALLBACKS"] == ["old", "older"]


def test_a_public_https_address_closes_what_must_be_closed(read: Any) -> None:
    settings = read(PUBLIC_URL="https://pr.example.org/")
    assert settings["PUBLIC_URL"] == "https://pr.example.org"
    assert "pr.example.org" in settings["ALLOWED_HOSTS"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] > 0


@pytest.mark.parametrize(
    "name",
    ["GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "METRICS_TOKEN", "GITHUB_OAUTH_CLIENT_SECRET", "SECRET_KEY"],
)  # fmt: skip
def test_every_secret_may_come_from_a_file(read: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a secret"
    path.write_text(f"{KEY}\n")
    assert read(**{f"{name}_FILE": str(path)})[name] == KEY


def test_a_private_key_may_have_its_line_feeds_escaped(read: Any) -> None:
    settings = read(GITHUB_APP_ID="12", GITHUB_APP_PRIVATE_KEY="-----BEGIN-----\\nabc\\n-----END-----")
    assert settings["GITHUB_APP_PRIVATE_KEY"] == "-----BEGIN-----\nabc\n-----END-----"


def test_variables_win_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PRM_TEST_A=file\nPRM_TEST_B=file\n")
    monkeypatch.setenv("PRM_TEST_A", "variable")
    monkeypatch.delenv("PRM_TEST_B", raising=False)
    try:
        prmonitor.env.load(tmp_path / ".env")
        assert (prmonitor.env.text("PRM_TEST_A"), prmonitor.env.text("PRM_TEST_B")) == ("variable", "file")
    finally:
        os.environ.pop("PRM_TEST_B", None)
