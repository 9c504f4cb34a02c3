"""A worker for kill tests: for each line on stdin it forks a process that runs one round with everything due.

It prints the id of the process at once, and `ended` when the process has ended or was killed.
"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "prmonitor.settings"
django.setup()

import github  # noqa: E402, F401 - imported once here, not in every process that is forked
from django.utils import timezone  # noqa: E402

from monitor.models import Repository  # noqa: E402
from monitor.polling import rounds  # noqa: E402


def main() -> None:
    """Serves lines until stdin ends."""
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            Repository.objects.update(next_poll_at=timezone.now(), lease="", lease_until=None)
            rounds.run_due()
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
