"""`manage.py demo_github` runs until it is told to stop, by a signal or by the end of its input."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]


def started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "manage.py", "demo_github", "--port", "0", "--interval", "0.05", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=dict(os.environ))


@pytest.mark.slow
@pytest.mark.parametrize(
    "end",
    [lambda process: process.send_signal(signal.SIGTERM), lambda process: process.stdin.close()],
    ids=["SIGTERM", "end of input"],
)
def test_it_says_where_it_is_and_stops_cleanly(end: Callable[[subprocess.Popen[str]], None]) -> None:
    process = started("--tied")
    try:
        assert process.stdout
        assert process.stderr
        address = process.stdout.readline().removeprefix("demo GitHub: ").strip()
        answer = requests.get(f"{address}repos/acme/web", headers={"Authorization": "token demo"}, timeout=5)
        assert answer.json()["full_name"] == "acme/web"
        end(process)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None and not pipe.closed:
                pipe.close()


@pytest.mark.slow
def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "manage.py", "demo_github", "--port", port]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=40, check=False)
    assert second.returncode != 0
    assert f"port {port}" in second.stderr
    assert second.stderr.count("\n") == 1
