"""Properties are the same in every run of the tests, and new ones where somebody explores, from a seed that is told."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROPERTY = """
from hypothesis import given, strategies as st

@given(st.integers(0, 10**9))
def test_told(number):
    print("drawn", number)

@given(st.integers())
def test_wrong(number):
    assert number < 1000
"""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def run(folder: Path, *options: str, **environment: str) -> str:
    """What pytest prints of two properties, run as ours are."""
    (folder / "test_drawn.py").write_text(PROPERTY)
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("PRMONITOR_", "PYTEST_"))}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.hypothesis_profiles",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        "-p",
        "no:randomly",
    ]
    done = subprocess.run(
        [*command, "-c", os.devnull, f"--rootdir={folder}", "-s", *options, str(folder)],
        env={**inherited, "CI": "true", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=170,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    return done.stdout


def drawn(said: str) -> list[str]:
    return re.findall(r"drawn (\d+)", said)


def test_a_run_is_no_lottery(tmp_path: Path) -> None:
    assert drawn(run(tmp_path)) == drawn(run(tmp_path)) != []


def test_exploring_begins_anew_and_can_be_repeated(tmp_path: Path) -> None:
    first, again, other = (
        run(tmp_path, f"--hypothesis-seed={seed}", PRMONITOR_EXPLORE="1") for seed in ("7", "7", "8")
    )
    assert drawn(first) == drawn(again) != drawn(other)
    assert len(drawn(first)) > len(drawn(run(tmp_path)))
    assert "@reproduce_failure" in first


def test_the_long_run_explores_and_tells_its_seed() -> None:
    steps = (ROOT / ".ci" / "run").read_text()
    [step] = re.findall(r"^section \"[^\"]*--hypothesis-seed=\$seed[^\"]*\"\n(.*)$", steps, re.M)
    assert "PRMONITOR_EXPLORE=1" in step
    assert "--hypothesis-seed=$seed" in step
