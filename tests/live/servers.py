"""The real application under a real server, as a process of its own at this test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from tests.live.asgi import PATIENCE

COMMANDS = {
    "daphne": ["-m", "daphne", "--fd", "{fd}", "prmonitor.asgi:application"],
    "uvicorn": ["-m", "uvicorn", "--fd", "{fd}", "--log-level", "warning", "prmonitor.asgi:application"],
}


@contextmanager
def serving(name: str, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address (`host:port`) of a fresh server, and its process. It listens before the process is there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [part.format(fd=listening.fileno()) for part in COMMANDS[name]]
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=_environment() | environment,
            pass_fds=[listening.fileno()],
        )
        try:
            yield "{}:{}".format(*listening.getsockname()), process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> float:
    """Asks the server to end; how many seconds it took."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
    return time.monotonic() - began


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "prmonitor.settings",
        "DATABASE_URL": database_url(),
        "DATABASE_POOL_SIZE": "",
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "WARNING",
    }


def database_url() -> str:
    """The address of this test's database."""
    names = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{names['NAME']}"
    account = ":".join(part for part in (names["USER"], names["PASSWORD"]) if part)
    return f"postgres://{account}@{names['HOST']}:{names['PORT']}/{names['NAME']}"
