"""Schemathesis sends generated requests over HTTP, and checks every response against the OpenAPI document."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.models import ApiToken
from tests.api.calls import Acme
from tests.demo_github import DemoGitHub
from tests.live.servers import serving

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def token(
    transactional_db: None, heron: Any, github: DemoGitHub, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> str:
    Acme(heron, github, settings, monkeypatch)
    for name, value in {"GITHUB_API_URL": github.url, "GITHUB_TOKEN": "demo", "API_RATE_PER_MINUTE": "1000000"}.items():
        monkeypatch.setenv(name, value)
    return str(ApiToken.create_for(heron)[1])


def test_no_answer_is_against_the_document(token: str, tmp_path: Path) -> None:
    with serving("daphne") as (address, _):
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIG, "run"),
            *("--header", f"Authorization: Bearer {token}", f"http://{address}/openapi.json"),
        ]
        made = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
