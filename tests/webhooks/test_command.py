"""`manage.py github_webhook` prints the values for GitHub's settings page, and names missing settings of prmonitor."""

from io import StringIO

from django.core.management import call_command


def told() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("github_webhook", stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_all_is_set(settings) -> None:
    settings.PUBLIC_URL, settings.GITHUB_WEBHOOK_SECRET = "https://pr.example.org", "hush"
    page, problems = told()
    assert "https://pr.example.org/webhooks/github" in page
    assert "application/json" in page
    assert "Enable SSL verification" in page
    for event in ("Pull requests", "Check runs", "Issue comments", "Pushes", "Repositories", "Memberships"):
        assert f"[x] {event}" in page
    assert "hush" not in page, "a secret is not printed"
    assert problems == ""


def test_something_is_missing(settings) -> None:
    settings.PUBLIC_URL = settings.GITHUB_WEBHOOK_SECRET = ""
    _, problems = told()
    assert problems.startswith("PUBLIC_URL is empty")
    assert "GITHUB_WEBHOOK_SECRET is empty" in problems
