"""`/me`: the signed-in user's profile."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router

from monitor.accounts.github_login_lookup import NoSuchPerson
from monitor.accounts.profile import (
    AbsenceReversed,
    HoursReversed,
    LoginFixed,
    LoginTaken,
    SlackTaken,
    change_profile,
    me_json,
    person_of,
)
from monitor.api import schemas
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import documented_responses
from monitor.api.responses import ALWAYS, dumps, read_response, write_response

router = Router(tags=["me"], by_alias=True)


@router.get("", response=documented_responses(200, schemas.Me))
def get_me(request: AuthenticatedRequest) -> HttpResponse:
    """The signed-in user."""
    person = person_of(request.user)
    me = me_json(request.user, person)
    return read_response(request, dumps(me), until=person.away_until if me["away"] else ALWAYS)


@router.patch("", response=documented_responses(200, schemas.Me, 409))
def update_me(request: AuthenticatedRequest, changes: schemas.MeChange) -> HttpResponse:
    """Changes the values that the body names, and no others.

    A GitHub login and a Slack ID belong to one user each; a confirmed GitHub login cannot be changed. prmonitor asks
    GitHub whether the login belongs to a person, and how it is spelt; while GitHub does not answer, it saves the login
    as it was sent. A confirmed login brings the settings that a team lead has prepared for it.
    """
    try:
        person = change_profile(request.user, _columns(changes))
    except (LoginTaken, LoginFixed, SlackTaken) as error:
        raise ApiError(409, "conflict", str(error)) from error
    except NoSuchPerson as error:
        raise invalid("github_login", str(error)) from error
    except HoursReversed as error:
        raise invalid("working_hours", str(error)) from error
    except AbsenceReversed as error:
        raise invalid("away", str(error)) from error
    return write_response(dumps(me_json(request.user, person)))


def _columns(changes: schemas.MeChange) -> dict[str, Any]:
    sent = changes.model_dump(exclude_unset=True)
    hours = changes.working_hours.model_fields_set if "working_hours" in sent else set()
    for part in hours:
        sent[f"working_{part}"] = getattr(changes.working_hours, part)
    sent.pop("working_hours", None)
    sent |= sent.pop("notifications", {})
    if "away" in sent:
        sent.pop("away")
        sent |= _away_columns(changes.away)
    # The other text columns are empty rather than null in the database.
    return {column: "" if value is None and column not in _NULLABLE else value for column, value in sent.items()}


_NULLABLE = {"github_login", "away_from", "away_until", "limit_hours"}


def _away_columns(away: schemas.AwayChange | None) -> dict[str, Any]:
    if away is None:
        return {"away_from": None, "away_until": None, "away_note": ""}
    return {"away_from": away.from_ or timezone.now(), "away_until": away.until, "away_note": away.note}
