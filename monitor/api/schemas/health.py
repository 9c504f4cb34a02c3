"""The response body of `/health`."""

from monitor.api.schemas.enumerations import CheckState, HealthState
from monitor.api.schemas.field_types import ClosedModel


class HealthChecks(ClosedModel):
    """The state of each part."""

    database: CheckState
    worker: CheckState
    polling: CheckState
    github: CheckState


class Health(ClosedModel):
    """The state of this installation."""

    status: HealthState
    version: str
    checks: HealthChecks
