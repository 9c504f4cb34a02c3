"""Starts prmonitor processes that use the database and the demo GitHub of the test."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The URL of the test database, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    where = f"{known['HOST'] or '127.0.0.1'}:{known['PORT'] or 5432}"
    return f"postgres://{quote(known['USER'])}:{quote(known['PASSWORD'] or '')}@{where}/{known['NAME']}"


def start(*arguments: str, github_url: str, data_dir: Path, **environment: str) -> subprocess.Popen[str]:
    """Starts Python with `arguments`, prmonitor's settings as environment variables, and pipes."""
    ours = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": database_url(), "DATA_DIR": str(data_dir),
        "SECRET_KEY": settings.SECRET_KEY, "GITHUB_API_URL": github_url, "GITHUB_TOKEN": "demo", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=ours | environment, cwd=ROOT,
    )  # fmt: skip
