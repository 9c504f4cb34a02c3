"""The addresses of the pages."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from monitor.views.acting import ACTS, act
from monitor.views.dashboard import dashboard
from monitor.views.keeping import drop, keep, open_with
from monitor.views.login import sign_in, sign_out
from monitor.views.profile import browser, password, profile
from monitor.views.pull_request import pull_request
from monitor.views.repositories import repositories
from monitor.views.repository import look, repository, unwatch, watch
from monitor.views.rows import row
from monitor.views.tokens import revoke_token, tokens
from monitor.views.with_github import begin, callback

_REPOSITORY = "repositories/<str:owner>/<str:name>"
_PULL_REQUEST = "pull-requests/<str:owner>/<str:name>/<int:number>"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("repositories", repositories, name="repositories"),
    path(_REPOSITORY, repository, name="repository"),
    path(f"{_REPOSITORY}/watch", watch, name="watch"),
    path(f"{_REPOSITORY}/unwatch", unwatch, name="unwatch"),
    path(f"{_REPOSITORY}/look", look, name="look"),
    path(_PULL_REQUEST, pull_request, name="pull_request"),
    path(f"{_PULL_REQUEST}/row", row, name="row"),
    *(path(f"{_PULL_REQUEST}/{verb}", act, {"verb": verb}, name=verb) for verb in ACTS),
    path("views", keep, name="keep_view"),
    path("views/<int:pk>/drop", drop, name="drop_view"),
    path("views/<str:view>/open-with", open_with, name="open_with"),
    path("profile", profile, name="profile"),
    path("profile/browser", browser, name="browser"),
    path("profile/tokens", tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke", revoke_token, name="revoke_token"),
    path("profile/password", password, name="password"),
    path("accounts/login/", sign_in, name="login"),
    path("accounts/github/login/", begin, name="github_login"),
    path("accounts/github/login/callback/", callback, name="github_callback"),
    path("accounts/logout/", sign_out, name="logout"),
    # People type a slash at the end; the address without it is the one we write.
    re_path(
        r"^(?P<address>repositories|profile|repositories/[^/]+/[^/]+|pull-requests/[^/]+/[^/]+/\d+)/$",
        RedirectView.as_view(url="/%(address)s", query_string=True, permanent=False),
    ),
]
