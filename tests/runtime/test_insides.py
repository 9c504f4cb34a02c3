"""Undocumented parts of libraries that prmonitor uses: each test fails when one moves. docs/architecture.md lists them."""

import asyncio
import logging
import os
import queue
import signal
from collections.abc import Iterator
from datetime import timedelta
from inspect import signature
from io import StringIO
from multiprocessing import Event, Value
from threading import Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from asgiref.sync import AsyncToSync, SyncToAsync, async_to_sync
from autobahn.websocket.protocol import WebSocketProtocol as AutobahnProtocol
from channels.consumer import AsyncConsumer
from channels.testing import HttpCommunicator
from daphne import cli as daphne_cli
from daphne.access import AccessLogGenerator
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from django.contrib.auth.models import Group
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.asgi import get_asgi_application
from django.db import DatabaseError, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.cluster import Cluster, Sentinel
from django_q.conf import Conf
from django_q.exceptions import TimeoutException
from django_q.models import Schedule
from django_q.scheduler import scheduler
from django_q.worker import worker
from ninja import NinjaAPI
from ninja.utils import check_csrf
from twisted.internet.abstract import FileDescriptor
from twisted.internet.testing import MemoryReactor, StringTransport
from uvicorn.config import Config as UvicornConfig
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.frames import Opcode
from websockets.uri import parse_uri

from monitor.accounts.github_sign_in.provider import OAuthExchange
from monitor.api.authentication import AUTHENTICATION
from monitor.api.unknown_parameters import _query_names
from monitor.database.prepared import prepared
from monitor.github.connection import Connection
from monitor.github.credentials import InstallationKey, TokenKey
from monitor.live.consumers import LiveConsumer
from monitor.live.server_connection import CLOSE_SECONDS, DaphneConnection, UvicornConnection, connection_of
from monitor.live.server_frames import Frame
from monitor.runtime.cluster.cluster import FailFastCluster
from monitor.runtime.cluster.sentinel import FailFastSentinel, StopEvent
from prmonitor.access_log import MaskedAccessLog
from prmonitor.handler import get_application
from tests.demo_github import DemoGitHub


def parameters(function: Any) -> list[str]:
    return list(signature(function).parameters)


@pytest.fixture
def signals() -> Iterator[None]:
    """Clusters set handlers when they are made; the process of the tests gets its own back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


# django-q2


def test_the_parts_of_a_stock_cluster_that_ours_replaces(signals: None) -> None:
    assert {"pid", "cluster_id", "broker", "timeout", "sentinel", "stop_event", "start_event"} <= vars(Cluster()).keys()
    assert isinstance(FailFastCluster(own_group=False).pid, int)
    assert parameters(Cluster.start) == parameters(FailFastCluster.start)
    assert parameters(Sentinel)[:5] == ["stop_event", "start_event", "cluster_id", "broker", "timeout"]
    assert parameters(Sentinel.reincarnate) == parameters(FailFastSentinel.reincarnate)


@pytest.mark.django_db
def test_a_sentinel_asks_the_stop_event_and_hands_over_each_process_that_ended(
    signals: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Conf, "WORKERS", 3)  # as `qcluster --workers` does
    pulse, asked, handed_over = Value("d", 0.0), Event(), []
    asked.set()

    class Watched(FailFastSentinel):
        def reincarnate(self, process: Any) -> None:
            handed_over.append(process)

        def stop(self) -> None:
            pass

    sentinel = Watched(StopEvent(asked, pulse, os.getppid()), Event(), uuid4(), get_broker(), 1, start=False)
    assert sentinel.pool_size == 3
    killed, alive = (
        SimpleNamespace(pid=1, timer=Value("f", -1), is_alive=is_alive) for is_alive in (bool, lambda: True)
    )
    sentinel.pool, sentinel.monitor, sentinel.pusher = [killed], killed, alive
    sentinel.guard()
    assert handed_over == [killed, killed]
    assert pulse.value > 0
    assert sentinel.start_event.is_set()


def end_in_time() -> None:
    raise TimeoutException


def fail_with_a_secret() -> None:
    raise ValueError("ghp_0123456789abcdefghij")


def run(task: Any) -> tuple[dict[str, Any], float]:
    """Runs one task as a worker process would; its result, and what the worker's timer says afterwards."""
    tasks, results, timer = queue.Queue(), queue.Queue(), Value("f", -1)
    tasks.put({"id": "1", "name": "one", "func": task, "args": (), "kwargs": {}, "sync": False})
    tasks.put("STOP")
    worker(tasks, results, timer, 30)
    return results.get_nowait(), timer.value


@pytest.mark.django_db(transaction=True)
def test_a_worker_tells_of_a_task_before_its_result_leaves_and_marks_one_that_took_too_long() -> None:
    result, timer = run(fail_with_a_secret)
    assert "ValueError: ***" in result["result"]  # our receiver of post_execute_in_worker was given the task itself
    assert timer == -1
    result, timer = run(end_in_time)
    assert (result["success"], timer) == (False, 0)
    # So that `except Exception`, which keeps faults of ours apart, does not keep a task beyond its time.
    assert not issubclass(TimeoutException, Exception)


@pytest.mark.django_db(transaction=True)
def test_the_scheduler_swallows_every_exception_so_that_we_ask_the_broker_first(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Away(type(get_broker())):  # type: ignore[misc]
        def enqueue(self, task: Any) -> Any:
            raise OSError("the broker is away")

    due = timezone.now() - timedelta(minutes=1)
    Schedule.objects.all().delete()
    Schedule.objects.create(name="poll", func="monitor.tasks.poll", minutes=1, schedule_type="I", next_run=due)
    with caplog.at_level(logging.ERROR, "django-q"):
        logging.getLogger("django-q").addHandler(caplog.handler)
        try:
            scheduler(broker=Away())
        finally:
            logging.getLogger("django-q").removeHandler(caplog.handler)
    assert "Could not create task from schedule" in caplog.text
    assert Schedule.objects.get().next_run == due


# daphne, Twisted, autobahn


def test_daphne_hands_over_a_send_that_leads_to_the_connection() -> None:
    sends = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        sends.append(send)

    async def made() -> None:
        server, protocol = Server(application, endpoints=["tcp:0"]), WebSocketProtocol()
        server.connections, protocol.transport = {protocol: {}}, StringTransport()
        server.create_application(protocol, {"type": "websocket"})
        await server.connections[protocol]["application_instance"]
        protocol.transport.registerProducer(object(), True)  # the HTTP channel's
        connection = connection_of(sends[0])
        assert isinstance(connection, DaphneConnection)
        assert isinstance(protocol.transport.producer, DaphneConnection)
        for state, written in ((protocol.STATE_CLOSING, b""), (protocol.STATE_OPEN, b"frame")):
            protocol.state = state
            assert connection.write(b"frame") is bool(written)
            assert protocol.transport.value() == written
        assert protocol.closeHandshakeTimeout == CLOSE_SECONDS
        assert callable(protocol.transport.abortConnection)

    asyncio.run(made())
    assert "closeHandshakeTimeout" in AutobahnProtocol.CONFIG_ATTRS_COMMON


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


def test_uvicorn_hands_over_a_send_that_leads_to_the_connection_and_tells_whether_it_is_open() -> None:
    sends: asyncio.Queue[Any] = asyncio.Queue()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        sends.put_nowait(send)
        await asyncio.Event().wait()

    async def made() -> None:
        config = UvicornConfig(application, ws_per_message_deflate=True)
        config.load()
        assert config.ws_protocol_class is WebSocketsSansIOProtocol
        protocol, wire = WebSocketsSansIOProtocol(config, ServerState(), {}), Wire()
        protocol.connection_made(wire)
        handshake = ClientProtocol(parse_uri("ws://localhost/"), extensions=[ClientPerMessageDeflateFactory()])
        handshake.send_request(handshake.connect())
        protocol.data_received(b"".join(handshake.data_to_send()))
        connection = connection_of(await sends.get())
        assert isinstance(connection, UvicornConnection)
        assert connection.write(Frame("{}").wire)
        handshake.receive_data(wire.written)
        _response, frame = handshake.events_received()
        assert (frame.opcode, frame.data, handshake.extensions != []) == (Opcode.TEXT, b"{}", True)
        protocol.pause_writing()
        assert not connection.write(Frame("{}").wire)
        protocol.resume_writing()
        protocol.conn.send_close(1000)
        assert not connection.write(Frame("{}").wire)

    asyncio.run(made())


def test_twisted_pauses_a_producer_at_64_kib_and_lets_it_go_on_when_they_are_sent() -> None:
    class Connection(FileDescriptor):
        connected = 1

        def writeSomeData(self, data: bytes) -> int:
            return len(data)

    async def piled_up() -> None:
        connection = Connection(MemoryReactor())
        transport = DaphneConnection(WebSocketProtocol(), connection)
        connection.write(b"x" * 64 * 1024)
        assert transport.has_room()
        connection.write(b"x")
        assert not transport.has_room()
        connection.doWrite()
        await asyncio.wait_for(transport.writable(), 1)

    asyncio.run(piled_up())


def test_daphne_makes_its_access_log_by_a_name_that_can_be_replaced() -> None:
    assert "AccessLogGenerator" in daphne_cli.CommandLineInterface.run.__code__.co_names
    assert parameters(AccessLogGenerator.write_entry)[:4] == ["self", "host", "date", "request"]
    lines = StringIO()
    link = {"client": "127.0.0.1:1", "method": "GET", "path": "/sign-in/abcdefghijkl", "status": 200, "size": 1}
    MaskedAccessLog(lines)("http", "complete", link)
    MaskedAccessLog(lines)("websocket", "connecting", link)
    assert lines.getvalue().count("/sign-in/***") == 2


# Channels


def test_channels_calls_a_consumer_of_its_own_for_each_connection() -> None:
    assert parameters(LiveConsumer.__call__) == parameters(AsyncConsumer.__call__)
    calls = []

    class Consumer(AsyncConsumer):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            calls.append((self, scope, receive, send))

    async def twice() -> None:
        application = Consumer.as_asgi()
        for said in ((1, 2, 3), (4, 5, 6)):
            await application(*said)

    asyncio.run(twice())
    assert [call[1:] for call in calls] == [(1, 2, 3), (4, 5, 6)]
    assert calls[0][0] is not calls[1][0]


# PyGithub


def test_pygithubs_raw_request_gives_what_came_whatever_it_was(github: DemoGitHub) -> None:
    requester = Connection(github.url, TokenKey("nobody"))._new_requester()
    assert requester.hostname == "127.0.0.1"
    status, headers, text = requester.requestJson("POST", requester.graphql_url, input={"query": "{viewer{login}}"})
    assert (status, type(text)) == (401, str)  # neither raised, nor repeated
    assert headers["content-type"].startswith("application/json")
    assert all(name == name.lower() for name in headers)
    assert len(github.log) == 1
    requester.close()


def test_pygithub_takes_a_credential_that_renews_itself() -> None:
    key = InstallationKey(1, lambda: ("fresh", timezone.now() + timedelta(hours=1)), dict)
    headers: dict[str, Any] = {}
    key.auth().authentication(headers)
    assert headers == {"Authorization": "token fresh"}
    key.auth().mask_authentication(headers)
    assert headers == {"Authorization": "token (removed)"}


# django-ninja


def test_ninja_lets_us_wrap_how_an_operation_runs_and_says_what_its_query_may_name(rf: RequestFactory) -> None:
    runs: list[Any] = []
    api = NinjaAPI(urls_namespace="insides", auth=AUTHENTICATION)
    api.add_decorator(lambda run: runs.append(run) or run, mode="view")

    @api.get("/things/{name}")
    def things(request: HttpRequest, name: str, after: int = 0, limit: int = 100) -> None:
        pass

    assert api.urls
    [operation] = [run.__self__ for run in runs]
    assert _query_names(operation) == ["after", "limit"]
    assert operation.auth_callbacks
    assert operation.api is api
    assert check_csrf(rf.get("/")) is None
    assert check_csrf(rf.post("/")).status_code == 403


# django-allauth


def test_allauths_github_provider_has_the_methods_that_ours_replaces() -> None:
    addresses = {"access_token_url", "authorize_url", "api_url", "web_url"}
    assert addresses <= set(dir(GitHubOAuth2Adapter))
    assert parameters(GitHubOAuth2Adapter.get_callback_url) == ["self", "request", "app"]
    assert parameters(GitHubOAuth2Adapter.complete_login) == ["self", "request", "app", "token", "kwargs"]
    assert GitHubProvider.oauth2_adapter_class is GitHubOAuth2Adapter
    assert parameters(GitHubProvider.extract_extra_data) == ["self", "data"]
    assert parameters(GitHubProvider.extract_common_fields) == ["self", "data"]
    assert parameters(GitHubProvider.sociallogin_from_response) == ["self", "request", "response"]


def test_allauth_leads_to_github_and_takes_our_answer_for_its_own(rf: RequestFactory) -> None:
    """An `ImmediateHttpResponse` of the adapter's hooks is the answer, also where the sign-in failed."""
    assert parameters(GitHubProvider.redirect)[:4] == ["self", "request", "process", "next_url"]
    hooks = DefaultSocialAccountAdapter
    assert parameters(hooks.pre_social_login) == ["self", "request", "sociallogin"]
    assert parameters(hooks.list_apps) == ["self", "request", "provider", "client_id"]
    request = rf.get("/", {"error": "access_denied"})
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    answer = OAuth2CallbackView.adapter_view(OAuthExchange)(request)
    assert (answer.status_code, answer["Location"]) == (302, reverse("login"))


# Django


@pytest.mark.django_db(transaction=True)
def test_a_connection_of_another_thread_can_be_closed_once_it_is_shared() -> None:
    opened = []

    def open_one() -> None:
        opened.append(connections["default"])
        opened[0].ensure_connection()

    thread = Thread(target=open_one)
    thread.start()
    thread.join()
    with pytest.raises(DatabaseError, match="thread"):
        opened[0].close()
    opened[0].inc_thread_sharing()
    opened[0].close()
    assert opened[0].connection is None


def test_djangos_handler_answers_a_request_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    for crossing in (SyncToAsync, AsyncToSync):
        monkeypatch.setattr(crossing, "__call__", _noting(crossing.__call__, crossing.__name__, calls))
    for make, expected in ((get_asgi_application, 1), (get_application, 0)):
        calls.clear()
        communicator = HttpCommunicator(make(), "GET", "/login/nowhere", headers=[(b"host", b"localhost")])
        assert async_to_sync(communicator.get_response)(timeout=10)["status"] == 404
        inside = calls[1:]  # the first one is the test's own way to the event loop
        assert inside.count("AsyncToSync") == expected
        assert inside.count("SyncToAsync")


def _noting(call: Any, name: str, calls: list[str]) -> Any:
    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return call(self, *args, **kwargs)

    return noting


@pytest.mark.django_db
@pytest.mark.parametrize("taken", [True, False])
def test_a_query_set_reads_its_rows_through_the_compiler_that_its_query_gives(
    taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    @prepared
    def named(*, name: str) -> QuerySet[Group]:
        written.append(name)
        return Group.objects.filter(name=name)

    if not taken:  # as if Django asked the compiler in another way
        monkeypatch.setattr(SQLCompiler, "execute_sql", _execute_by_another_way)
    groups = [Group.objects.create(name=name) for name in ("leads", "members")]
    assert [named(name=group.name) for group in groups] == [[group] for group in groups]
    assert len(written) == (1 if taken else 3)


def _execute_by_another_way(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
    vars(self).pop("as_sql", None)
    return _PLAIN_EXECUTE(self, *args, **kwargs)


_PLAIN_EXECUTE = SQLCompiler.execute_sql


@pytest.mark.django_db
def test_rows_can_be_deleted_without_being_read(django_assert_num_queries: Any) -> None:
    Group.objects.create(name="gone")
    rows = Group.objects.filter(name="gone")
    with django_assert_num_queries(1):
        rows._raw_delete(rows.db)
    assert not Group.objects.filter(name="gone").exists()
