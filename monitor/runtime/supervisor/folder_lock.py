"""One supervisor a data folder: two of them would start two of everything over one database."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


class NotExclusive(Exception):
    """Why the folder is not ours alone, in one sentence."""


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Locks `folder` for the block, or until this process ends, however it ends. Errors: NotExclusive."""
    with _opened(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            who = file.read().strip()
            told = f" (process {who})" if who else ""
            raise NotExclusive(f"another `up`{told} runs on the data folder {folder}") from error
        _sign(file)
        yield


def _opened(folder: Path) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return open(folder / "up.lock", "a+")
    except OSError as error:
        takes = "but it takes a folder to write to"
        raise NotExclusive(f"DATA_DIR is {str(folder)!r}, {takes}: {error.strerror}") from error


def _sign(file: IO[str]) -> None:
    # The number only makes the complaint of a second `up` more helpful: a full disk must not stop the first.
    with contextlib.suppress(OSError):
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
