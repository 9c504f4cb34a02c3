"""The secret key: given by the environment, or made once and kept beside the data."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from monitor.masking import keep


def secret_key(given: str, folder: Path, *, required: bool) -> str:
    """`given`, or the key kept in `folder`, made on first use with mode 0600.

    Errors: ImproperlyConfigured when `required` (several machines must share one key), when the folder cannot be used, or
    when a stranger has put a key there.
    """
    if given:
        return given
    if required:
        raise ImproperlyConfigured(
            "SECRET_KEY is empty, but with DATABASE_URL or REDIS_URL set it takes a long random text, the same on every machine"
        )
    path = folder / "secret_key"
    try:
        key = _read(path) or _make(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {str(folder)!r}, but it takes a folder to write to: {error.strerror}"
        ) from error
    keep(key)
    return key


def _read(path: Path) -> str:
    if not path.is_file():
        return ""
    _check_maker(path)
    return path.read_text().strip()


def _check_maker(path: Path) -> None:
    """In a folder that many write to, a stranger's file would be a key that the stranger knows."""
    maker = path.stat().st_uid
    if maker not in {0, os.geteuid(), path.parent.stat().st_uid}:
        raise ImproperlyConfigured(
            f"the secret key {path} was made by the account {maker}, who is neither the one that runs prmonitor nor the owner"
            " of the folder: remove the file, or set SECRET_KEY"
        )


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(
        prefix=f"{path.name}.", dir=path.parent
    )  # 0600, and no file of somebody else's
    with open(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        # Linking is atomic and fails when another process was first: all of them end up with one key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return _read(path)
