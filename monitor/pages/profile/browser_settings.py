"""The settings that a browser keeps in cookies: light or dark pages, and whether keyboard shortcuts are on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from monitor.pages.profile.forms import BrowserForm
from monitor.pages.view_decorators import form_action

COOKIE_SECONDS = 31_536_000


@form_action(lambda: f"{reverse('profile')}#browser")
def save_browser_settings(request: HttpRequest) -> HttpResponse:
    """Saves the settings in cookies of this browser."""
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
