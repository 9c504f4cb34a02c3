"""Django's settings, all from the environment: embedded (SQLite, no services) by default, PostgreSQL and Redis when named."""

import warnings
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from prmonitor import __version__, env
from prmonitor.data_folder import keep_new_files_private
from prmonitor.secret import secret_key

keep_new_files_private()  # before anything is written: every process of ours comes by here
BASE_DIR = Path(__file__).resolve().parent.parent
env.load(BASE_DIR / ".env")

VERSION = __version__
DEBUG = env.flag("DEBUG")
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve()
DATABASE_URL = env.database("DATABASE_URL")
DATABASE_POOL_SIZE = env.number("DATABASE_POOL_SIZE", 8, 0, 1000)
REDIS_URL = env.address("REDIS_URL", schemes=("redis", "rediss", "unix"))
SCALED_OUT = bool(DATABASE_URL or REDIS_URL)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, 0, 65535)
WEB_PROCESSES = env.number("WEB_PROCESSES", 1, 1, 64)

# Names that are promised, but whose feature is not built yet: read like all others, and shown nowhere.
RESERVED = frozenset({"SLACK_SIGNING_SECRET"})

# GitHub
GITHUB_TOKEN = env.secret("GITHUB_TOKEN")
GITHUB_APP_ID = env.text("GITHUB_APP_ID")
GITHUB_APP_PRIVATE_KEY = env.secret("GITHUB_APP_PRIVATE_KEY").replace("\\n", "\n")
GITHUB_API_URL = env.address("GITHUB_API_URL", "https://api.github.com")
GITHUB_WEBHOOK_SECRET = env.secret("GITHUB_WEBHOOK_SECRET")
GITHUB_OAUTH_CLIENT_ID = env.text("GITHUB_OAUTH_CLIENT_ID")
GITHUB_OAUTH_CLIENT_SECRET = env.secret("GITHUB_OAUTH_CLIENT_SECRET")
GITHUB_OAUTH_ORGANIZATION = env.text("GITHUB_OAUTH_ORGANIZATION")
POLLING_INTERVAL_SECONDS = env.number("POLLING_INTERVAL_SECONDS", 60, 10, 86400)
# Set by `up` for the processes it starts: the GitHub behind GITHUB_API_URL is the made-up one, and pages say so.
DEMO = env.flag("PRMONITOR_DEMO")
if bool(GITHUB_APP_ID) != bool(GITHUB_APP_PRIVATE_KEY):
    raise ImproperlyConfigured("GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY go together: set both or neither")

# Slack
SLACK_WEBHOOK_URL = env.secret_address("SLACK_WEBHOOK_URL")
SLACK_BOT_TOKEN = env.secret("SLACK_BOT_TOKEN")
SLACK_CHANNEL = env.text("SLACK_CHANNEL")
SLACK_CHANNEL_HEARS_PRIVATE = env.flag("SLACK_CHANNEL_HEARS_PRIVATE")
SLACK_SIGNING_SECRET = env.secret("SLACK_SIGNING_SECRET")
SLACK_API_URL = env.address("SLACK_API_URL", "https://slack.com/api/") + "/"
NOTIFY_DELAY_SECONDS = env.number("NOTIFY_DELAY_SECONDS", 60, 0, 86400)

# Limits
CLAIM_HOURS = env.number("CLAIM_HOURS", 24, 1, 720)
LIMIT_HOURS = env.number("LIMIT_HOURS", 8, 1, 1000)
RETENTION_DAYS = env.number("RETENTION_DAYS", 180, 1, 36500)
API_RATE_PER_MINUTE = env.number("API_RATE_PER_MINUTE", 600, 1, 1_000_000)
SUBSCRIPTIONS_PER_USER = env.number("SUBSCRIPTIONS_PER_USER", 200, 0, 1_000_000)
SOCKETS_PER_USER = env.number("SOCKETS_PER_USER", 0, 0, 1_000_000)
METRICS_TOKEN = env.secret("METRICS_TOKEN")

# Addresses
PUBLIC_URL = env.address("PUBLIC_URL")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
if PUBLIC_URL and not env.listing("ALLOWED_HOSTS"):
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if "://" not in origin:
        raise env.refuse("CSRF_TRUSTED_ORIGINS", origin, "origins like https://prmonitor.example.org, comma-separated")
# The one header whose last entry is a client's address; empty: whoever connects is the client.
CLIENT_ADDRESS_HEADER = ""
if env.flag("TRUST_PROXY_HEADERS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    CLIENT_ADDRESS_HEADER = "HTTP_X_FORWARDED_FOR"
if PUBLIC_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    # A load balancer asks for the health over plain HTTP, from inside the network.
    SECURE_REDIRECT_EXEMPT = [r"^health"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Everything from here, nothing inline. A view that needs more sets the header itself (the API's documentation).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

INSTALLED_APPS = [
    "daphne",  # before staticfiles: gives runserver WebSockets
    "allauth",  # before monitor, whose admin takes out what they register
    "allauth.account",  # for its tables: there is no page of it
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "monitor",  # before django_q: our qcluster command wins
    "notifications",
    "prmonitor.apps.DeskConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "django_q",
    "django_htmx",
    "ninja",
]
MIDDLEWARE = [
    "monitor.api.error_middleware.ApiErrorMiddleware",  # first, so that it sees Django's own error pages too
    "prmonitor.redirects.ends_circles",  # before the one that redirects
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "prmonitor.compression.GzipPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "monitor.pages.errors.too_many_at_once.TooManyAtOnceMiddleware",
    "prmonitor.former_names.FormerNamesMiddleware",
]
ROOT_URLCONF = "prmonitor.urls"
ASGI_APPLICATION = "prmonitor.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    {  # only for what is rendered a hundred times a page: the rows of lists
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "monitor.templatetags.rows.environment"},
    },
]

SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "prmonitor.sqlite3",
    "CONN_MAX_AGE": 60,
    # WAL with IMMEDIATE is the one combination in which readers never wait and writers queue instead of failing.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
            " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864;"
        ),
    },
}


def _database() -> dict[str, Any]:
    if not DATABASE_URL:
        return SQLITE
    takes = "postgres://USER:PASSWORD@HOST:PORT/NAME"
    warnings.filterwarnings("ignore", "Engine not recognized from url")  # said below, without the password
    try:
        named = dict(environ.Env.db_url_config(DATABASE_URL)) if "://" in DATABASE_URL else {}
    except Exception:
        raise env.refuse("DATABASE_URL", env.shown_database(DATABASE_URL), takes) from None
    if named.get("ENGINE") == SQLITE["ENGINE"]:
        return {**SQLITE, "NAME": named["NAME"]}
    if named.get("ENGINE") != "django.db.backends.postgresql":
        raise env.refuse("DATABASE_URL", env.shown_database(DATABASE_URL), takes)
    return {**named, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _database()}
if REDIS_URL and DATABASES["default"]["ENGINE"] == SQLITE["ENGINE"]:
    raise ImproperlyConfigured(
        "REDIS_URL is set, but the database is SQLite: name a PostgreSQL in DATABASE_URL, or leave REDIS_URL empty"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = secret_key(env.secret("SECRET_KEY"), DATA_DIR, required=SCALED_OUT)
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")

# The channel layer only carries the signal "there are new events up to N". Without Redis, readers look for them often.
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CACHE_IN_MEMORY: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    # Counts of calls and tries live here: Django's 300 are soon pushed out by whoever wants them forgotten.
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
CACHES: dict[str, dict[str, Any]] = {"default": CACHE_IN_MEMORY}
if REDIS_URL:
    # The core layer loses every socket after 5 idle seconds with redis-py 8 (channels_redis #422); pub/sub does not.
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "prmonitor"},
    }
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}

Q_CLUSTER: dict[str, Any] = {
    "name": "prmonitor",
    "label": "Background tasks",
    "workers": 2,
    # A task waits in memory while its lock already runs: few at a time, and retry well over timeout.
    "queue_limit": 4,
    "timeout": 50,
    "retry": 180,
    "poll": 0.2,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 100,
    "scheduler": False,  # our own qcluster looks at the schedules every second
    "guard_cycle": 0.5,
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise env.refuse("TIME_ZONE", TIME_ZONE, "a name of the IANA time zone database, like Europe/Berlin")

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
FILE_UPLOAD_PERMISSIONS = 0o600  # collectstatic's too: Django's own default leaves them open
warnings.filterwarnings("ignore", "No directory at", UserWarning)  # only collectstatic makes that folder
WHITENOISE_USE_FINDERS = True  # serves from the packages themselves: no collectstatic, nothing to forget
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
# Sign in with GitHub. Which OAuth app, and of which GitHub, say the hooks; tokens are used once and not kept.
SOCIALACCOUNT_ADAPTER = "monitor.accounts.github_sign_in.adapter.SignInAdapter"
SOCIALACCOUNT_PROVIDERS = {"github": {"provider_class": "monitor.accounts.github_sign_in.provider.Provider"}}
SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_QUERY_EMAIL = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds: somebody sits before a page and waits
ACCOUNT_EMAIL_VERIFICATION = "none"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

DEFAULT_EXCEPTION_REPORTER = "prmonitor.debugging.MaskingReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "prmonitor.debugging.MaskingReporterFilter"
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "console", ("console", "json"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"()": "prmonitor.logs.console"},
        "json": {"()": "prmonitor.logs.as_json"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "daphne": {"level": "WARNING"},
        "django-q": {"handlers": [], "level": "WARNING", "propagate": True},
        "httpx": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}
