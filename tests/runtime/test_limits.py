"""Requests that are too large or too slow are answered and let go before anything of them is kept; over real sockets."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from inspect import signature
from pathlib import Path

import pytest
from daphne import server as daphne_server
from daphne.http_protocol import WebRequest
from twisted.web.http import HTTPChannel

from prmonitor import limits
from prmonitor.limits.daphne import LimitedChannel, LimitedFactory, LimitedRequest
from tests.live.servers import serving

MEGABYTE = b"x" * 1_000_000
PATIENCE = 20


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), PATIENCE) as client:
        yield client


def head(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


def status_of(client: socket.socket) -> int:
    """The status of what the server answers; 0 when it hangs up without a word."""
    first = client.makefile("rb").readline()
    return int(first.split()[1]) if first else 0


def answer_to(address: str, *sent: bytes) -> int:
    with connected(address) as client:
        for part in sent:
            try:
                client.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                break  # refused while we were still sending
        return status_of(client)


LARGE = [
    ("named", "PATCH", "/api/v1/me", (f"Content-Length: {limits.API + 1}",), (), 413),
    ("named, hundreds of megabytes", "POST", "/accounts/login/", ("Content-Length: 314572800",), (), 413),
    ("webhook", "POST", "/webhooks/github", (f"Content-Length: {limits.GITHUB_WEBHOOK + 1}",), (), 413),
    ("chunked", "PATCH", "/api/v1/me", ("Transfer-Encoding: chunked",), (b"f4240\r\n" + MEGABYTE + b"\r\n",) * 3, 413),
    ("address", "GET", "/?q=" + "a" * 20_000, (), (), 414),
    ("path", "GET", "/" + "a" * 20_000, (), (), 414),
    ("one header", "GET", "/health/live", ("X-A: " + "a" * 20_000,), (), 431),
    ("all headers", "GET", "/health/live", tuple(f"X-{n}: {'a' * 900}" for n in range(25)), (), 431),
    ("within them", "PATCH", "/api/v1/me", ("Content-Length: 2",), (b"{}",), 401),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["daphne", pytest.param("uvicorn", marks=pytest.mark.slow)])
def test_what_is_too_large_is_answered(name: str) -> None:
    with serving(name) as (address, process):
        assert answer_to(address, head("GET", "/health/live")) == 200
        before = nameless_files(process.pid)
        found = {
            what: answer_to(address, head(method, path, *headers), *body)
            for what, method, path, headers, body, _ in LARGE
        }
        assert found == {what: status for what, *_, status in LARGE}
        assert answer_to(address, head("GET", "/health/live")) == 200
        assert nameless_files(process.pid) == before


def nameless_files(pid: int) -> set[str]:
    """Open files of the process that have no name any more, as those have in which bodies are stored."""
    found = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in this moment
            found.add(path.readlink().name)
    return {name for name in found if "(deleted)" in name}


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_daphne_stores_nothing_of_bodies_that_it_refuses() -> None:
    with serving("daphne") as (address, process):
        assert answer_to(address, head("GET", "/health/live")) == 200
        before = nameless_files(process.pid)
        with connected(address) as client:
            client.sendall(head("PATCH", "/api/v1/me", "Content-Length: 314572800"))
            assert status_of(client) == 413
            assert nameless_files(process.pid) == before
        # A page takes 2.5 MB: the part of a body that has come is kept, and is gone with its connection.
        with connected(address) as client:
            client.sendall(head("POST", "/accounts/login/", "Content-Length: 2000000") + MEGABYTE)
            wait_until(lambda: len(nameless_files(process.pid) - before) == 1)
        wait_until(lambda: nameless_files(process.pid) == before)


def wait_until(true) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"GET / HT", head("POST", "/accounts/login/", "Content-Length: 100") + b"user"])
def test_half_a_request_is_let_go(sent: bytes) -> None:
    with serving("daphne") as (address, _), connected(address) as client:
        client.settimeout(limits.BODY_SECONDS + PATIENCE)
        began = time.monotonic()
        client.sendall(sent)
        assert status_of(client) == 408
        assert time.monotonic() - began < limits.BODY_SECONDS + 5


def test_half_a_request_is_let_go_by_the_channel_itself() -> None:
    """The clock is given to the channel as Twisted's own time-out takes it: nobody has to wait."""
    from twisted.internet.task import Clock
    from twisted.internet.testing import StringTransport

    clock, transport = Clock(), StringTransport()
    transport.loseWriteConnection = transport.loseConnection
    channel = LimitedChannel()
    channel.callLater = clock.callLater
    channel.makeConnection(transport)
    channel.dataReceived(b"GET / HT")
    clock.advance(limits.HEADER_SECONDS / 2)
    channel.dataReceived(b"TP/1.1")
    clock.advance(limits.HEADER_SECONDS / 2)
    assert transport.value().startswith(b"HTTP/1.1 408 ")
    assert transport.disconnecting


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/api/v1/me", limits.API), ("/api/", limits.API), ("/webhooks/github", limits.GITHUB_WEBHOOK), ("/", limits.PAGE),
     ("/apis", limits.PAGE), ("/webhooks/github/", limits.PAGE)],
)  # fmt: skip
def test_limits(path: str, limit: int) -> None:
    assert limits.body_limit(path) == limit


def test_the_insides_of_daphne_and_twisted_are_where_we_expect_them() -> None:
    assert (
        issubclass(LimitedFactory, daphne_server.HTTPFactory.__mro__[0]) or daphne_server.HTTPFactory is LimitedFactory
    )
    assert issubclass(LimitedRequest, WebRequest)
    for method in ("gotLength", "handleContentChunk", "requestReceived"):
        assert (
            signature(getattr(LimitedRequest, method)).parameters.keys()
            == signature(getattr(WebRequest, method)).parameters.keys()
        )
    for method in ("dataReceived", "lineReceived", "lineLengthExceeded", "connectionLost", "_send100Continue"):
        assert callable(getattr(HTTPChannel, method))
    channel = HTTPChannel()
    assert (channel._receivedHeaderSize, channel._handlingRequest, channel.totalHeadersSize) == (0, False, 16384)
