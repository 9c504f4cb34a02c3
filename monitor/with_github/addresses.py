"""Whether people may sign in with GitHub, and where the pages of that GitHub are."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings


def is_on() -> bool:
    """Whether there is an OAuth app to sign in with; the made-up GitHub of a demo lets nobody in."""
    return bool(settings.GITHUB_OAUTH_CLIENT_ID and settings.GITHUB_OAUTH_CLIENT_SECRET) and not settings.DEMO


def web_url(api_url: str) -> str:
    """The address of the pages that belong to an API: `https://HOST/api/v3` and `https://api.HOST` are at `https://HOST`."""
    scheme, host, path, _, _ = urlsplit(api_url.rstrip("/"))
    return urlunsplit((scheme, host.removeprefix("api."), path.removesuffix("/api/v3"), "", ""))
