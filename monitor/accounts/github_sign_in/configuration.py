"""Whether sign-in with GitHub is set up, and the address of that GitHub's pages."""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings


def is_enabled() -> bool:
    """Whether an OAuth app is set up. Never in a demo: its made-up GitHub signs nobody in."""
    return bool(settings.GITHUB_OAUTH_CLIENT_ID and settings.GITHUB_OAUTH_CLIENT_SECRET) and not settings.DEMO


def web_url(api_url: str) -> str:
    """The address of GitHub's web pages, `https://HOST`, for its API at `https://HOST/api/v3` or `https://api.HOST`."""
    scheme, host, path, _, _ = urlsplit(api_url.rstrip("/"))
    return urlunsplit((scheme, host.removeprefix("api."), path.removesuffix("/api/v3"), "", ""))
