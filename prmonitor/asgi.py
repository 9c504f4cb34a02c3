"""The ASGI application: pages and REST through Django, live updates through Channels."""

import os
import sys

from django.conf import settings

from monitor.database.pool import use_pool
from prmonitor.handler import get_application

# A thread that renders a page gives way to the event loop, and so to the sockets, sooner than Python's default 5 ms.
sys.setswitchinterval(0.0005)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prmonitor.settings")
use_pool(settings.DATABASES["default"], settings.DATABASE_POOL_SIZE)  # only here: other processes have no pool
django = get_application()  # sets Django up: what follows needs its models

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from monitor.api.health import LiveFirst  # noqa: E402
from monitor.api.unchanged_answers import UnchangedAnswers  # noqa: E402
from monitor.database.request_threads import RequestThreads  # noqa: E402
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

# More threads answer no more requests in all: they only compute in turns, and the event loop waits for all of them.
REQUEST_THREADS = 8
HEALTH = ("/health", "/api/v1/health")
pages = WithinLimits(LiveFirst(UnchangedAnswers(RequestThreads(django, REQUEST_THREADS, apart=HEALTH))))
sockets = TrustedOrigin(URLRouter(websocket_urlpatterns))
application = WithFeed(ProtocolTypeRouter({"http": pages, "websocket": sockets}))
