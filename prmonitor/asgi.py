"""The ASGI application: pages and REST through Django, live updates through Channels."""

import os
import sys

from django.core.asgi import get_asgi_application

# Sooner than after Python's 5 ms a thread that renders a page lets the event loop have its turn, and with it every socket.
sys.setswitchinterval(0.0005)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prmonitor.settings")
pages = get_asgi_application()  # sets Django up: what follows needs its models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from monitor.live.lifespan import WithFeed  # noqa: E402
from monitor.live.origin import TrustedOrigin  # noqa: E402
from monitor.live.routing import websocket_urlpatterns  # noqa: E402
from prmonitor import logs  # noqa: E402
from prmonitor.limits.asgi import WithinLimits  # noqa: E402

logs.mask_servers()

if "daphne.cli" in sys.modules:
    from prmonitor import access_log

    access_log.install()
if "daphne.server" in sys.modules:
    from prmonitor.limits.daphne import install

    install()

application = WithFeed(
    ProtocolTypeRouter({"http": WithinLimits(pages), "websocket": TrustedOrigin(URLRouter(websocket_urlpatterns))})
)
