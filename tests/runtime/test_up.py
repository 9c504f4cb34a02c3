"""`manage.py up` as its users meet it: it starts, repairs itself, refuses in one line, and leaves nobody behind."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.runtime.running import MANAGE, Family, environment, heartbeat, manage, rows, running, until, wait_until_gone

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts processes through /proc"),
    pytest.mark.timeout(180),
]


@pytest.mark.slow
def test_a_day_of_up(tmp_path: Path) -> None:
    with running(tmp_path, SLACK_CHANNEL="C1") as up:
        link = up.out.wait_for(rf"^Sign in: http://127\.0\.0\.1:{up.port}(/sign-in/\S+)$")[1]
        signed_in = up.get(link)
        assert (signed_in.status, signed_in.headers["Location"]) == (302, "/")
        assert "sessionid=" in str(signed_in.headers)
        used = up.get(link)
        assert (used.status, used.headers["Location"]) == (302, "/accounts/login/"), "the link works once"

        assert (
            refused(["up", "--port", "0"], tmp_path)
            == f"another `up` (process {up.process.pid}) runs on the data folder {tmp_path}"
        )
        taken = refused(["up", "--port", str(up.port)], tmp_path / "other")
        assert taken == f"cannot listen on 127.0.0.1:{up.port}: Address already in use"

        up.wait_for_heartbeat_after("")
        assert {path.name for path in tmp_path.iterdir()} >= {"prmonitor.sqlite3-wal", "secret_key", "up.lock"}
        assert [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077] == [], (
            "other accounts read nothing"
        )
        kill(up.pids_of("supervisor.web")[0])
        up.err.wait_for(r"web was ended by SIGKILL; starting it again")
        assert up.get("/accounts/login/").status < 500

        before = heartbeat(tmp_path)
        cluster = up.pids_of("qcluster")
        kill(cluster[2])  # after the main process and the sentinel: an idle worker, which holds the queue's lock
        up.err.wait_for(r"worker (was ended|ended with).*; starting it again")
        assert wait_until_gone(cluster) == [], "a broken cluster goes as a whole"
        up.wait_for_heartbeat_after(before)

        family = list(up.members())
        assert up.stop() == 0
        assert wait_until_gone(family) == []
        assert up.members() == {}
        warnings = [line for line in up.err.rest() if "notifications.W002" in line]
        assert len(warnings) == 1, "what is odd about the settings is said once, not by each process anew"


@pytest.mark.slow
def test_a_killed_supervisor_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(tmp_path) as up:
        up.wait_for_heartbeat_after("")
        family = list(up.members())
        assert len(family) >= 8, "up, web, and the cluster of six"
        kill(up.process.pid)
        assert wait_until_gone(family) == []
        assert up.members() == {}


@pytest.mark.parametrize(
    ("settings", "options", "said"),
    [
        (
            {"POLLING_INTERVAL_SECONDS": "9"},
            [],
            "POLLING_INTERVAL_SECONDS is '9', but it takes a whole number from 10 to 86400",
        ),
        (
            {"DATA_DIR": "/dev/null/here"},
            [],
            "DATA_DIR is '/dev/null/here', but it takes a folder to write to: Not a directory",
        ),
        pytest.param(
            {},
            ["--workers", "0"],
            "--workers is 0, but it takes a whole number from 1 to 64",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_cannot_work_is_said_in_one_line(
    tmp_path: Path, settings: dict[str, str], options: list[str], said: str
) -> None:
    assert refused(["up", "--port", "0", *options], tmp_path, **settings) == said


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(tmp_path: Path) -> None:
    # For root every folder is writable; what it cannot do is open a folder as the lock file.
    (tmp_path / "secret_key").write_text("x" * 60)
    (tmp_path / "up.lock").mkdir()
    said = refused(["up", "--port", "0"], tmp_path)
    assert said == f"DATA_DIR is {str(tmp_path)!r}, but it takes a folder to write to: Is a directory"


@pytest.mark.slow
def test_a_broken_database_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "prmonitor.sqlite3").write_bytes(b"this is no database" * 1000)
    assert refused(["up", "--port", "0"], tmp_path) == "the database cannot be used: file is not a database"


@pytest.mark.slow
def test_qcluster_without_a_github_says_so_in_one_line(tmp_path: Path) -> None:
    assert refused(["qcluster"], tmp_path, GITHUB_TOKEN="").startswith("GITHUB_TOKEN is empty")


@pytest.mark.slow
class TestSlowly:
    def test_a_second_ctrl_c_ends_at_once_what_does_not_stop(self, tmp_path: Path) -> None:
        with running(tmp_path) as up:
            up.wait_for_heartbeat_after("")
            family = list(up.members())
            worker = up.pids_of("qcluster")[0]
            os.kill(worker, signal.SIGSTOP)  # a worker that never answers
            up.process.send_signal(signal.SIGINT)
            assert wait_until_gone([up.process.pid], 1.0) == [up.process.pid]
            up.process.send_signal(signal.SIGINT)
            assert up.process.wait(5) == 0
            assert wait_until_gone(family) == []

    def test_a_worker_that_never_stops_is_killed_after_a_while(self, tmp_path: Path) -> None:
        with running(tmp_path) as up:
            up.wait_for_heartbeat_after("")
            family = list(up.members())
            os.kill(up.pids_of("qcluster")[0], signal.SIGSTOP)
            assert up.stop() == 0
            assert wait_until_gone(family) == []

    @pytest.mark.slow
    def test_several_web_processes_serve_one_port_and_count_together(self, tmp_path: Path) -> None:
        with running(tmp_path, "--web", "2", API_RATE_PER_MINUTE="7") as up:
            assert until(lambda: len(up.pids_of("supervisor.web")) == 2)
            statuses = [up.get("/api/v1/me").status for _ in range(60)]
            # Seven a minute from one address, and the minute may end in between.
            assert statuses.count(401) in (7, 14)
            assert set(statuses) == {401, 429}
            kill(up.pids_of("supervisor.web")[0])
            up.err.wait_for(r"web-\d was ended by SIGKILL; starting it again")
            assert up.get("/accounts/login/").status == 200
            assert until(lambda: len(up.pids_of("supervisor.web")) == 2)

    @pytest.mark.parametrize("which", ["main", "sentinel"])
    def test_a_killed_cluster_comes_back(self, tmp_path: Path, which: str) -> None:
        with running(tmp_path) as up:
            up.wait_for_heartbeat_after("")
            before = heartbeat(tmp_path)
            cluster = up.pids_of("qcluster")
            kill(cluster[0] if which == "main" else cluster[1])
            up.err.wait_for(r"worker .*; starting it again")
            assert wait_until_gone(cluster) == []
            up.wait_for_heartbeat_after(before)

    def test_what_ends_at_once_again_and_again_is_given_up(self, tmp_path: Path) -> None:
        with running(tmp_path) as up:
            for _ in range(5):
                [pid] = up.pids_of("supervisor.web")
                kill(pid)
                assert wait_until_gone([pid]) == []
                line = up.err.wait_for(r"web was ended by SIGKILL(; starting it again| within 5 seconds)")
                if "within" in line[0]:
                    break
                assert until(lambda: up.pids_of("supervisor.web") != [])
            family = list(up.members())
            assert up.process.wait(30) == 1
            assert wait_until_gone(family) == []

    def test_it_stops_with_the_process_that_started_it_where_make_did(self, tmp_path: Path) -> None:
        shell = ["sh", "-c", '"$0" "$@" & wait', *MANAGE, "up", "--port", "0", "--stop-with-parent"]
        started = Family(*shell, env=environment(tmp_path))
        try:
            started.out.wait_for("^prmonitor: ")
            family = list(started.members())
            kill(started.process.pid)
            assert wait_until_gone(family) == []
        finally:
            started.end()

    def test_it_listens_on_ipv6_too(self, tmp_path: Path) -> None:
        if not socket.has_ipv6:
            pytest.skip("this machine has no IPv6")
        with running(tmp_path, "--host", "::1") as up:
            assert up.address == f"http://[::1]:{up.port}/"

    def test_a_new_demo_is_a_new_world_for_those_who_watched_the_old_one(self, tmp_path: Path) -> None:
        worlds = []
        for _ in range(2):
            with running(tmp_path, GITHUB_TOKEN="", GITHUB_API_URL="") as up:
                up.out.wait_for("^Demo: a made-up GitHub")
                assert until(
                    lambda: len(rows(tmp_path, "select distinct repository_id from monitor_subscription")) >= 5
                )
                assert until(lambda: rows(tmp_path, "select 1 from monitor_pullrequest limit 1") != [])
                worlds.append({name for [name] in rows(tmp_path, "select full_name from monitor_repository")})
                assert rows(tmp_path, "select full_name from monitor_repository where status = 'inaccessible'") == []
                assert up.stop() == 0
        assert worlds[0] == worlds[1]

    def test_real_repositories_are_no_place_for_a_demo(self, tmp_path: Path) -> None:
        env = environment(tmp_path)
        assert manage("migrate", "--verbosity", "0", env=env).returncode == 0
        code = "from monitor.models import Repository; Repository.objects.create(node_id='R_1', full_name='a/b')"
        assert manage("shell", "--verbosity", "0", "-c", code, env=env).returncode == 0
        said = refused(["up", "--port", "0"], tmp_path, GITHUB_TOKEN="", GITHUB_API_URL="")
        assert said.startswith("GITHUB_TOKEN is empty, but the database holds real repositories")
        assert rows(tmp_path, "select full_name from monitor_repository") == [("a/b",)]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def refused(arguments: list[str], data: Path, **settings: str) -> str:
    """What a command that cannot start says: one line on stderr, without the words before the colon."""
    done = manage(*arguments, env=environment(data, **settings))
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    prefix, _, said = line.partition(": ")
    assert prefix in {"CommandError", "prmonitor"}
    return said
