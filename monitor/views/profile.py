"""The reader's own page: who they are on GitHub and in Slack, when they work, this browser, password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monitor import queries
from monitor.forms import BrowserForm, ProfileForm, TokenForm
from monitor.known_devices import remember
from monitor.logins import NoSuchPerson, doubt_about
from monitor.models import ApiToken, Person
from monitor.password_forms import ChangePasswordForm, SetPasswordForm, answered
from monitor.profile import HoursReversed, LoginFixed, LoginTaken, SlackTaken, change_profile, person_of
from monitor.views.page import page, theme_of
from monitor.views.sending import takes_form, tells_scripts
from monitor.views.with_github import connect_address

COOKIE_SECONDS = 31_536_000


@tells_scripts
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The page; a POST saves who one is and when one works."""
    user: Any = request.user
    person = person_of(user)
    if request.method != "POST":
        return profile_page(request, person)
    form = ProfileForm(request.POST, person=person)
    if form.is_valid() and (saved := _saved(user, form)):
        _say(request, saved)
        return redirect("profile")
    return profile_page(request, person_of(user), form=form, status=422)


def _saved(user: Any, form: ProfileForm) -> Person | None:
    try:
        return change_profile(user, form.changes)
    except (LoginTaken, LoginFixed) as error:
        form.add_error("github_login", _for_the_lead(error))
    except SlackTaken as error:
        form.add_error("slack_user_id", _for_the_lead(error))
    except NoSuchPerson as error:
        form.add_error("github_login", f"{error}.")
    except HoursReversed:  # together with what somebody else has changed meanwhile
        form.add_error("working_end", "The day ends after it starts.")
    return None


def _for_the_lead(error: Exception) -> str:
    return f"{str(error)[0].upper()}{str(error)[1:]}. Your team lead can change that."


def _say(request: HttpRequest, person: Person) -> None:
    if doubt := doubt_about(person):
        messages.warning(request, f"Profile saved. {doubt}")
    else:
        messages.success(request, "Profile saved.")


def profile_page(request: HttpRequest, person: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with one form as it was sent or a token that was just made, where `more` says so."""
    context: dict[str, Any] = {
        "person": person,
        "form": ProfileForm(person=person),
        "teams": sorted(queries.viewer_for(request.user).teams),
        "tokens": ApiToken.objects.filter(user=request.user.pk, revoked_at=None),
        "token_form": TokenForm(),
        "browser_form": BrowserForm(initial={"theme": theme_of(request), "keys": request.COOKIES.get("keys") != "off"}),
        "connect_address": connect_address(request.user),
        "slack_works": bool(settings.SLACK_BOT_TOKEN or settings.SLACK_WEBHOOK_URL),
        "slack_degraded": not settings.SLACK_BOT_TOKEN,
    }
    return page(request, "monitor/profile.html", context | more, status=status)


@takes_form(lambda: f"{reverse('profile')}#browser")
def browser(request: HttpRequest) -> HttpResponse:
    """Remembers appearance and keys in this browser's cookies: no script, no account setting."""
    form = BrowserForm(request.POST)
    response = redirect("profile")
    if form.is_valid():
        for name, value in (
            ("theme", form.cleaned_data["theme"]),
            ("keys", "" if form.cleaned_data["keys"] else "off"),
        ):
            response.set_cookie(
                name, value, max_age=COOKIE_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax"
            )
        messages.success(request, "Remembered in this browser.")
    return response


@sensitive_post_parameters()
@tells_scripts
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password; who has none yet (signed in by a link) sets one."""
    user: Any = request.user
    form = _password_form(request)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, f"Password saved. {form.told}".strip())
        response = redirect("profile")
        remember(request, response, user)
        return response
    answer = page(request, "monitor/password.html", {"form": form}, status=422 if form.errors else 200)
    return answered(answer, form)


def _password_form(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.has_usable_password():
        return SetPasswordForm(user, request.POST or None)
    form = ChangePasswordForm(user, request.POST or None)
    form.request = request
    return form
