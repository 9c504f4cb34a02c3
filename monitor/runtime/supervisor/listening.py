"""The port of the web process: bound by the supervisor, so that it stays ours while the web process is started again."""

import errno
import socket
import time

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 - a table, nothing is bound


class CannotListen(Exception):
    """Why the port cannot be had, in one sentence."""


def listen(host: str, port: int, patience: float = 1.5) -> socket.socket:
    """A listening socket on `host` and `port` (0: any free one).

    A taken port is tried for `patience` seconds: the web process of a supervisor that was just killed needs a moment to end.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _bound(host, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Without it a port stays taken for a minute after its connections were closed.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def visitable(listener: socket.socket) -> tuple[str, int]:
    """Where a browser on this machine finds `listener`: a wildcard address becomes loopback."""
    host, port = listener.getsockname()[:2]
    return _WILDCARDS.get(host, host), port


def address_of(listener: socket.socket) -> str:
    """`http://HOST:PORT/` for a browser on this machine."""
    host, port = visitable(listener)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
