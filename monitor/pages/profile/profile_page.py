"""The profile page: accounts on GitHub and Slack, working time, API tokens, browser settings and password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from monitor import queries
from monitor.accounts.github_login_lookup import NoSuchPerson, doubt_about
from monitor.accounts.profile import (
    AbsenceReversed,
    HoursReversed,
    LoginFixed,
    LoginTaken,
    SlackTaken,
    change_profile,
    person_of,
)
from monitor.models import ApiToken, Person
from monitor.pages.profile.forms import BrowserForm, ProfileForm, TokenForm
from monitor.pages.render_page import render_page, theme_of
from monitor.pages.sign_in.with_github import connect_address
from monitor.pages.view_decorators import redirect_by_header


@redirect_by_header
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The profile page. A POST saves the accounts and the working time."""
    user: Any = request.user
    person = person_of(user)
    if request.method != "POST":
        return profile_page(request, person)
    form = ProfileForm(request.POST, person=person)
    if form.is_valid() and (saved := _save(user, form)):
        _add_message(request, saved)
        return redirect("profile")
    return profile_page(request, person_of(user), form=form, status=422)


def _save(user: Any, form: ProfileForm) -> Person | None:
    try:
        return change_profile(user, form.changes)
    except (LoginTaken, LoginFixed) as error:
        form.add_error("github_login", _with_advice(error))
    except SlackTaken as error:
        form.add_error("slack_user_id", _with_advice(error))
    except NoSuchPerson as error:
        form.add_error("github_login", f"{error}.")
    except HoursReversed:  # one end was changed here, the other one by somebody else in the meantime
        form.add_error("working_end", "The day ends after it starts.")
    except AbsenceReversed:
        form.add_error("away_until", "You are back after the first day away.")
    return None


def _with_advice(error: Exception) -> str:
    return f"{str(error)[0].upper()}{str(error)[1:]}. Your team lead can change that."


def _add_message(request: HttpRequest, person: Person) -> None:
    if doubt := doubt_about(person):
        messages.warning(request, f"Profile saved. {doubt}")
    else:
        messages.success(request, "Profile saved.")


def profile_page(request: HttpRequest, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    """Renders the page. `more` replaces values of the context: a form with errors, or a token that was just created."""
    context: dict[str, Any] = {
        "person": person,
        "form": ProfileForm(person=person),
        "teams": sorted(queries.viewer_for(request.user).teams),
        "tokens": ApiToken.objects.filter(user=request.user.pk, revoked_at=None),
        "token_form": TokenForm(),
        "browser_form": BrowserForm(initial={"theme": theme_of(request), "keys": request.COOKIES.get("keys") != "off"}),
        "connect_address": connect_address(request.user),
        "limit_hint": f"Empty: {settings.LIMIT_HOURS}, as for everybody.",
        "slack_works": bool(settings.SLACK_BOT_TOKEN or settings.SLACK_WEBHOOK_URL),
        "slack_degraded": not settings.SLACK_BOT_TOKEN,
    }
    return render_page(request, "monitor/profile.html", context | more, status=status)
