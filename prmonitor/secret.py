"""Provides Django's SECRET_KEY: from the environment, or generated once and stored in the data folder."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from monitor.rules.masking import register_secret


def secret_key(given: str, folder: Path, *, required: bool) -> str:
    """`given`; if that is empty, the key stored in `folder`, which is generated on first use with mode 0600.

    Errors: ImproperlyConfigured if no key is given but `required` (several machines must share one key), if the folder
    cannot be used, or if another account has put a key there.
    """
    if given:
        return given
    if required:
        raise ImproperlyConfigured(
            "SECRET_KEY is empty, but with DATABASE_URL or REDIS_URL set it takes a long random text,"
            " the same on every machine"
        )
    path = folder / "secret_key"
    try:
        key = _read(path) or _make(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {str(folder)!r}, but it takes a folder to write to: {error.strerror}"
        ) from error
    register_secret(key)
    return key


def _read(path: Path) -> str:
    if not path.is_file():
        return ""
    _check_maker(path)
    return path.read_text().strip()


def _check_maker(path: Path) -> None:
    """Refuses a key of another account: who may write to the folder could put a key there that they know."""
    maker = path.stat().st_uid
    if maker not in {0, os.geteuid(), path.parent.stat().st_uid}:
        raise ImproperlyConfigured(
            f"the secret key {path} was made by the account {maker}, who is neither the one that runs prmonitor"
            " nor the owner of the folder: remove the file, or set SECRET_KEY"
        )


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # creates a new file with mode 0600
    with open(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        # Linking is atomic and fails if another process was first, so all processes use the same key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return _read(path)
