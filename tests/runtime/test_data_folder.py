"""Other accounts of the machine read nothing of what is kept: sessions, tokens' hashes, the secret key."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prmonitor.checks import check_env_file
from prmonitor.data_folder import KeptFolder
from tests.runtime.running import ROOT, environment, manage

OLD = (
    "prmonitor.sqlite3", "prmonitor.sqlite3-wal", "prmonitor.sqlite3-shm", "prmonitor.sqlite3-journal", "secret_key", "up.lock",
)  # fmt: skip
ENTRIES = [
    [str(ROOT / "manage.py"), "check"],
    ["-c", "import prmonitor.asgi"],  # daphne and uvicorn alone
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of an older version: everybody may read everything."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in OLD:
        (folder / name).touch()
    (folder / "secret_key").write_text("made long ago, and long enough to sign sessions with")
    open_up(folder)
    return folder


def open_up(folder: Path) -> None:
    """As an ordinary umask makes them, whatever the one of this test run is."""
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)


def open_to_others(*paths: Path) -> dict[str, str]:
    """What other accounts may do anything with, of these paths and everything below them."""
    everything = [found for path in paths for found in (path, *path.rglob("*"))]
    modes = {path.name: path.stat().st_mode for path in everything}
    return {name: stat.filemode(mode) for name, mode in modes.items() if mode & 0o077}


@pytest.mark.slow
@pytest.mark.parametrize("entry", ENTRIES, ids=["command", "server"])
def test_every_process_mends_what_older_versions_left_open_and_says_so_once(data: Path, entry: list[str]) -> None:
    env = environment(data, DJANGO_SETTINGS_MODULE="prmonitor.settings")
    first, second = (
        subprocess.run([sys.executable, *entry], env=env, cwd=ROOT, capture_output=True, text=True) for _ in range(2)
    )
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert open_to_others(data) == {}
    (line,) = [line for line in first.stderr.splitlines() if "prmonitor.data_folder" in line]
    assert f"closed to other accounts of this machine: {data}, " in line
    assert all(name in line for name in OLD)
    assert "prmonitor.data_folder" not in second.stderr


@pytest.mark.slow
@pytest.mark.parametrize("elsewhere", [False, True], ids=["in DATA_DIR", "by DATABASE_URL"])
def test_what_a_command_writes_is_its_owners_alone(tmp_path: Path, elsewhere: bool) -> None:
    data, other = tmp_path / "data" / "below", tmp_path / "other"
    other.mkdir(mode=0o755)
    url = f"sqlite:///{other}/kept.db"
    shape = {"DATABASE_URL": url, "SECRET_KEY": "given, and long enough to be taken for one"} if elsewhere else {}
    before = os.umask(0)  # the worst that a command can inherit
    try:
        for command in (["showmigrations"], ["collectstatic", "--noinput", "-v0"]):
            done = manage(*command, env=environment(data, **shape))
            assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    assert (other / "kept.db" if elsewhere else data / "prmonitor.sqlite3").is_file()
    assert (data / "static").is_dir()
    assert open_to_others(tmp_path / "data", *([other] if elsewhere else [])) == {}


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["letters.txt", "website"])
def test_a_folder_that_is_used_for_more_is_left_open_but_not_our_files(data: Path, kept: str) -> None:
    (data / kept).mkdir() if kept == "website" else (data / kept).touch()
    open_up(data)
    done = manage("check", env=environment(data))
    assert set(open_to_others(data)) == {"data", kept}
    assert f"prmonitor.W002) DATA_DIR: other accounts of this machine may look into {data}" in done.stderr
    assert "chmod 700" in done.stderr


def place(folder: Path, **options: object) -> KeptFolder:
    return KeptFolder("DATA_DIR", folder, ("prmonitor.sqlite3", "secret_key", "up.lock"), **options)  # type: ignore[arg-type]


def test_a_folder_that_everybody_writes_to_is_no_folder_of_ours(data: Path) -> None:
    data.chmod(0o1777)
    closed = place(data).close()
    assert stat.S_IMODE(data.stat().st_mode) == 0o1777
    assert {path.name for path in closed} == set(OLD)
    assert "may put files of their own into" in " ".join(place(data).complaints())


def test_the_home_of_an_account_is_not_ours(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(data))
    place(data).close()
    assert stat.S_IMODE(data.stat().st_mode) == 0o755


def test_the_folder_that_is_the_default_is_ours_whatever_lies_in_it(data: Path) -> None:
    (data / "a copy of last week").touch()
    place(data, ours=True).close()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_what_belongs_to_another_account_is_said_and_is_no_reason_to_stop(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)  # a volume that somebody else has made
    before = open_to_others(data)
    assert place(data).close() == []
    assert open_to_others(data) == before
    said = " ".join(place(data).complaints())
    assert all(f"{data / name} belongs to another account" in said for name in OLD)


def test_a_link_in_the_folder_does_not_lead_to_somebody_elses_file(data: Path, tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    passwords.touch()
    passwords.chmod(0o644)
    (data / "up.lock").unlink()
    (data / "up.lock").symlink_to(passwords)
    place(data).close()
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o644


def test_a_key_that_another_account_has_put_there_signs_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder like /tmp whoever is first makes the file, and would know what sessions are signed with."""
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(data / "secret_key", 65534, 65534)
    done = manage("check", env=environment(data))
    assert done.returncode == 1
    assert done.stderr == (
        f"prmonitor: the secret key {data / 'secret_key'} was made by the account 65534, who is neither the one that runs"
        " prmonitor nor the owner of the folder: remove the file, or set SECRET_KEY\n"
    )


@pytest.mark.parametrize(
    ("text", "mode", "ids"),
    [
        ("PORT=8000\nGITHUB_TOKEN=\n#METRICS_TOKEN=x\n", 0o644, []),
        ("PORT=8000\nexport GITHUB_TOKEN=ghp_x\n", 0o644, ["prmonitor.W003"]),
        ("DATABASE_URL=postgres://u:p@h/d\n", 0o640, ["prmonitor.W003"]),
        ("GITHUB_TOKEN=ghp_x\n", 0o600, []),
        (None, 0, []),
    ],
)
def test_a_file_of_settings_that_others_read_is_named(
    tmp_path: Path, settings: Any, text: str | None, mode: int, ids: list[str]
) -> None:
    settings.BASE_DIR = tmp_path
    if text is not None:
        (tmp_path / ".env").write_text(text)
        (tmp_path / ".env").chmod(mode)
    assert [message.id for message in check_env_file()] == ids
