"""The addresses of the pages."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from monitor.pages.dashboard import dashboard
from monitor.pages.lists.single_row import row
from monitor.pages.profile.api_tokens import revoke_token, tokens
from monitor.pages.profile.browser_settings import save_browser_settings
from monitor.pages.profile.password import password
from monitor.pages.profile.profile_page import profile
from monitor.pages.pull_requests.pull_request_actions import ACTIONS, run_action
from monitor.pages.pull_requests.pull_request_page import pull_request
from monitor.pages.repositories.repository_actions import poll_now, unwatch, watch
from monitor.pages.repositories.repository_list import repositories
from monitor.pages.repositories.repository_page import repository
from monitor.pages.saved_view_actions import drop_view, keep_view, set_default_view
from monitor.pages.sign_in.with_github import github_callback, start_github_sign_in
from monitor.pages.sign_in.with_password import sign_in, sign_out

_REPOSITORY = "repositories/<str:owner>/<str:name>"
_PULL_REQUEST = "pull-requests/<str:owner>/<str:name>/<int:number>"

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("repositories", repositories, name="repositories"),
    path(_REPOSITORY, repository, name="repository"),
    path(f"{_REPOSITORY}/watch", watch, name="watch"),
    path(f"{_REPOSITORY}/unwatch", unwatch, name="unwatch"),
    path(f"{_REPOSITORY}/look", poll_now, name="look"),
    path(_PULL_REQUEST, pull_request, name="pull_request"),
    path(f"{_PULL_REQUEST}/row", row, name="row"),
    *(path(f"{_PULL_REQUEST}/{verb}", run_action, {"verb": verb}, name=verb) for verb in ACTIONS),
    path("views", keep_view, name="keep_view"),
    path("views/<int:pk>/drop", drop_view, name="drop_view"),
    path("views/<str:view>/open-with", set_default_view, name="open_with"),
    path("profile", profile, name="profile"),
    path("profile/browser", save_browser_settings, name="browser"),
    path("profile/tokens", tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revoke", revoke_token, name="revoke_token"),
    path("profile/password", password, name="password"),
    path("accounts/login/", sign_in, name="login"),
    path("accounts/github/login/", start_github_sign_in, name="github_login"),
    path("accounts/github/login/callback/", github_callback, name="github_callback"),
    path("accounts/logout/", sign_out, name="logout"),
    # People type a slash at the end; the address without it is the one we write.
    re_path(
        r"^(?P<address>repositories|profile|repositories/[^/]+/[^/]+|pull-requests/[^/]+/[^/]+/\d+)/$",
        RedirectView.as_view(url="/%(address)s", query_string=True, permanent=False),
    ),
]
