"""The OAuth side: the page on which a person lets an app know who they are, and the token the app gets for the code.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from monitor.demo.server.http import Request, Response
from monitor.demo.server.tokens import Tokens

PREFIX = "/login/oauth/"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(eq=False)
class OAuthApp:
    """An app that people sign in with; `callback` is what it registered: a `redirect_uri` has to begin with it."""

    client_id: str
    secret: str
    callback: str


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a code stands for, until it is used."""

    client_id: str
    login: str
    scope: str
    redirect_uri: str
    challenge: str


@dataclass(eq=False)
class OAuth:
    """The two endpoints of the web flow; `viewer` is who sits before the browser, signed in on GitHub."""

    tokens: Tokens
    viewer: str
    apps: dict[str, OAuthApp] = field(default_factory=dict)
    grants: dict[str, _Grant] = field(default_factory=dict)

    def respond(self, request: Request) -> Response:
        if request.method == "GET" and request.route == f"{PREFIX}authorize":
            return self._page(request)
        if request.method == "POST" and request.route == f"{PREFIX}access_token":
            return self._token({name: values[-1] for name, values in parse_qs(request.body.decode()).items()})
        return Response.error(404, "Not Found")

    def _page(self, request: Request) -> Response:
        app = self.apps.get(request.argument("client_id", ""))
        if app is None:
            return Response.html("<!doctype html><title>Page not found</title>", 404)
        back, state = request.argument("redirect_uri", app.callback), request.argument("state", "")
        if not back.startswith(app.callback):
            wrong = {"error": "redirect_uri_mismatch", "state": state}
            return Response(302, b"", {"Location": f"{app.callback}?{urlencode(wrong)}"})
        code, challenge = uuid4().hex[:20], request.argument("code_challenge", "")
        self.grants[code] = _Grant(app.client_id, self.viewer, request.argument("scope", ""), back, challenge)
        yes, no = {"code": code, "state": state}, {"error": "access_denied", "state": state}
        return Response.html(
            f"<!doctype html><title>Authorize application</title><p>You are {escape(self.viewer)}.</p>"
            f'<a id="authorize" href="{escape(f"{back}?{urlencode(yes)}")}">Authorize</a> '
            f'<a id="cancel" href="{escape(f"{back}?{urlencode(no)}")}">Cancel</a>'
        )

    def _token(self, sent: dict[str, str]) -> Response:
        app = self.apps.get(sent.get("client_id", ""))
        if app is None or sent.get("client_secret") != app.secret:
            return _form({"error": "incorrect_client_credentials"})
        grant = self.grants.pop(sent.get("code", ""), None)
        if grant is None or grant.client_id != app.client_id or not _fits(grant.challenge, sent.get("code_verifier")):
            return _form({"error": "bad_verification_code"})
        if sent.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
            return _form({"error": "redirect_uri_mismatch"})
        token, scopes = f"gho_{uuid4().hex}", set(grant.scope.split())
        self.tokens.add(token, grant.login, scopes=scopes)
        return _form({"access_token": token, "scope": ",".join(sorted(scopes)), "token_type": "bearer"})


def _fits(challenge: str, verifier: str | None) -> bool:
    """PKCE, method S256."""
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return not challenge or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == challenge


def _form(values: dict[str, str]) -> Response:
    return Response(200, urlencode(values).encode(), {"Content-Type": _FORM})
