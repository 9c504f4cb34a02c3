"""`/me`: who I am, here, on GitHub and in Slack."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from monitor import schemas
from monitor.api.answers import dumps, read, written
from monitor.api.door import Call
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import answers
from monitor.logins import NoSuchPerson
from monitor.profile import HoursReversed, LoginFixed, LoginTaken, SlackTaken, change_profile, me_json, person_of

router = Router(tags=["me"], by_alias=True)


@router.get("", response=answers(200, schemas.Me))
def get_me(request: Call) -> HttpResponse:
    """The signed-in user."""
    return read(request, dumps(me_json(request.user, person_of(request.user))))


@router.patch("", response=answers(200, schemas.Me, 409))
def update_me(request: Call, changes: schemas.MeChange) -> HttpResponse:
    """Changes what is sent, and nothing else. A GitHub login belongs to one user, and is fixed once confirmed; so is a
    Slack id one user's. What a team lead prepared for a login comes with its confirmation.

    GitHub is asked whether it is a person's, and how it is spelt; while it cannot be asked, the login is taken as it is.
    """
    try:
        person = change_profile(request.user, _columns(changes))
    except (LoginTaken, LoginFixed, SlackTaken) as error:
        raise ApiError(409, "conflict", str(error)) from error
    except NoSuchPerson as error:
        raise invalid("github_login", str(error)) from error
    except HoursReversed as error:
        raise invalid("working_hours", str(error)) from error
    return written(dumps(me_json(request.user, person)))


def _columns(changes: schemas.MeChange) -> dict[str, Any]:
    sent = changes.model_dump(exclude_unset=True)
    hours = changes.working_hours.model_fields_set if "working_hours" in sent else set()
    for part in hours:
        sent[f"working_{part}"] = getattr(changes.working_hours, part)
    sent.pop("working_hours", None)
    sent |= sent.pop("notifications", {})
    # Texts that may be empty are never null in the database.
    return {column: "" if value is None and column != "github_login" else value for column, value in sent.items()}
