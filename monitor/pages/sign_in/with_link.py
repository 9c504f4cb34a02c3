"""The view of the sign-in link that `manage.py up` prints for the first admin."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from monitor.accounts import sign_in_links
from monitor.accounts.known_browsers import remember

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_GET
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Signs in and opens the dashboard. A link that is used or too old leads to the sign-in page, with a message."""
    # A browser that fetches the link in advance must not use it up.
    if "prefetch" in request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose") == "prefetch":
        return HttpResponse(status=204)
    user = sign_in_links.use(token)
    if user is None:
        messages.error(request, "This link has been used or is older than 15 minutes. `manage.py up` prints a new one.")
        return redirect("/accounts/login/")
    login(request, user, backend=_BACKEND)
    response = redirect("/")
    remember(request, response, user)
    return response
