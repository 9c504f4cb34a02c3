"""The project's settings for tests: nothing from the developer's own environment but the two servers' addresses."""

import atexit
import os
import shutil
import tempfile

_FOLDER = "PRMONITOR_TEST_FOLDER"


def _folder() -> str:
    """A folder of this process, within that of the first process of the run, which removes all of it when it ends."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="prmonitor-test-")
        atexit.register(_remove, os.environ[_FOLDER], os.getpid())
    os.makedirs(os.environ[_FOLDER], exist_ok=True)
    return tempfile.mkdtemp(dir=os.environ[_FOLDER])


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # and not one that it forked
        shutil.rmtree(folder, ignore_errors=True)


_KEEP = {"DATABASE_URL", "REDIS_URL"}
_OURS = (
    "GITHUB_", "SLACK_", "POLLING_", "NOTIFY_", "SECRET_KEY", "DATA_DIR", "PUBLIC_URL", "ALLOWED_HOSTS", "DEBUG", "LOG_",
    "TIME_ZONE", "CSRF_", "TRUST_", "HOST", "PORT", "WEB_", "CLAIM_", "RETENTION_", "API_RATE", "SOCKETS_", "SUBSCRIPTIONS_", "METRICS_", "PRMONITOR_DEMO",
)  # fmt: skip
for _name in list(os.environ):
    if _name.startswith(_OURS) and _name not in _KEEP:
        # Empty instead of absent: a value in .env does not come back in its place.
        os.environ[_name] = ""
os.environ["DATA_DIR"] = _folder()
os.environ["SECRET_KEY"] = "for tests only: long enough, and the same in every process"
os.environ["LOG_LEVEL"] = "WARNING"
# A pool would keep connections to a test's database, which is removed in the end.
os.environ["DATABASE_POOL_SIZE"] = "0"

from prmonitor.settings import *  # noqa: E402, F403
from prmonitor.settings import DATA_DIR, DATABASES, INSTALLED_APPS  # noqa: E402

# Threads and processes of a test share one file; an in-memory database would lock whole tables between them.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test makes a client of its own, and each would read every static file there is before its first request.
WHITENOISE_AUTOREFRESH = True
INSTALLED_APPS.insert(0, "tests.quick_flush")
