"""A fake server for other programs that may answer at GitHub's address: a proxy, a captive portal, a broken server."""

from __future__ import annotations

import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Scripted:
    """Answers every request with `status`, `headers` and `body`; `heard` keeps (path, headers, JSON body)."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, {"Content-Type": "application/json"}, b"{}"
        self.cut = False
        self.heard: list[tuple[str, dict[str, str], Any]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.scheme = "http"

    def say(self, body: Any, status: int = 200, **headers: str) -> None:
        """Sets the next responses; header names have underscores."""
        self.body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.status = status
        self.headers = {"Content-Type": "application/json", **{n.replace("_", "-"): v for n, v in headers.items()}}

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Scripted:
        Thread(target=self.server.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = json.loads(self.rfile.read(length) or b"null")
            script.heard.append((self.path, dict(self.headers.items()), asked))
            self.send_response(script.status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(script.body) + (100 if script.cut else 0)))
            self.end_headers()
            self.wfile.write(script.body)
            self.close_connection = self.close_connection or script.cut

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Writes no log."""

    return Handler
