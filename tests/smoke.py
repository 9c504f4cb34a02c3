"""The shortest proof that all of it works together: `make run` for real, a demo event over a WebSocket, Ctrl-C.

Run as `python -m tests.smoke`; prints how long each step took.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import connect

from monitor.runtime.supervisor.listening import free_port
from tests.runtime.running import MARK, ROOT, Lines, environment, members, signal_quietly, wait_until_gone

EVENT_SECONDS = 60.0


def main() -> None:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prmonitor-smoke-") as data, making(Path(data)) as (port, out, make):
        link = out.wait_for(r"^Sign in: http://\S+?(/sign-in/\S+)$", timeout=300)[1]
        report("the page answers", began)
        cookie = sign_in(port, link)
        dashboard = page(port, "/", cookie)
        assert dashboard[0] == 200, dashboard
        assert "DEMO" in dashboard[1].upper(), "every page of the demo says so"
        update = first_update(port, cookie)
        report(f"{update['data']['repository']}: {', '.join(update['data']['changes'])}", began)
        os.killpg(make.pid, signal.SIGINT)  # as a terminal does: to everybody in the foreground
        make.wait(30)


def first_update(port: int, cookie: str) -> dict:  # type: ignore[type-arg]
    """The first `pr_update` of the demo's life."""
    deadline = time.monotonic() + EVENT_SECONDS
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    with connect(f"ws://127.0.0.1:{port}/api/v1/ws/me", additional_headers=headers) as socket:
        while True:
            frame = json.loads(socket.recv(timeout=max(0.1, deadline - time.monotonic())))
            if frame["type"] == "pr_update":
                return dict(frame)


def sign_in(port: int, link: str) -> str:
    """The session cookie that the printed link gives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", link)
    answer = connection.getresponse()
    cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    session = [cookie for cookie in cookies if cookie.startswith("sessionid=")]
    assert session, f"{link} did not sign in: {answer.status}"
    return session[0]


def page(port: int, path: str, cookie: str) -> tuple[int, str]:
    """Status and text of one page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


@contextmanager
def making(data: Path) -> Iterator[tuple[int, Lines, subprocess.Popen[str]]]:
    """`make run` as a person starts it, in a session of its own; afterwards nobody may be left."""
    port, family = free_port(), uuid.uuid4().hex
    env = {**environment(data), "GITHUB_TOKEN": "", "GITHUB_API_URL": "", MARK: family}
    make = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert make.stdout is not None
    try:
        yield port, Lines(make.stdout), make
        left = wait_until_gone(list(members(family)))
        assert left == [], f"left behind: {members(family)}"
    finally:
        for pid in members(family):
            signal_quietly(pid, signal.SIGKILL)


def report(what: str, began: float) -> None:
    sys.stdout.write(f"smoke: {time.monotonic() - began:5.1f} s  {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    main()
    sys.stdout.write("smoke: all stopped, nobody left behind\n")
