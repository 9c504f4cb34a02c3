"""Reads one setting at a time from the environment, `.env` or `NAME_FILE`, and says in one line what is wrong with it.

A value that is read as a secret is masked from then on, wherever prmonitor shows or logs text.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from monitor.rules.masking import masked, register_password_in_url, register_secret

# The names of what was read as a secret.
SECRETS: set[str] = set()
_environment = environ.FileAwareEnv()
# A shorter path is probably no secret, only a word or two.
_SECRET_PATH = 16


def holds_secrets(path: Path) -> bool:
    """Whether `path` gives any of `SECRETS` a value."""
    lines = path.read_text(errors="replace").splitlines()
    given = (line.removeprefix("export ").partition("=") for line in lines)
    return any(name.strip() in SECRETS and value.strip() for name, _, value in given)


def load(path: Path) -> None:
    """Reads `path` if it is there; variables that are set already win."""
    if path.is_file():
        environ.Env.read_env(str(path))


def refuse(name: str, got: str, takes: str) -> ImproperlyConfigured:
    """The error for a wrong setting: its name, its value, and what it takes."""
    return ImproperlyConfigured(f"{name} is {masked(got)!r}, but it takes {takes}")


def text(name: str, default: str = "") -> str:
    """The trimmed value of `name`, or of the file that `NAME_FILE` names; empty counts as not set."""
    try:
        return str(_environment.str(name, default="")).strip() or default
    except (OSError, ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {_why(error)}") from None


def secret(name: str) -> str:
    """As `text`, for a secret."""
    SECRETS.add(name)
    got = text(name)
    register_secret(got)
    return got


def secrets(name: str) -> list[str]:
    """As `listing`, for secrets."""
    SECRETS.add(name)
    got = listing(name)
    for value in got:
        register_secret(value)
    return got


def database(name: str) -> str:
    """As `text`, for an address that holds a password."""
    SECRETS.add(name)
    got = text(name)
    register_password_in_url(got)
    return got


def number(name: str, default: int, low: int, high: int) -> int:
    """A whole number between `low` and `high`, both included."""
    got = text(name, str(default))
    takes = f"a whole number from {low} to {high}"
    if not re.fullmatch(r"[0-9]{1,12}", got):
        raise refuse(name, got, takes)
    if not low <= int(got) <= high:
        raise refuse(name, got, takes)
    return int(got)


def flag(name: str, default: bool = False) -> bool:
    """True for `true`, `1`, `yes`, `on`; false for `false`, `0`, `no`, `off`."""
    got = text(name, str(default)).lower()
    if got in {"true", "1", "yes", "on"}:
        return True
    if got in {"false", "0", "no", "off"}:
        return False
    raise refuse(name, got, "true or false")


def choice(name: str, default: str, options: Sequence[str]) -> str:
    """One of `options`, upper and lower case alike."""
    got = text(name, default)
    for option in options:
        if option.lower() == got.lower():
            return option
    raise refuse(name, got, "one of " + ", ".join(options))


def listing(name: str) -> list[str]:
    """Comma-separated values, empty ones left out."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def address(name: str, default: str = "", schemes: Sequence[str] = ("https", "http")) -> str:
    """An absolute address with one of `schemes`, its last slash removed; empty stays empty."""
    got = text(name, default)
    if not got:
        return ""
    register_password_in_url(got)
    takes = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        parts = urlsplit(got)
    except ValueError:
        raise refuse(name, _shown(got), takes) from None
    if parts.scheme not in schemes or not parts.netloc or re.search(r"\s", got):
        raise refuse(name, _shown(got), takes)
    return got.rstrip("/")


def secret_address(name: str) -> str:
    """As `address`, of one whose path is a secret: whoever knows it may use it."""
    SECRETS.add(name)
    got = address(name)
    register_secret(got)
    path = urlsplit(got).path.strip("/")
    if len(path) >= _SECRET_PATH:
        register_secret(path)
    return got


def shown_database(got: str) -> str:
    """Of a database's address host and name, where they can be told from a password; else only what kind it is."""
    whole = re.fullmatch(r"[\w+]+://[^@]*@([^@/?#\s]+/[^@/?#\s]*)(?:\?.*)?", got)
    if whole:
        return whole[1]
    kind = re.match(r"[A-Za-z][\w+]*://", got)
    return f"{kind[0] if kind else ''}…"


def _why(error: Exception) -> str:
    """The file's name is shown where it is one: somebody may have put the secret itself there."""
    if isinstance(error, OSError) and not str(error.filename).startswith(("/", "./", "../")):
        return f"[Errno {error.errno}] {error.strerror}: '…'"
    return masked(str(error))


def _shown(got: str) -> str:
    """An address as a complaint may repeat it: a webhook's path is its secret, and before an @ stands a password."""
    scheme, there, rest = got.partition("://") if "://" in got else ("", "", got)
    host, slash, path = rest.rpartition("@")[2].partition("/")
    return f"{scheme}{there}{host}{slash}{'…' if path else ''}"
