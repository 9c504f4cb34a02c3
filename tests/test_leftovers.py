"""A run of the tests leaves nothing in the folder for temporary files, whoever of its processes made it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Workers, a property, the database, and a server of its own with a browser or without.
SOME = ("tests/accounts/test_person_merge.py", "tests/queries/test_access.py", "tests/live/test_servers.py")


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("ending", ["passes", "fails"])
def test_nothing_is_left_behind(tmp_path: Path, ending: str) -> None:
    wrong = tmp_path / "test_wrong.py"
    wrong.write_text("def test_wrong(tmp_path):\n    assert not tmp_path\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    some = SOME if ending == "passes" else (*SOME[:1], str(wrong))
    # On a database of its own: on ours it would drop the one this very test runs on.
    own = ("PRMONITOR_", "PYTEST_", "DATABASE_URL", "REDIS_URL")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-q", "-p", "no:cacheprovider", *some],
        env={**inherited, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=170,
    )
    assert done.returncode == (0 if ending == "passes" else 1), done.stdout
    # pytest keeps the folders of failed tests in one place, and lets go of old ones.
    assert [path.name for path in temporary.iterdir() if not path.name.startswith("pytest-of-")] == []
    assert bool(list(temporary.rglob("test_wrong*"))) == (ending == "fails")
