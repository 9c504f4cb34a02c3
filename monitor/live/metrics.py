"""Numbers for Prometheus about the open sockets."""

from monitor.live.feed import sockets_open
from monitor.metrics import Family


def families() -> list[Family]:
    """The sockets of this process: each web process answers for its own."""
    return [Family("prmonitor_sockets", "WebSockets this process serves.", [({}, sockets_open())])]
