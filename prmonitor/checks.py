"""System checks: settings that are right one by one, but together let nobody in; files that let everybody in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from prmonitor import data_folder, env


@register(Tags.security)
def check_proxy(**_: Any) -> list[CheckMessage]:
    """An https address is served by a proxy, which has to be believed: prmonitor itself speaks plain HTTP."""
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
    """`.env` is the user's own file: it is only looked at."""
    path = settings.BASE_DIR / ".env"
    if not data_folder.may_be_read_by_others(path) or not env.holds_secrets(path):
        return []
    said = f"other accounts of this machine may read {path}, which holds secrets"
    return [Warning(said, hint=f"chmod 600 {path}", id="prmonitor.W003")]
