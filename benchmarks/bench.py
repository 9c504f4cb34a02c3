"""Runs every benchmark and prints one table: what `make bench` does.

    python benchmarks/bench.py [--postgres postgres://…] [--redis redis://…] [--json FILE] [SCRIPT …]

`--postgres`: an empty database, for the lines that are to be seen there as well. QUICK=1 is a look of a few minutes: small
worlds, few repeats. Each script also runs by itself. Leave the machine alone meanwhile: the scripts run one after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from _table import HEAD, QUICK, Line

HERE = Path(__file__).resolve().parent
# Script -> the options with which it also looks at PostgreSQL, in a run of its own or in the same one.
APART, TOGETHER = "apart", "together"
SCRIPTS = {
    "side_by_side": "",
    "recording": TOGETHER,
    "polling": "",
    "latency": TOGETHER,
    "pages": APART,
    "crowd": APART,
    "growth": "",
}


def runs(names: list[str], postgres: str, redis: str) -> Iterator[tuple[str, list[str]]]:
    """Each script with its arguments."""
    both = ["--database", postgres] if postgres else []
    for name in names:
        there = SCRIPTS[name]
        together = [*both, *(["--redis", redis] if redis and name == "latency" else [])]
        yield name, together if there == TOGETHER else []
        if there == APART and both:
            yield name, both


def run(name: str, arguments: list[str]) -> list[Line]:
    """Runs a script; gives its lines, those too that were there before it failed."""
    print(f"\n== {name} {' '.join(arguments)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "lines.json"
        command = [sys.executable, str(HERE / f"{name}.py"), *arguments, "--json", str(found)]
        ended = subprocess.run(command, check=False)  # noqa: S603 - our own scripts
        lines = [Line(**one) for one in json.loads(found.read_text())] if found.exists() else []
    if ended.returncode:
        lines.append(Line(f"{name} {' '.join(arguments)}", f"failed ({ended.returncode})", 0, "ends well", ok=False))
    return lines


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("scripts", nargs="*", metavar="SCRIPT", help=f"of {', '.join(SCRIPTS)} (default: all)")
    asked.add_argument("--postgres", default="")
    asked.add_argument("--redis", default="")
    asked.add_argument("--json", type=Path, default=HERE.parent / "var" / "bench" / "bench.json")
    given = asked.parse_args()
    unknown = set(given.scripts) - SCRIPTS.keys()
    if unknown:
        asked.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(SCRIPTS)}")
    began = time.monotonic()
    found = {
        " ".join([name, *arguments]): run(name, arguments)
        for name, arguments in runs(given.scripts or list(SCRIPTS), given.postgres, given.redis)
    }
    print(f"\n\n{HEAD}")
    for name, lines in found.items():
        print(f"-- {name}")
        print(*lines, sep="\n")
    missed = [line.work for lines in found.values() for line in lines if line.ok is False]
    print(
        f"\n{os.cpu_count()} cores, {'a quick look, ' if QUICK else ''}{(time.monotonic() - began) / 60:.1f} minutes;"
        f" {len(missed)} missed{': ' if missed else ''}{', '.join(missed)}"
    )
    given.json.parent.mkdir(parents=True, exist_ok=True)
    plain = {name: [line.as_json() for line in lines] for name, lines in found.items()}
    given.json.write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
