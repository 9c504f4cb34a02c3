"""The ASGI application: pages and REST through Django, live updates through Channels."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prmonitor.settings")
application = get_asgi_application()
