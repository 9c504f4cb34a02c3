"""Finds the address of the client that sent a request: the peer's, or the one in a trusted proxy's header."""

import logging
import re
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

log = logging.getLogger(__name__)
# A provider gives each client a network of this size, so all its addresses count as one client.
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[\d.]+):\d+")
_SIGNS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
_UNBELIEVED = (
    "a proxy hands requests on, but its headers are not believed: everybody behind it counts as one address. Set"
    " TRUST_PROXY_HEADERS=true, if it sets X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host itself."
)
_UNSAID = (
    "TRUST_PROXY_HEADERS is set, but the proxy does not say the client's address in X-Forwarded-For: everybody behind it"
    " counts as one address. Have it append the address to that header."
)


def address_of(request: HttpRequest) -> str:
    """The client's address; of an IPv6 address its network. Behind a trusted proxy: the last entry of its header.

    The entries before the last one come from the client, who can write anything there.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.CLIENT_ADDRESS_HEADER:
        if any(name in request.META for name in _SIGNS):
            _warn_once(_UNBELIEVED)
        return _normal(peer) or peer
    said = _normal(request.META.get(settings.CLIENT_ADDRESS_HEADER, "").rpartition(",")[2])
    if not said:
        _warn_once(_UNSAID)
    return said or _normal(peer) or peer


def _normal(text: str) -> str:
    """The one spelling of an address; empty when `text` is no address."""
    written = text.strip()
    if found := _WITH_PORT.fullmatch(written):
        written = found["six"] or found["four"]
    try:
        address = ip_address(written)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), IPV6_PREFIX), strict=False).network_address)
    return str(address)


@cache
def _warn_once(words: str) -> None:
    log.warning("%s", words)
