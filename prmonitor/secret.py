"""The secret key: given by the environment, or made once and kept beside the data."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(given: str, folder: Path, *, required: bool) -> str:
    """`given`, or the key kept in `folder`, made on first use with mode 0600.

    Errors: ImproperlyConfigured when `required` (several machines must share one key) or when the folder cannot be used.
    """
    if given:
        return given
    if required:
        raise ImproperlyConfigured(
            "SECRET_KEY is empty, but with DATABASE_URL or REDIS_URL set it takes a long random text, the same on every machine"
        )
    path = folder / "secret_key"
    try:
        return _read(path) or _make(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {str(folder)!r}, but it takes a folder to write to: {error.strerror}"
        ) from error


def _read(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        # Linking is atomic and fails when another process was first: all of them end up with one key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(path)
