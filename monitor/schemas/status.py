"""What goes out when something is wrong, and how everything is."""

from pydantic import Field

from monitor.schemas.values import Closed, Id
from monitor.schemas.words import CheckState, ErrorCode, HealthState


class FieldError(Closed):
    """One value of the request that means nothing here."""

    field: str
    """Where it stands: a parameter, or a key of the body with dots between the levels."""
    message: str


class Resync(Closed):
    """Where to go on after everything was fetched anew."""

    cursor: Id


class ErrorBody(Closed):
    """What went wrong."""

    code: ErrorCode
    message: str = Field(examples=["limit: Input should be less than or equal to 500"])
    details: list[FieldError] | Resync | None
    """`invalid`: what is wrong with which values; `resync`: where to go on; otherwise null."""


class Error(Closed):
    """The one shape of every error."""

    error: ErrorBody


class HealthChecks(Closed):
    """One word for each part."""

    database: CheckState
    worker: CheckState
    polling: CheckState
    github: CheckState


class Health(Closed):
    """Whether everything works."""

    status: HealthState
    version: str
    checks: HealthChecks
