"""Takes the picture of the README: the demo's dashboard after half a minute of its life. Run by `make screenshot`."""

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.runtime.running import running

PICTURE = Path(__file__).with_name("screenshot.png")
_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_LIFE_SECONDS = 30
# The count beside the view follows the list by a moment.
_CALM = """() => document.querySelector("[data-view=waiting]").textContent === document.querySelector("#sum b").textContent"""


def _afternoon(now: datetime) -> str:
    """A zone in which it is about four: ages count working time, and the picture is not to depend on the hour."""
    east = (16 - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("prmonitor: a chromium is needed to take the picture")
    demo = {"GITHUB_TOKEN": "", "GITHUB_API_URL": "", "TIME_ZONE": _afternoon(datetime.now(UTC))}
    with tempfile.TemporaryDirectory() as data, running(Path(data), "--demo", **demo) as up, sync_playwright() as drive:
        link = up.out.wait_for(r"^Sign in: (http://\S+)$")[1]
        page = drive.chromium.launch(executable_path=browser, args=_OPTIONS).new_page(
            viewport={"width": 1280, "height": 800}, device_scale_factor=1
        )
        page.goto(link)
        while not page.locator("[id^='pr-']").count():
            page.wait_for_timeout(1000)
            page.reload()
        page.wait_for_timeout(_LIFE_SECONDS * 1000)
        page.wait_for_function(_CALM)
        page.screenshot(path=PICTURE)
    sys.stdout.write(f"{PICTURE}\n")


if __name__ == "__main__":
    main()
