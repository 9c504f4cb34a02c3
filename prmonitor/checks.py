"""System checks: settings that together let nobody in, or everybody; files that other accounts may read."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from monitor.accounts.github_sign_in.configuration import web_url
from prmonitor import data_folder, env

_OPEN_TO_ALL = "https://github.com"


@register(Tags.security)
def check_proxy(**_: Any) -> list[CheckMessage]:
    """With an https PUBLIC_URL, prmonitor must trust the headers of a proxy: prmonitor itself speaks plain HTTP."""
    if not settings.SECURE_SSL_REDIRECT or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Warning(
            "PUBLIC_URL begins with https://, but TRUST_PROXY_HEADERS is not set: behind a proxy that ends TLS, every page"
            " redirects for ever",
            hint="Set TRUST_PROXY_HEADERS=true, if the proxy sets X-Forwarded-Proto and X-Forwarded-Host itself.",
            id="prmonitor.W001",
        )
    ]


@register(Tags.security)
def check_kept(**_: Any) -> list[CheckMessage]:
    """What is kept beside the code is for one account only; what could be closed has been closed at the start."""
    return [
        Warning(
            said, hint="Take their rights away (chmod 700, chown), or name a folder of its own.", id="prmonitor.W002"
        )
        for place in data_folder.kept()
        for said in place.complaints()
    ]


@register(Tags.security)
def check_env_file(**_: Any) -> list[CheckMessage]:
    """Warns when other accounts may read `.env`; changes nothing, because the file belongs to the user."""
    path = settings.BASE_DIR / ".env"
    if not data_folder.may_be_read_by_others(path) or not env.holds_secrets(path):
        return []
    said = f"other accounts of this machine may read {path}, which holds secrets"
    return [Warning(said, hint=f"chmod 600 {path}", id="prmonitor.W003")]


@register(Tags.security)
def check_sign_in_with_github(**_: Any) -> list[CheckMessage]:
    """Half an OAuth app lets nobody in; a whole one on github.com, without an organization, lets in the whole world."""
    parts = [settings.GITHUB_OAUTH_CLIENT_ID, settings.GITHUB_OAUTH_CLIENT_SECRET]
    if any(parts) and not all(parts):
        said = "Sign in with GitHub is off: it takes both GITHUB_OAUTH_CLIENT_ID and GITHUB_OAUTH_CLIENT_SECRET"
        return [Warning(said, id="prmonitor.W004")]
    if all(parts) and not settings.GITHUB_OAUTH_ORGANIZATION and web_url(settings.GITHUB_API_URL) == _OPEN_TO_ALL:
        said = "everybody with an account on github.com may sign in: GITHUB_OAUTH_ORGANIZATION is empty"
        return [Warning(said, hint="Name the organization whose members come in.", id="prmonitor.W005")]
    return []
