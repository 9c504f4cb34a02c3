"""The documentation of the API says that it is a demo; a process of its own reads the setting at its start."""

import os
import subprocess
import sys

import pytest

ASK = "import django; django.setup(); from prmonitor.api import api; print(api.title); print(api.description)"


@pytest.mark.slow
@pytest.mark.parametrize(("demo", "told"), [("true", True), ("", False)])
def test_the_documentation_of_a_demo_says_demo(demo: str, told: bool) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "prmonitor.settings", "PRMONITOR_DEMO": demo}
    said = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert ("DEMO" in said) is told
    assert "prmonitor" in said
