"""The version of the database changes with each commit, and with nothing else."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from monitor.database.version import SqliteVersion, Version, postgresql_version, sqlite_path
from monitor.models import Repository
from tests.builders import repository, user


@pytest.mark.django_db(transaction=True)
def test_it_changes_with_each_commit_and_with_nothing_else() -> None:
    path = sqlite_path()
    sqlite = SqliteVersion(path) if path else None
    read: Callable[[], Version] = sqlite.read if sqlite else postgresql_version
    seen = [read()]
    for change in (
        repository,
        user,
        lambda: Repository.objects.update(default_branch="trunk"),
        Repository.objects.all().delete,
    ):
        change()
        seen.append(read())
    assert len(set(seen)) == len(seen)
    with transaction.atomic():
        user("wren")
        if sqlite:
            assert read() == seen[-1], "nothing is committed yet"
    seen.append(read())
    assert len(set(seen)) == len(seen)
    # At PostgreSQL other databases may change it between two reads: those of other test processes.
    assert any(_is_still(read) for _ in range(1 if sqlite else 1000))
    if sqlite:
        sqlite.close()


def _is_still(read: Callable[[], Version]) -> bool:
    before = read()
    list(Repository.objects.all())
    return read() == before


def test_a_file_in_the_place_of_the_other_is_another_version(tmp_path: Path) -> None:
    folder = tmp_path / "100% ours? #1"
    folder.mkdir()
    old, new = folder / "old.sqlite3", folder / "new.sqlite3"
    with sqlite3.connect(old) as made:
        made.execute("CREATE TABLE t (x)")
    shutil.copy(old, new)
    version = SqliteVersion(str(old))
    before = version.read()
    assert version.read() == before
    new.replace(old)
    assert version.read() != before
    old.unlink()
    with pytest.raises(OSError, match="old"):
        version.read()
    version.close()


@pytest.mark.django_db
def test_postgresql_has_no_file() -> None:
    assert (sqlite_path() is None) == (connection.vendor == "postgresql")
