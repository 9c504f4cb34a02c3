"""Runs every benchmark and prints one table: what `make bench` does.

    python benchmarks/bench.py [--postgres postgres://…] [--redis redis://…] [--json FILE] [SCRIPT …]

`--postgres`: a database of a server on which others may be created, for the lines that are to be seen there as well; the
large world stays there, as it does in `var/bench` with SQLite. QUICK=1 is a look of a few minutes: small worlds, few repeats.
Each script also runs by itself. Leave the machine alone meanwhile: the scripts run one after the other.
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
from urllib.parse import urlsplit

from _table import HEAD, QUICK, Line

HERE = Path(__file__).resolve().parent
# Script -> the PostgreSQL database in which it measures as well: a fresh one, that of the large world, or none.
FRESH, WORLD = "bench_fresh", "bench_world" + ("_quick" if QUICK else "")
SCRIPTS = {
    "side_by_side": "",
    "recording": FRESH,
    "polling": "",
    "latency": FRESH,
    "pages": WORLD,
    "crowd": WORLD,
    "growth": "" if QUICK else FRESH,
}


def runs(names: list[str], postgres: str, redis: str) -> Iterator[tuple[str, list[str]]]:
    """Each script with its arguments, first with SQLite."""
    for name in names:
        yield name, []
        if postgres and SCRIPTS[name]:
            yield (
                name,
                [
                    "--database",
                    database(postgres, SCRIPTS[name]),
                    *(["--redis", redis] if redis and name == "latency" else []),
                ],
            )


def database(postgres: str, name: str) -> str:
    """The address of a database beside the one that is given; made anew unless it holds the large world."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        if name == FRESH:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(postgres)._replace(path=f"/{name}").geturl()


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
