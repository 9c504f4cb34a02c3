"""Pages of a connection: first/last, after/before, and the cursors between them."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from monitor.demo.server.graphql.errors import Refused

T = TypeVar("T")


@dataclass(slots=True)
class PageInfo:
    end_cursor: str | None
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None


@dataclass(slots=True)
class Page(Generic[T]):
    """Some of the items, and where they stand among all of them."""

    items: Sequence[T]
    start: int
    stop: int
    cursor: Callable[[int, T], str]

    @property
    def nodes(self) -> Sequence[T]:
        return self.items[self.start : self.stop]

    @property
    def total_count(self) -> int:
        return len(self.items)

    filtered_count = total_count

    @property
    def page_info(self) -> PageInfo:
        empty = self.start >= self.stop
        return PageInfo(
            None if empty else self.cursor(self.stop - 1, self.items[self.stop - 1]),
            self.stop < len(self.items),
            self.start > 0,
            None if empty else self.cursor(self.start, self.items[self.start]),
        )


def page_of(items: Sequence[T], args: dict[str, Any]) -> Page[T]:
    """Page through a list whose order does not change, by position."""
    low, high = 0, len(items)
    if after := args.get("after"):
        low = min(high, int(read_cursor(after)) + 1)
    if before := args.get("before"):
        high = max(low, min(high, int(read_cursor(before))))
    return _cut(items, low, high, args, lambda position, _: write_cursor(str(position)))


def page_by_key(items: Sequence[T], key: Callable[[T], str], falling: bool, args: dict[str, Any]) -> Page[T]:
    """Page through a list whose order changes meanwhile: the cursor is the sort key of an item, not its position."""
    low, high = 0, len(items)
    if after := args.get("after"):
        mark = read_cursor(after)
        low = next((at for at, item in enumerate(items) if _beyond(key(item), mark, falling)), high)
    if before := args.get("before"):
        mark = read_cursor(before)
        high = next((at for at, item in enumerate(items) if not _beyond(mark, key(item), falling)), high)
    return _cut(items, low, high, args, lambda _, item: write_cursor(key(item)))


def _beyond(one: str, other: str, falling: bool) -> bool:
    return one < other if falling else one > other


def _cut(items: Sequence[T], low: int, high: int, args: dict[str, Any], cursor: Callable[[int, T], str]) -> Page[T]:
    if (first := args.get("first")) is not None:
        high = min(high, low + first)
    elif (last := args.get("last")) is not None:
        low = max(low, high - last)
    return Page(items, low, high, cursor)


def write_cursor(text: str) -> str:
    return b64encode(f"cursor:v2:{text}".encode()).decode()


def read_cursor(cursor: str) -> str:
    """What a cursor stands for; a text that is none is refused as GitHub does."""
    try:
        kind, _, text = b64decode(cursor, validate=True).decode().rpartition("cursor:v2:")
    except (NotBase64, UnicodeDecodeError):
        kind, text = "?", ""
    if kind or not text:
        raise Refused("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.")
    return text
