"""The response bodies about views."""

from monitor.api.schemas.field_types import ClosedModel, Count, Id


class View(ClosedModel):
    """A view: a search with a name, built in or saved by you."""

    id: Id | str
    """A number; a word for a built-in view."""
    name: str
    q: str
    count: Count | None
    """The number of pull requests that the view shows; null if its search is not valid."""
    built_in: bool
    default: bool


class ViewPage(ClosedModel):
    """A page of views."""

    items: list[View]
    count: Count
