"""The response body of every error."""

from pydantic import Field

from monitor.api.schemas.enumerations import ErrorCode
from monitor.api.schemas.field_types import ClosedModel, Id


class FieldError(ClosedModel):
    """One invalid value of the request."""

    field: str
    """The name of the parameter, or the path of the field in the body, with dots."""
    message: str


class Resync(ClosedModel):
    """The cursor to continue from after everything was fetched again."""

    cursor: Id


class ErrorBody(ClosedModel):
    """The error."""

    code: ErrorCode
    message: str = Field(examples=["limit: Input should be less than or equal to 500"])
    details: list[FieldError] | Resync | None
    """For `invalid`, every invalid value; for `resync`, the cursor to continue from; otherwise null."""


class Error(ClosedModel):
    """The body of every error response."""

    error: ErrorBody
