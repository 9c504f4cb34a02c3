"""Builds the frames that the server sends, as text. A frame is built once and shared by all sockets that get it."""

import json
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from monitor.models import Event

_FINAL_TEXT = 0x81


class Frame:
    """The text of one frame, and its size in UTF-8 bytes. Frames compare by identity: they are shared, not copied."""

    __slots__ = ("_wire", "size", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = len(text) if text.isascii() else len(text.encode())
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        """The bytes of the frame on the wire, built once: final, text, from a server, so not masked, and not compressed.

        A server may send uncompressed frames also on connections that allow compression.
        https://www.rfc-editor.org/rfc/rfc6455#section-5.2, https://www.rfc-editor.org/rfc/rfc7692#section-6
        """
        if self._wire is None:
            payload = self.text.encode()
            self._wire = _header(len(payload)) + payload
        return self._wire


def _header(size: int) -> bytes:
    if size < 126:
        return struct.pack("!BB", _FINAL_TEXT, size)
    if size < 65_536:
        return struct.pack("!BBH", _FINAL_TEXT, 126, size)
    return struct.pack("!BBQ", _FINAL_TEXT, 127, size)


@lru_cache(maxsize=16)
def wire_of(frames: tuple[Frame, ...]) -> bytes:
    """The bytes of several frames, one after the other. Sockets that get the same frames share them."""
    return frames[0].wire if len(frames) == 1 else b"".join(frame.wire for frame in frames)


def stamp(at: datetime) -> str:
    """A frame's `timestamp`: ISO 8601, UTC, milliseconds, `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ready(user_id: int, cursor: int, at: datetime) -> Frame:
    """All missed events were sent; the socket is live from here on."""
    return _plain("ready", {"user_id": user_id, "cursor": cursor}, at)


def resync(cursor: int, at: datetime) -> Frame:
    """The client missed too many events: it reads its lists again, and goes on from `cursor`."""
    return _plain("resync", {"cursor": cursor}, at)


def heartbeat(cursor: int, at: datetime) -> Frame:
    """This socket was sent every event up to `cursor` that concerns its user."""
    return _plain("heartbeat", {"cursor": cursor}, at)


def repository_stats_update(repository: str, stats: Mapping[str, int], at: datetime) -> Frame:
    """The user's stats of one repository."""
    return _plain("repository_stats_update", {"repository": repository, "stats": stats}, at)


def error(code: str, message: str, at: datetime) -> Frame:
    """The client sent a frame that is not valid; the socket stays open."""
    return _plain("error", {"code": code, "message": message}, at)


def pong(at: datetime) -> Frame:
    """The answer to a ping."""
    return Frame(f'{{"type":"pong","timestamp":"{stamp(at)}"}}')


def pr_update(event: Event, at: datetime) -> Frame:
    """An event with the pull request as it is now, whose stored JSON text is used unchanged.

    `event` needs `repository` and `pull_request` loaded.
    """
    kinds = [change["kind"] for change in event.changes]
    return Frame(
        f'{{"type":"pr_update","id":{event.id},"data":{{"repository":{_json(event.repository.full_name)},'
        f'"update_type":{_json(event.update_type)},"changes":{_json(kinds)},'
        f'"pull_request":{event.pull_request.document}}},"timestamp":"{stamp(at)}"}}'
    )


def batch(frames: Sequence[Frame], at: datetime) -> Frame:
    """Several frames in one, in order."""
    joined = ",".join(frame.text for frame in frames)
    return Frame(f'{{"type":"batch","data":[{joined}],"timestamp":"{stamp(at)}"}}')


def _plain(kind: str, data: Mapping[str, Any], at: datetime) -> Frame:
    return Frame(f'{{"type":"{kind}","data":{_json(data)},"timestamp":"{stamp(at)}"}}')


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
