"""Prints the address of the site, and a sign-in link, when the web process answers."""

import http.client
import socket
import threading

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.db import connections

from monitor.accounts import sign_in_links
from monitor.runtime.supervisor.listening import address_of, visitable

_PAGE = "/accounts/login/"


def announce(listener: socket.socket, stopping: threading.Event, out: OutputWrapper) -> None:
    """Waits until the web process answers, then prints the address, and the sign-in link where one is needed."""
    host, port = visitable(listener)
    while not _answers(host, port):
        if stopping.wait(0.1):
            return
    address = address_of(listener)
    lines = [f"prmonitor: {address}"]
    if settings.DEMO:
        lines.append(f"Demo: a made-up GitHub at {settings.GITHUB_API_URL}/; set GITHUB_TOKEN for the real one.")
    lines += _sign_in_line(address)
    out.write("\n".join(lines))
    out.flush()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        # Any answer but a server error counts: for example, a redirect to https shows that the site works.
        connection.request("GET", _PAGE, headers={"Host": settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _sign_in_line(address: str) -> list[str]:
    try:
        admin = sign_in_links.first_admin()
        if admin.has_usable_password():
            return []
        # With an https PUBLIC_URL, the local address redirects to https, which `up` does not serve.
        place = f"{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else address
        return [f"Sign in: {place}sign-in/{sign_in_links.token_for(admin)}"]
    finally:
        connections.close_all()
