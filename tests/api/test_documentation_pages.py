"""Swagger UI and Redoc in a real browser: they show the API and load nothing from other servers."""

import shutil
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_both_pages_draw_the_api_from_here_alone(live_server: Any) -> None:
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for path in ("/docs", "/redoc"):
            page = browser.new_page()
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "request",
                lambda asked: complaints.append(asked.url) if _is_foreign(asked.url, live_server.url) else None,
            )
            page.goto(live_server.url + path)
            expect(page.get_by_text("/api/v1/repositories/subscribe").first).to_be_visible(timeout=20_000)
            page.wait_for_load_state("networkidle")
        browser.close()
    assert complaints == []


def _is_foreign(url: str, ours: str) -> bool:
    return not url.startswith((ours, "data:", "blob:"))
