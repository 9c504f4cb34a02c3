"""What goes out of views."""

from monitor.schemas.values import Closed


class View(Closed):
    """A search, built in or kept by me."""

    id: int | str
    """A number, or a built-in view's word."""
    name: str
    q: str
    count: int | None
    """null where the query means nothing."""
    built_in: bool
    default: bool


class ViewPage(Closed):
    """A page of views."""

    items: list[View]
    count: int
