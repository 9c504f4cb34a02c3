"""The port that the supervisor binds for the web process."""

import re
import socket
import threading
import time

import pytest

from monitor.runtime.supervisor.listening import CannotListen, address_of, listen


def test_any_free_port() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*/", address_of(listener))


def test_every_address_is_shown_as_one_that_can_be_visited() -> None:
    with listen("0.0.0.0", 0) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")


def test_a_taken_port_is_told_after_a_moment() -> None:
    with listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"^cannot listen on 127\.0\.0\.1:{port}: Address already in use$"):
            listen("127.0.0.1", port, patience=0.01)


def test_a_port_that_is_given_free_in_time_is_taken_over() -> None:
    other = listen("127.0.0.1", 0)
    port = other.getsockname()[1]
    threading.Timer(0.2, other.close).start()
    began = time.monotonic()
    with listen("127.0.0.1", port, patience=30) as listener:
        assert listener.getsockname()[1] == port
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("host", "said"), [("no.such.host.invalid", ""), ("203.0.113.7", "Cannot assign requested address")]
)
def test_an_address_that_is_not_ours(host: str, said: str) -> None:
    with pytest.raises(CannotListen) as error:
        listen(host, 0)
    assert str(error.value).startswith(f"cannot listen on {host}:0: {said}")


def test_a_port_is_free_at_once_after_its_connections_were_closed() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            listener.setblocking(True)
            listener.accept()[0].close()  # our side closes first: it would linger in TIME_WAIT
    listen("127.0.0.1", port, patience=0).close()
