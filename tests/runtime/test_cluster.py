"""`manage.py qcluster` on its own: it ends whole, waits for what is missing, and outlives what goes away."""

import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from monitor.runtime.supervisor.listening import free_port
from tests.runtime.running import (
    MANAGE,
    Family,
    environment,
    manage,
    until,
    wait_for_heartbeat,
    wait_until_gone,
)  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts processes through /proc"),
    pytest.mark.timeout(180),
]


@contextmanager
def cluster(data: Path, **settings: str) -> Iterator[Family]:
    """A cluster that runs; none of its processes outlives the block."""
    family = Family(*MANAGE, "qcluster", env=environment(data, **settings))
    try:
        yield family
    finally:
        family.end()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose database is migrated."""
    assert manage("migrate", "--verbosity", "0", env=environment(tmp_path)).returncode == 0
    return tmp_path


def start_task(data: Path, call: str) -> None:
    """Has the cluster run a task."""
    code = f"from django_q.tasks import async_task; async_task({call})"
    done = manage("shell", "--verbosity", "0", "-c", code, env=environment(data))
    assert done.returncode == 0, done.stderr


def test_a_signal_to_the_whole_process_group_lets_the_open_task_end(data: Path, tmp_path: Path) -> None:
    (go := tmp_path / "go").mkdir()
    with cluster(data) as qcluster:
        wait_for_heartbeat(data)
        os.mkfifo(go / "begun")
        start_task(data, f"'subprocess.check_output', ['sh', '-c', 'echo > {go}/begun; sleep 1; touch {go}/ended']")
        (go / "begun").read_text()  # waits until the task has begun
        family = list(qcluster.members())
        os.killpg(qcluster.process.pid, signal.SIGTERM)
        assert qcluster.process.wait(30) == 0
        assert wait_until_gone(family) == []
        assert (go / "ended").exists()


@pytest.mark.parametrize("victim", [0, 1, 2, -1], ids=["main", "sentinel", "worker", "pusher"])
def test_when_one_process_is_killed_all_of_them_end(data: Path, victim: int) -> None:
    with cluster(data) as qcluster:
        wait_for_heartbeat(data)
        family = qcluster.pids_of("qcluster")
        os.kill(family[victim], signal.SIGKILL)
        assert qcluster.process.wait(30) in {1, -signal.SIGKILL}
        assert wait_until_gone(family) == []


def test_a_second_signal_does_not_wait_for_the_task(data: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")
    with cluster(data) as qcluster:
        wait_for_heartbeat(data)
        start_task(data, f"'subprocess.check_output', ['sh', '-c', 'echo > {tmp_path}/begun; exec sleep 40']")
        (tmp_path / "begun").read_text()
        qcluster.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            qcluster.process.wait(1.5)
        qcluster.process.send_signal(signal.SIGTERM)
        assert qcluster.process.wait(10) == 0


@pytest.mark.parametrize("applied", [[], ["django_q", "monitor 0007"]], ids=["none", "some"])
def test_it_waits_until_all_migrations_are_applied(tmp_path: Path, applied: list[str]) -> None:
    """While `migrate` runs, some tables are there: a cluster that began on them would end with an error."""
    env = environment(tmp_path)
    for migration in applied:
        assert manage("migrate", *migration.split(), "--verbosity", "0", env=env).returncode == 0
    with cluster(tmp_path) as qcluster:
        qcluster.err.wait_for("waiting: the database is not migrated")
        assert manage("migrate", "--verbosity", "0", env=env).returncode == 0
        qcluster.err.wait_for("everything answers")
        wait_for_heartbeat(tmp_path)
        assert qcluster.stop() == 0


class TestScaledOut:
    """PostgreSQL from the run's environment, and a Redis of our own that may be killed."""

    @pytest.fixture
    def postgres(self) -> Iterator[str]:
        """The address of an empty database."""
        given = os.environ.get("DATABASE_URL", "")
        if not given:
            pytest.skip("DATABASE_URL names no PostgreSQL")
        base, name = given.rsplit("/", 1)[0], f"prmonitor_cluster_{uuid.uuid4().hex[:12]}"
        psql(f"{base}/postgres", f"create database {name}")
        yield f"{base}/{name}"
        psql(f"{base}/postgres", f"drop database {name} with (force)")

    @pytest.fixture
    def redis(self, tmp_path: Path) -> Iterator["OwnRedis"]:
        if not shutil.which("redis-server"):
            pytest.skip("there is no redis-server on this machine")
        server = OwnRedis(tmp_path)
        server.start()
        yield server
        server.kill()

    def test_it_outlives_a_restart_of_redis_and_of_postgresql(
        self, tmp_path: Path, postgres: str, redis: "OwnRedis"
    ) -> None:
        settings = {"DATABASE_URL": postgres, "REDIS_URL": redis.url, "SECRET_KEY": "k" * 50}
        assert manage("migrate", "--verbosity", "0", env=environment(tmp_path, **settings)).returncode == 0
        with cluster(tmp_path, **settings) as qcluster, cluster(tmp_path, **settings) as second:
            beats(postgres)
            assert until(lambda: redis.running_clusters() == 2), "both have begun before Redis goes away"
            redis.kill()
            due_now(postgres)
            qcluster.err.wait_for("schedules wait")
            redis.start()
            qcluster.err.wait_for("schedules go on")
            psql(
                postgres,
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
            )
            psql(postgres, "delete from monitor_heartbeat")
            beats(postgres)
            ran = psql(postgres, "select count(*) from django_q_task")
            due_now(postgres)
            assert until(lambda: psql(postgres, "select count(*) from django_q_task") != ran), "tasks run again"
            assert qcluster.stop() == 0
            assert second.stop() == 0


class OwnRedis:
    """A Redis that the test may kill, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--save",
            "",
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        next(line for line in self.process.stdout if "Ready to accept" in line)

    def running_clusters(self) -> int:
        """How many clusters say in this Redis that they run."""
        with Redis.from_url(self.url) as client:
            return len(client.keys("django_q:*:cluster:*"))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def psql(url: str, statement: str) -> str:
    """The answer of one statement, as text."""
    command = ["psql", url, "-v", "ON_ERROR_STOP=1", "-qtA", "-c", statement]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def due_now(postgres: str) -> None:
    psql(postgres, "update django_q_schedule set next_run = now() - interval '1 minute'")


def beats(postgres: str) -> None:
    assert until(lambda: psql(postgres, "select 1 from monitor_heartbeat where name = 'worker'") == "1"), (
        "no sign of life"
    )
