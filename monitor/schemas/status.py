"""What goes out when something is wrong, and how everything is."""

from typing import Any, Literal

from pydantic import Field

from monitor.schemas.values import Closed


class ErrorBody(Closed):
    """What went wrong."""

    code: str = Field(examples=["repository_not_found"])
    message: str
    details: Any = None
    """`invalid`: a list of `field` and `message`; `resync`: `cursor`; otherwise null."""


class Error(Closed):
    """The one shape of every error."""

    error: ErrorBody


CheckState = Literal["ok", "failing", "starting", "unknown"]


class HealthChecks(Closed):
    """One word for each part."""

    database: CheckState
    worker: CheckState
    polling: CheckState
    github: CheckState


class Health(Closed):
    """Whether everything works."""

    status: Literal["ok", "failing"]
    version: str
    checks: HealthChecks
