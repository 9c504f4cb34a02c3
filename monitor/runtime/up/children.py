"""The processes that `up` runs: the demo GitHub where it is wanted, the web server, the background work."""

import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from monitor.runtime.supervisor.child import Child


def children(listener: socket.socket, *, workers: int, web_processes: int) -> list[Child]:
    """In the order of their start; each needs those before it. The web processes accept from one listening socket."""
    # Lines of JSON must stay JSON.
    prefix = settings.LOG_FORMAT == "console"
    web = [
        "-m",
        "monitor.runtime.supervisor.web_process",
        str(listener.fileno()),
        listener.family.name.removeprefix("AF_"),
    ]
    # `up` has checked the settings already, and said what is odd about them.
    worker = [_manage(), "qcluster", "--tied", "--skip-checks", "--workers", str(workers)]
    names = ["web"] if web_processes == 1 else [f"web-{number}" for number in range(1, web_processes + 1)]
    environment = _web_environment() | {"WEB_PROCESSES": str(web_processes)}
    parts = [
        *(
            Child(name, [sys.executable, *web], fds=[listener.fileno()], environment=environment, prefix=prefix)
            for name in names
        ),
        Child("worker", [sys.executable, *worker], environment=_worker_environment(), prefix=prefix),
    ]
    if settings.DEMO:
        port = str(urlsplit(settings.GITHUB_API_URL).port)
        parts.insert(
            0, Child("demo", [sys.executable, _manage(), "demo_github", "--port", port, "--tied"], prefix=prefix)
        )
    return parts


def _manage() -> str:
    return str(Path(settings.BASE_DIR) / "manage.py")


def _web_environment() -> dict[str, str]:
    """`python -m` finds this project's modules from wherever `up` was called."""
    paths = [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _worker_environment() -> dict[str, str]:
    """What a process that forks needs on macOS, where asking the system for its proxies breaks the forks."""
    if sys.platform != "darwin":
        return {}
    proxied = any(os.environ.get(name) for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"))
    quiet = {} if proxied else {"no_proxy": "*"}
    return {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES", **quiet}
