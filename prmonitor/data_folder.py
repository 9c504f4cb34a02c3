"""Keeps what prmonitor writes from the other accounts of the machine: folders of its own 0700, files 0600."""

import logging
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FILES = ("prmonitor.sqlite3", "counts.sqlite3", "secret_key", "up.lock")
# Folders that may lie in a data folder without making it somebody else's.
_FOLDERS = frozenset({"static", "demo", "lost+found"})


def keep_new_files_private() -> None:
    """Makes new files of this process and its children unreadable for other accounts."""
    os.umask(_OTHERS)


def close() -> None:
    """Closes files that an older version or a wide umask left open to others; logs one line when there were any."""
    closed = [str(path) for place in kept() for path in place.close()]
    if closed:
        log.warning("closed to other accounts of this machine: %s", ", ".join(closed))


def kept() -> list["KeptFolder"]:
    """The folders with files of prmonitor: the data folder, and that of a SQLite database in another folder."""
    database = settings.DATABASES["default"]
    is_file = database["ENGINE"] == "django.db.backends.sqlite3" and ":memory:" not in str(database["NAME"])
    return places(settings.DATA_DIR, settings.BASE_DIR / "var", Path(database["NAME"]) if is_file else None)


def may_be_read_by_others(path: Path) -> bool:
    """Whether other accounts may read a file that is not ours to close."""
    return bool(_mode(path) & (stat.S_IRGRP | stat.S_IROTH))


@dataclass(frozen=True, slots=True)
class KeptFolder:
    """A folder in which prmonitor keeps files.

    `setting`: the variable that names it. `names`: those of our files; what begins with one of them and goes on with `-` or
    `.` is ours too (SQLite's journals, copies). `ours`: the folder is prmonitor's, whatever lies in it.
    """

    setting: str
    folder: Path
    names: tuple[str, ...] = _FILES
    ours: bool = False

    def close(self) -> list[Path]:
        """Takes the rights of other accounts away, where that is ours to do; returns what was open."""
        paths = [self.folder, *self._files()] if self._is_ours() else self._files()
        return [path for path in paths if _close(path)]

    def complaints(self) -> list[str]:
        """What other accounts may still do, one sentence each."""
        if not _is_open(self.folder):
            return []
        foreign = [path for path in (self.folder, *self._files()) if _is_open(path) and not _is_mine(path)]
        what = "put files of their own into" if _mode(self.folder) & _OTHERS_WRITE else "look into"
        return [
            f"{self.setting}: other accounts of this machine may {what} {self.folder}",
            *(
                f"{self.setting}: {path} belongs to another account, and is open to more than that one"
                for path in foreign
            ),
        ]

    def _is_ours(self) -> bool:
        """Whether closing the folder takes nothing away from anybody: a home or /tmp is used for more than prmonitor."""
        if not _is_mine(self.folder):
            return False
        if self.ours:
            return True
        home = Path.home()
        if self.folder in (home, *home.parents) or _mode(self.folder) & stat.S_ISVTX:
            return False
        return all(self._is_named(path.name) or path.name in _FOLDERS for path in self.folder.iterdir())

    def _files(self) -> list[Path]:
        try:
            found = sorted(self.folder.iterdir())
        except OSError:
            return []  # not there yet, or not ours to look into
        # No links: where others write too, a link may lead to a file that is none of ours.
        return [path for path in found if self._is_named(path.name) and not path.is_symlink() and path.is_file()]

    def _is_named(self, name: str) -> bool:
        return name in self.names or name.startswith(tuple(f"{own}{mark}" for own in self.names for mark in "-."))


def places(data: Path, default: Path, database: Path | None) -> list[KeptFolder]:
    """The `data` folder, which is ours alone if it is the `default`, and the one of `database`, if that lies elsewhere."""
    kept = [KeptFolder("DATA_DIR", data, ours=data == default)]
    if database is None:
        return kept
    if not _mode(database.parent) & _OTHERS_WRITE:
        database = database.resolve()  # SQLite follows the link, and puts its journals there
    if database.parent != data:
        return [*kept, KeptFolder("DATABASE_URL", database.parent, (database.name,))]
    return [KeptFolder("DATA_DIR", data, (*_FILES, database.name), ours=data == default)]


def _close(path: Path) -> bool:
    """Whether `path` was open, and is not any more."""
    if not _is_open(path) or not _is_mine(path):
        return False
    try:
        path.chmod(stat.S_IMODE(_mode(path)) & ~_OTHERS)
    except FileNotFoundError:
        return False  # a journal that its process has ended
    return True


def _is_open(path: Path) -> bool:
    return bool(_mode(path) & _OTHERS)


def _is_mine(path: Path) -> bool:
    found = _status(path)
    return found is not None and found.st_uid == os.geteuid()


def _mode(path: Path) -> int:
    found = _status(path)
    return found.st_mode if found else 0


def _status(path: Path) -> os.stat_result | None:
    """None where there is nothing, or nothing that this account may know of."""
    try:
        return path.stat()
    except OSError:
        return None
