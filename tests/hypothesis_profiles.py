"""How Hypothesis looks for examples: the same ones in every run, unless somebody explores.

`PRMONITOR_EXPLORE=1` begins anew each time; `--hypothesis-seed=N` repeats what was found with that seed, and a failure
prints the line that repeats it alone.
"""

import os

from hypothesis import settings

# A loaded machine is no fault of an example, and a run is no lottery. Each value is said here: on a machine with CI set,
# Hypothesis has defaults of its own.
_EXAMPLES = 100 if os.environ.get("PRMONITOR_SLOW") else 50
settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, print_blob=True, max_examples=_EXAMPLES
)
settings.register_profile(
    "explore", deadline=None, derandomize=False, database=None, print_blob=True, max_examples=1000
)
settings.load_profile("explore" if os.environ.get("PRMONITOR_EXPLORE") else "steady")


def some(one_in: int, *, least: int) -> int:
    """`max_examples` of a property that takes its time: a part of what others get."""
    return max(least, settings.default.max_examples // one_in)
