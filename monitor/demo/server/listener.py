"""The socket and the HTTP of the demo GitHub: one thread a connection, keep-alive, no delay."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, socket
from struct import pack
from sys import exc_info
from typing import Any

from monitor.demo.server.http import Request, Respond, Response


class Listener(ThreadingHTTPServer):
    """Hands each request to `respond`; `now` is the clock of the Date header."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], respond: Respond, now: Callable[[], datetime]) -> None:
        self.respond, self.now = respond, now
        self.connections: set[socket] = set()
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of ours; anything else is printed by the base class."""
        if not isinstance(exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "GitHub.com"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: Listener

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, self.server.now(), headers, self.rfile.read(length))
        response = self.server.respond(request)
        if response.drop:
            self._reset()
            return
        self._send(response)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))  # close with RST, not FIN
        self.connection.close()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(int(self.server.now().timestamp()) if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """A demo prints no line for each request."""
