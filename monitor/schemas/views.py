"""What goes out of views."""

from monitor.schemas.values import Closed, Count, Id


class View(Closed):
    """A search, built in or kept by me."""

    id: Id | str
    """A number, or a built-in view's word."""
    name: str
    q: str
    count: Count | None
    """null where the query means nothing."""
    built_in: bool
    default: bool


class ViewPage(Closed):
    """A page of views."""

    items: list[View]
    count: Count
