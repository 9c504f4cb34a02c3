"""Reads one setting at a time from the environment, `.env` or `NAME_FILE`, and says in one line what is wrong with it."""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_environment = environ.FileAwareEnv()


def load(path: Path) -> None:
    """Reads `path` if it is there; variables that are set already win."""
    if path.is_file():
        environ.Env.read_env(str(path))


def refuse(name: str, got: str, takes: str) -> ImproperlyConfigured:
    """The one shape of every complaint about a setting: its name, what it got, what it takes."""
    return ImproperlyConfigured(f"{name} is {got!r}, but it takes {takes}")


def text(name: str, default: str = "") -> str:
    """The trimmed value of `name`, or of the file that `NAME_FILE` names; empty counts as not set."""
    try:
        return str(_environment.str(name, default="")).strip() or default
    except (OSError, ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error


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
    takes = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        parts = urlsplit(got)
    except ValueError:
        raise refuse(name, _shown(got), takes) from None
    if parts.scheme not in schemes or not parts.netloc or re.search(r"\s", got):
        raise refuse(name, _shown(got), takes)
    return got.rstrip("/")


def _shown(got: str) -> str:
    """An address as a complaint may repeat it: a webhook's path is its secret, and before an @ stands a password."""
    scheme, there, rest = got.partition("://") if "://" in got else ("", "", got)
    host, slash, path = rest.rpartition("@")[2].partition("/")
    return f"{scheme}{there}{host}{slash}{'…' if path else ''}"
