"""The Makefile's first step on machines that lack something."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.running import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")


def make_venv(folder: Path, candidates: str) -> subprocess.CompletedProcess[str]:
    command = [
        "make",
        "--no-print-directory",
        f"VENV={folder}/venv",
        f"CANDIDATES={candidates}",
        f"{folder}/venv/bin/python",
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def fake(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_a_new_enough_python_it_says_what_it_needs(tmp_path: Path) -> None:
    old = fake(tmp_path, "python3.9", "exit 1")
    done = make_venv(tmp_path, f"{old} python-that-is-not-there")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == (
        f"prmonitor: Python 3.11 or newer is needed, and none of these is: {old} python-that-is-not-there"
    )


def test_a_python_without_venv_is_told_from_an_old_one(tmp_path: Path) -> None:
    bare = fake(tmp_path, "python3.12", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = make_venv(tmp_path, bare)
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr


def test_the_first_good_python_is_taken(tmp_path: Path) -> None:
    old = fake(tmp_path, "python3.9", "exit 1")
    good = fake(
        tmp_path,
        "python3.12",
        f'case "$2" in venv) mkdir -p "$3/bin"; touch "$3/bin/python";; *) exec {sys.executable} "$@";; esac',
    )
    done = make_venv(tmp_path, f"python-that-is-not-there {old} {good}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv" / "bin" / "python").exists()


def test_an_old_python_gets_one_line_from_manage_py_too(tmp_path: Path) -> None:
    code = f"import sys; sys.version_info = (3, 10, 2); sys.argv = ['manage.py', 'up']; exec(open({str(ROOT / 'manage.py')!r}).read())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("prmonitor: Python 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1
