"""Gives an API client the answer that it got before, or 304, while nothing was committed to the database since.

So a client that asks often costs little, and still no answer is stale: the database itself tells whether it changed, and
a view says until when its answer changes with the database alone (`read_response`).
"""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from monitor.api.rate_limit import is_within_rate
from monitor.api.responses import VALIDITY, Validity, is_among
from monitor.database.batches import Batches
from monitor.database.threads import DatabaseThreads
from monitor.database.version import SqliteVersion, Version, postgresql_version, sqlite_path

PREFIX = "/api/v1/"
# Now and then an answer is made anew in any case, which also notes that the token is in use.
MAX_AGE_SECONDS = 60.0
MAX_ANSWERS = 1_000
MAX_BYTES = 16 * 1024 * 1024
Headers = Sequence[tuple[bytes, bytes]]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Answer:
    """A response as it was sent, and what it holds for. `body` is None if it was a 304."""

    headers: Headers
    body: bytes | None
    validity: Validity
    version: Version
    made_at: float = field(default_factory=time.monotonic)

    def holds(self, version: Version) -> bool:
        """Whether the view would give the same answer now."""
        until = self.validity.until
        is_true = self.version == version and until is not None and timezone.now() < until
        return is_true and time.monotonic() < self.made_at + MAX_AGE_SECONDS

    def for_client(self, scope: Message) -> tuple[int, Headers, bytes] | None:
        """Status, headers and body for a client that may have the content already; None: the body is not known."""
        if is_among(_header(self.headers, b"etag"), _header(scope["headers"], b"if-none-match")):
            headers = [one for one in self.headers if one[0].lower() not in (b"content-type", b"content-length")]
            return 304, [*headers, (b"Content-Length", b"0")], b""
        return None if self.body is None else (200, self.headers, self.body)


class UnchangedAnswers:
    """ASGI middleware. Everything but a repeated GET with an API token goes on to the application."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self._size = 0
        self._database: Database | None = None

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        key = _key_of(scope)
        version = await self._version() if key is not None else None
        if key is None or version is None:
            await self._application(scope, receive, send)
            return
        again = await self._same_again(key, version, scope)
        if again is not None:
            status, headers, body = again
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        validity = scope[VALIDITY] = Validity()
        sent = Recording(send)
        await self._application(scope, receive, sent.send)
        self._keep(key, sent, validity, version)

    def close(self) -> None:
        """Closes the connections to the database."""
        if self._database is not None:
            self._database.close()

    async def _version(self) -> Version | None:
        if self._database is None:
            self._database = Database()
        try:
            return await self._database.version()
        except Exception as error:  # the view meets the same fault, whatever it is, and has words for it
            log.debug("The version of the database cannot be read: %s", error)
            return None

    async def _same_again(self, key: bytes, version: Version, scope: Message) -> tuple[int, Headers, bytes] | None:
        known = self._answers.get(key)
        if known is None or self._database is None or not known.holds(version):
            return None
        self._answers.move_to_end(key)
        again = known.for_client(scope)
        # A caller over the limit goes on to the view, which refuses it.
        return again if again is not None and await self._database.is_within_rate(known.validity.user_id) else None

    def _keep(self, key: bytes, sent: "Recording", validity: Validity, version: Version) -> None:
        self._forget(key)
        body = sent.body if sent.status == 200 else None
        if validity.until is None or sent.status not in (200, 304) or len(body or b"") > MAX_BYTES:
            return
        self._answers[key] = Answer(sent.headers, body, validity, version)
        self._size += len(body or b"")
        while self._size > MAX_BYTES or len(self._answers) > MAX_ANSWERS:
            self._forget(next(iter(self._answers)))

    def _forget(self, key: bytes) -> None:
        forgotten = self._answers.pop(key, None)
        if forgotten is not None:
            self._size -= len(forgotten.body or b"")


class Database:
    """The version of the database, and the count of calls: with SQLite at once, with servers in a thread of its own."""

    def __init__(self) -> None:
        path = sqlite_path()
        self._sqlite = SqliteVersion(path) if path is not None else None
        self._threads = DatabaseThreads("api-version", 1)
        self._versions: Batches[None, Version] = Batches(self._threads, _postgresql_versions)

    async def version(self) -> Version:
        """The version now."""
        return self._sqlite.read() if self._sqlite is not None else await self._versions(None)

    async def is_within_rate(self, user_id: int) -> bool:
        """Counts a call; whether the user is still within the limit."""
        if settings.REDIS_URL:
            return await self._threads(is_within_rate, user_id)
        return is_within_rate(user_id)

    def close(self) -> None:
        """Closes the connections."""
        self._threads.close()
        if self._sqlite is not None:
            self._sqlite.close()


class Recording:
    """Sends a response, and keeps what was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.headers: Headers = ()
        self.body = b""

    async def send(self, message: Message) -> None:
        """Sends one message of the response."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
        await self._send(message)


def _postgresql_versions(asked: Sequence[None]) -> list[Version]:
    return [postgresql_version()] * len(asked)


def _key_of(scope: Message) -> bytes | None:
    """What the same answer belongs to: the whole request, but for `If-None-Match`. None: not a GET with an API token."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
        return None
    has_token = False
    request = hashlib.blake2b(digest_size=24)
    for part in (scope.get("scheme", "http").encode(), scope["path"].encode(), scope.get("query_string", b"")):
        request.update(b"%d:%b" % (len(part), part))
    for name, value in scope["headers"]:
        if name in (b"content-length", b"transfer-encoding", b"cookie"):
            return None
        if name != b"if-none-match":
            request.update(b"%d:%b%d:%b" % (len(name), name, len(value), value))
        has_token = has_token or name == b"authorization"
    return request.digest() if has_token else None


def _header(headers: Headers, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == wanted), "")
