"""No secret is shown: in a line of log, on a page of an error, in what is kept of a failure, in a complaint."""

import dataclasses
import importlib
import io
import json
import logging
import multiprocessing
import pkgutil
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

import monitor
import notifications
from monitor.models.api_token import PREFIX
from monitor.rules import masking
from monitor.rules.masking import masked, register_secret
from monitor.runtime.supervisor import child_output
from monitor.runtime.supervisor.listening import free_port
from notifications.transports.transport import TransportError
from prmonitor import env, logs
from tests.runtime.running import ROOT, Family, environment, manage, until
from tests.runtime.test_settings import KEY, read  # noqa: F401 - a fixture

SECRET = "Zq7 wT4-xP9/kM2+nB6"
LINK = "WzFd.1xVNSb.TjA3epgPCmQNC1lHgmHPNclUn3jdTeDtVGrgTkC9rzs"
POSTGRES = {"DATABASE_URL": "postgres://user:secret@db.example/prmonitor", "SECRET_KEY": KEY}
FORMATS: dict[str, Callable[[], logging.Formatter]] = {"console": logs.console, "json": logs.as_json}
# Numbers, switches and choices are no secrets; whatever else a setting takes may be one.
NAMES = set(re.findall(r'env\.(?!number|flag|choice)\w+\(\s*"(\w+)"', (ROOT / "prmonitor" / "settings.py").read_text()))
# What anybody may know. Whoever adds a setting of text says so here, or reads the setting as a secret.
PUBLIC = {
    "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATA_DIR", "GITHUB_API_URL", "GITHUB_APP_ID", "GITHUB_OAUTH_CLIENT_ID",
    "GITHUB_OAUTH_ORGANIZATION", "HOST", "PUBLIC_URL", "SLACK_API_URL", "SLACK_CHANNEL", "TIME_ZONE",
}  # fmt: skip
# What of a value must not be shown, where that is not SECRET.
SHOWN = {"SLACK_WEBHOOK_URL": "services/T012/B034/Zq7wT4xP9", "GITHUB_APP_PRIVATE_KEY": SECRET + SECRET}
# The values that are more than a text, and what they need beside them.
VALUES: dict[str, dict[str, str]] = {
    "DATABASE_URL": {**POSTGRES, "DATABASE_URL": "postgres://user:Zq7%20wT4-xP9%2FkM2%2BnB6@db.example/prmonitor"},
    "REDIS_URL": {**POSTGRES, "REDIS_URL": "redis://:Zq7%20wT4-xP9%2FkM2%2BnB6@cache.example/1"},
    "SLACK_WEBHOOK_URL": {"SLACK_WEBHOOK_URL": f"https://slack.proxy.example/{SHOWN['SLACK_WEBHOOK_URL']}"},
    "GITHUB_APP_PRIVATE_KEY": {"GITHUB_APP_PRIVATE_KEY": f"begin\\n{SHOWN['GITHUB_APP_PRIVATE_KEY']}\\nend", "GITHUB_APP_ID": "12"},
}  # fmt: skip


# A lease's token is a number drawn for one turn: it lets nobody in.
NO_CREDENTIALS = {
    "monitor.polling.pacing.leases.Lease.token",
    "monitor.polling.hints.webhook_queue.DeliveryBatch.token",
}


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has kept is forgotten afterwards."""
    monkeypatch.setattr(masking, "_known", ())


class Holder:
    """An object that shows its secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return f"<Holder of {self.secret}>"


def failed(secret: str) -> BaseException:
    """An error whose cause says it too."""
    try:
        try:
            raise OSError(f"refused: {secret}")
        except OSError as error:
            raise ValueError(f"cannot use {secret}") from error
    except ValueError as error:
        return error


def lines_of(form: Callable[[], logging.Formatter], secret: str) -> Iterator[str]:
    """A secret in every place of a record."""
    places: list[dict[str, Any]] = [
        {"msg": f"token {secret} is refused"},
        {"msg": "token %s is refused", "args": (secret,)},
        {"msg": "%(who)s is refused", "args": ({"who": Holder(secret)},)},
        {"msg": "failed: %s", "args": (failed(secret),)},
        {"msg": "failed", "exc_info": failed(secret)},
        {"msg": "failed", "sinfo": f"Stack:\n  call({secret!r})"},
        {"msg": "failed", "extra": {"asked": {"token": [secret]}, "of": Holder(secret)}},
    ]
    for place in places:
        error = place.get("exc_info")
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.getLogger("some.where").makeRecord(
            "some.where", logging.ERROR, "where.py", 1, place["msg"], place.get("args", ()), info,
            extra=place.get("extra"), sinfo=place.get("sinfo"),
        )  # fmt: skip
        yield form().format(record)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", sorted(NAMES - PUBLIC))
def test_every_setting_that_is_not_public_is_masked(read: Any, name: str, form: str) -> None:  # noqa: F811
    read(**VALUES.get(name, {name: SECRET}))
    shown = SHOWN.get(name, SECRET)
    for line in lines_of(FORMATS[form], shown):
        assert shown not in line
        assert json.dumps(shown)[1:-1] not in line
        assert "***" in line or "failed" in line
        assert form == "console" or json.loads(line)["logger"] == "some.where"


def test_the_public_ones_are_settings() -> None:
    assert NAMES >= PUBLIC
    assert env.SECRETS | {"REDIS_URL"} == NAMES - PUBLIC, "of REDIS_URL the password alone"
    assert not [name for name in PUBLIC if re.search(r"TOKEN$|SECRET|PASSWORD|KEY", name)]


def test_the_key_that_is_made_here_is_masked_too(read: Any) -> None:  # noqa: F811
    key = read()["SECRET_KEY"]
    assert key not in masked(f"the key is {key}")


def test_every_formatter_and_both_reporters_mask(settings: Any) -> None:
    register_secret(SECRET)
    for described in settings.LOGGING["formatters"].values():
        module, _, name = described["()"].rpartition(".")
        assert isinstance(getattr(importlib.import_module(module), name)(), logs.MaskingFormatter)
    assert set(settings.LOGGING["formatters"]) == set(FORMATS)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"DATABASE_URL": f"postgres://user:{SECRET}"}, "DATABASE_URL is 'postgres://…'"),
        ({"DATABASE_URL": f"postgres:{SECRET}"}, "DATABASE_URL is '…'"),
        ({"DATABASE_URL": f"user:{SECRET}"}, "DATABASE_URL is '…'"),
        ({"DATABASE_URL": SECRET}, "DATABASE_URL is '…'"),
        ({"DATABASE_URL": f"mysql://h/d?password={SECRET}"}, "DATABASE_URL is 'mysql://…'"),
        ({"DATABASE_URL": f"mysql://u:a@{SECRET}"}, "DATABASE_URL is 'mysql://…'"),
        ({"DATABASE_URL": f"mysql://u:{SECRET.replace('/', '')}@h/d?x=1"}, "DATABASE_URL is 'h/d'"),
        ({"GITHUB_TOKEN_FILE": SECRET}, "GITHUB_TOKEN_FILE cannot be read: [Errno 2] No such file or directory: '…'"),
        ({"PORT": "ghp_0123456789abcdefghij"}, "PORT is '***'"),
    ],
)
def test_a_complaint_about_a_setting_repeats_none(read: Any, given: dict[str, str], said: str) -> None:  # noqa: F811
    with pytest.raises(ImproperlyConfigured) as raised:
        read(**given)
    assert said in str(raised.value)
    assert SECRET not in str(raised.value)


# Lines of servers


def head(address: str) -> int:
    """The status of a HEAD."""
    try:
        return urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=20).status
    except urllib.error.HTTPError as error:
        return error.code


def is_there(port: int) -> bool:
    try:
        return head(f"http://127.0.0.1:{port}/health/live") == 200
    except urllib.error.URLError:
        return False


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "daphne", "-p", "{port}", "prmonitor.asgi:application"],
        ["-m", "uvicorn", "--port", "{port}", "prmonitor.asgi:application"],
    ],
    ids=["daphne", "uvicorn"],
)
def test_a_sign_in_link_that_still_works_is_in_no_line_of_a_server(tmp_path: Path, command: list[str]) -> None:
    """A chat program that looks at the link by HEAD leaves it unused, and left it in two lines of log."""
    port = free_port()
    server = Family(sys.executable, *(part.format(port=port) for part in command), env=environment(tmp_path))
    try:
        assert until(lambda: is_there(port)), "\n".join(server.err.rest())
        assert head(f"http://127.0.0.1:{port}/sign-in/{LINK}") == 405
        assert head(f"http://127.0.0.1:{port}/accounts/login/?next=/sign-in/{LINK}&code=0123456789abcdef") == 200
        server.stop()
        said = "\n".join(server.out.rest() + server.err.rest())
    finally:
        server.end()
    assert "Method Not Allowed (HEAD): /sign-in/***" in said
    assert re.search(r'"?HEAD /sign-in/\*\*\*.* 405', said), "the access log"
    assert LINK not in said
    assert "0123456789abcdef" not in said


def test_a_childs_lines_are_passed_on_without_secrets(capfd: pytest.CaptureFixture[str]) -> None:
    register_secret(SECRET)
    child_output.forward("web", io.BytesIO(f"Traceback: {SECRET}\n".encode())).join(10)
    assert capfd.readouterr().err == "   web | Traceback: ***\n"


def test_what_ends_a_command_is_shown_without_secrets(tmp_path: Path) -> None:
    done = manage("check", env=environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "ghp_0123456789abcdefghij"})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named '***'"


def test_what_ends_a_thread_is_logged_without_secrets() -> None:
    code = (
        "import threading; from prmonitor.logs import mask_uncaught; mask_uncaught();"
        "threading.Thread(target=int, args=('ghp_0123456789abcdefghij',), name='one').start()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.startswith("The thread one has ended\nTraceback")
    assert done.stderr.rstrip().endswith("ValueError: invalid literal for int() with base 10: '***'")


# What is kept


@pytest.mark.django_db
def test_what_is_kept_of_a_failed_task_has_none() -> None:
    """django-q2 keeps the text and the traceback of what went wrong, and the admin shows them."""
    from django_q.worker import worker

    register_secret(SECRET)
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    task = {
        "id": "1",
        "name": "one",
        "func": "builtins.int",
        "args": (SECRET,),
        "kwargs": {},
        "started": timezone.now(),
    }
    tasks.put({**task, "sync": False})
    tasks.put("STOP")
    worker(tasks, results, multiprocessing.Value("f", -1))
    kept = results.get(timeout=10)
    assert not kept["success"]
    assert "invalid literal for int() with base 10: '***'" in kept["result"]
    assert SECRET not in kept["result"]


def test_what_a_row_keeps_of_a_refusal_has_none() -> None:
    from monitor.github.errors import Unavailable

    webhook = "https://hooks.slack.com/services/T0/B0/abcdefgh"
    assert (
        str(TransportError(f"no answer from {webhook}", permanent=False))
        == "no answer from https://hooks.slack.com/***"
    )
    assert str(Unavailable("https://me:secret@ghe.example answers 502.")) == "https://me:***@ghe.example answers 502."


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module below a package, but commands, migrations and the made-up GitHub."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not re.search(r"\.(migrations|management|demo)\b", found.name):
            yield importlib.import_module(found.name)


def test_no_record_of_ours_shows_a_credential_when_it_is_printed() -> None:
    """A record in a traceback, an assertion or a line of log is printed with its fields."""
    records = {
        kind for app in (monitor, notifications) for module in modules(app) for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }  # fmt: skip
    assert len(records) > 50
    named = {
        f"{kind.__module__}.{kind.__qualname__}.{field.name}"
        for kind in records for field in dataclasses.fields(kind)
        if re.search(r"token|secret|passw|private_key|credential", field.name) and field.repr and field.type in (str, "str", "str | None")
    }  # fmt: skip
    assert named == NO_CREDENTIALS


# Pages of errors


def breaks(request: HttpRequest) -> HttpResponse:
    """A view in whose frame, and in whose callers', secrets lie."""
    my_token = " ".join(["a", "short", "one"])  # noqa: F841
    asked = {"holder": Holder(SECRET), "password": request.POST.get("password"), "key": PREFIX + "x" * 40}  # noqa: F841
    raise ValueError(f"cannot use {SECRET}")


urlpatterns = [path("breaks", breaks)]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_the_page_of_an_error_shows_none_under_debug(settings: Any, accept: str) -> None:
    register_secret(SECRET)
    settings.DEBUG, settings.ROOT_URLCONF = True, __name__
    settings.DATABASE_URL, settings.SLACK_WEBHOOK_URL = (
        f"postgres://u:{SECRET}@h/d",
        f"https://hooks.slack.com/{SECRET}",
    )
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": SECRET}}
    client = Client(raise_request_exception=False, headers={"accept": accept})
    client.cookies["sessionid"] = "x7k2m9q4w1e8r5t3y6u0i2o4p7a1s9d3"
    answer = client.post(
        "/breaks", {"password": "what I typed", "name": "wren"}, headers={"authorization": "Bearer abcdefghij"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 500
    assert "cannot use ***" in shown
    assert "wren" in shown
    for secret in (SECRET, "what I typed", "a short one", "x" * 40, "x7k2m9q4w1e8r5t3y6u0i2o4p7a1s9d3", "abcdefghij"):
        assert secret not in shown, secret


@pytest.mark.django_db
def test_a_new_token_is_in_no_line_of_log_under_debug(page: Client, settings: Any) -> None:
    """Django's templates log what they do not find, and with it everything they have."""
    settings.DEBUG = True
    written = {form: io.StringIO() for form in FORMATS}
    raw = io.StringIO()
    root, handlers = logging.getLogger(), []
    for stream, formatter in [*((written[form], FORMATS[form]()) for form in FORMATS), (raw, logging.Formatter())]:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    loggers = [root, logging.getLogger("django")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        made = page.post("/profile/tokens", {"name": "desk lamp"})
        shown = page.get(made["Location"]).content.decode()
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
    token = re.search(rf"{PREFIX}[\w-]{{40,}}", shown)
    assert token
    session = page.cookies["sessionid"].value
    assert token[0] in raw.getvalue(), "the attack itself"
    assert session in raw.getvalue(), "the attack itself"
    for form in FORMATS:
        assert token[0] not in written[form].getvalue()
        assert session not in written[form].getvalue()


def test_a_command_that_is_refused_says_so_without_secrets(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import prmonitor.asgi"],
        env=environment(tmp_path, DATABASE_URL=f"postgres:{SECRET}", SECRET_KEY=KEY), capture_output=True, text=True,
    )  # fmt: skip
    assert "DATABASE_URL is '…'" in done.stderr
    assert SECRET not in done.stderr
