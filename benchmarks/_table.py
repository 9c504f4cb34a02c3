"""The lines of the table that `make bench` prints: what was measured, beside its baseline or alone, its goal, `ok` or `MISS`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

QUICK = bool(os.environ.get("QUICK"))


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `baseline`, `ratio`, `lowest` and `highest` are None if the work has no baseline; `ok` if it has no goal."""

    work: str
    unit: str
    ours: float
    goal: str = ""
    ok: bool | None = None
    baseline: float | None = None
    ratio: float | None = None
    lowest: float | None = None
    highest: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        baseline = "" if self.baseline is None else f"{self.baseline:.4g}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ({self.lowest:.2f}-{self.highest:.2f})"
        end = "" if self.ok is None else "ok" if self.ok else "MISS"
        return f"{self.work:<52} {baseline:>9} {self.ours:>9.4g} {self.unit:<20} {ratio:<18} {self.goal:>12} {end:<4} {self.note}".rstrip()


HEAD = f"{'work':<52} {'baseline':>9} {'prmonitor':>9} {'':<20} {'ratio (spread)':<18} {'goal':>12}"


def compared(work: str, unit: str, pairs: Sequence[tuple[float, float]], at_least: float) -> Line:
    """Pairs of what the baseline and prmonitor took. The goal is the median of their ratios: more is better."""
    ratios = sorted(theirs / max(ours, 1e-9) for theirs, ours in pairs)
    theirs, ours = (median(pair[side] for pair in pairs) for side in (0, 1))
    ratio = median(ratios)
    return Line(work, unit, ours, f">= {at_least:.3g} x", ratio >= at_least, theirs, ratio, ratios[0], ratios[-1])


def at_most(work: str, unit: str, ours: float, limit: float, baseline: float | None = None, note: str = "") -> Line:
    """A time, a size or a count that is not to be above `limit`."""
    return Line(work, unit, ours, f"<= {limit:g}", ours <= limit, baseline, note=note)


def at_least(work: str, unit: str, ours: float, limit: float) -> Line:
    """A rate that is not to be below `limit`."""
    return Line(work, unit, ours, f">= {limit:g}", ours >= limit)


def parser(document: str) -> argparse.ArgumentParser:
    """The options of a script: its own, `--only` and `--json`."""
    made = argparse.ArgumentParser(description=document.splitlines()[0])
    made.add_argument("--only", default="", help="only lines whose name holds this text")
    made.add_argument("--json", type=Path, help="write the lines to this file as well")
    return made


class Table:
    """Prints each line when it is there, and writes all of them to a file."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.only, self.file = options.only, options.json
        self.lines: list[Line] = []
        print(HEAD, flush=True)

    def wants(self, work: str) -> bool:
        return self.only in work

    def add(self, line: Line) -> None:
        self.lines.append(line)
        print(line, flush=True)
        if self.file:
            self.file.write_text(json.dumps([one.as_json() for one in self.lines], indent=1))
