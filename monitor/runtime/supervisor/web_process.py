"""The web process of `up`: daphne on a socket that the supervisor has bound; ends with the supervisor.

Run as `python -m monitor.runtime.supervisor.web_process DESCRIPTOR FAMILY`; FAMILY is INET or INET6.
"""

import os
import sys
from collections.abc import Sequence

from monitor.runtime.supervisor.parent_pipe import call_when_parent_ends, stop_this_process

_FIRST_DESCRIPTOR = 3
_GRACE_SECONDS = 5.0


def main(arguments: Sequence[str]) -> None:
    descriptor, family = arguments
    _hand_over(int(descriptor))
    call_when_parent_ends(lambda: stop_this_process(_GRACE_SECONDS))
    from daphne.cli import CommandLineInterface

    CommandLineInterface().run(
        [
            *("-e", f"systemd:domain={family}:name=web"),
            # Sockets stay open as long as their clients like: the default closes them once a day.
            *("--websocket_timeout", "-1"),
            # The application itself answers frames over 64 KiB; this limit only protects its memory.
            *("--websocket-max-message-size", "1048576"),
            *("--verbosity", "0"),
            "prmonitor.asgi:application",
        ]
    )


def _hand_over(descriptor: int) -> None:
    """Announces the socket the way systemd does: Twisted knows no other way for a socket of either address family.

    https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
    """
    os.dup2(descriptor, _FIRST_DESCRIPTOR)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="web")


if __name__ == "__main__":
    main(sys.argv[1:])
