"""What the documents say exists, and what exists is said."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import global_settings, settings
from django.core.management import get_commands

from notifications.models import Delivery

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "prmonitor" / "settings.py").read_text()
# Written by `up` for its own processes: no setting of the user's.
INTERNAL = {"PRMONITOR_DEMO"}


def section(title: str) -> str:
    """The text below a heading, up to the next of the same rank."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def settings_in_code() -> set[str]:
    return (
        set(
            re.findall(
                r'env\.(?:text|number|flag|choice|listing|address|secrets?|secret_address|database)\(\s*"(\w+)"',
                SETTINGS,
            )
        )
        - INTERNAL
    )


def shown_settings() -> set[str]:
    """All but those whose feature is not built yet."""
    return settings_in_code() - settings.RESERVED


def has_effect(name: str) -> bool:
    """Whether anything reads a setting: our code, Django itself, or the settings module beyond the line that sets it."""
    code = (
        path.read_text() for app in ("monitor", "notifications", "prmonitor") for path in (ROOT / app).rglob("*.py")
    )
    within = (
        len(re.findall(rf"(?<![\"\w]){name}(?![\"\w])", SETTINGS)) != 1
    )  # none: it is asked for and used in one place
    return within or hasattr(global_settings, name) or any(re.search(rf"\bsettings\.{name}\b", text) for text in code)


def settings_in_table() -> dict[str, str]:
    """Variable -> what the table says of its default."""
    rows = [row.split("|") for row in section("Settings").splitlines() if row.startswith("| `")]
    return {name: row[2].strip() for row in rows for name in re.findall(r"`(\w+)`", row[1])}


def settings_in_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_setting_is_in_the_readme_and_in_the_example() -> None:
    shown = shown_settings()
    assert len(shown) > 25
    assert set(settings_in_table()) == shown
    assert set(settings_in_example()) == shown


def test_a_setting_that_nothing_reads_is_reserved_and_not_shown() -> None:
    code = settings_in_code()
    assert {name for name in code if not has_effect(name)} == settings.RESERVED
    for path in (ROOT / ".env.example", ROOT / "compose.yaml", *ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        assert not [name for name in settings.RESERVED if name in path.read_text()], path.name


def test_the_defaults_of_the_example_are_those_of_the_table() -> None:
    table = settings_in_table()
    for name, value in settings_in_example().items():
        assert not value or f"`{value}`" in table[name], name


def test_every_command_is_in_the_readme_and_none_besides() -> None:
    ours = {
        path.stem for app in ("monitor", "notifications") for path in (ROOT / app).glob("management/commands/[a-z]*.py")
    }
    named = set(re.findall(r"`(?:python )?manage\.py (\w+)", README)) | set(
        re.findall(r"^python manage\.py (\w+)", README, re.M)
    )
    assert ours <= named
    assert named <= set(get_commands())


def test_every_make_target_is_in_the_readme_and_none_besides() -> None:
    [phony] = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    named = set(re.findall(r"`make ([a-z]+)\b", section("Commands")))
    assert named == set(phony.split()) - {"help"}


@pytest.mark.parametrize(
    "document", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")), ids=lambda path: path.name
)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_a_document_names_is_there(document: str) -> None:
    folders = "monitor|notifications|prmonitor|templates|tests|benchmarks|docs"
    named = re.findall(rf"`((?:{folders})/[\w/.]*)`", (ROOT / document).read_text())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_floors_of_the_architecture_are_those_that_are_checked() -> None:
    """Every layer of monitor, from top to bottom, stands in the picture, and nothing else does."""
    contract = (ROOT / ".importlinter").read_text().partition("containers = monitor\n")[2].partition("\n[")[0]
    layers = [re.findall(r"\w+", line) for line in contract.partition("layers =\n")[2].splitlines() if line.strip()]
    picture = (ROOT / "docs/architecture.md").read_text().partition("```\n")[2].partition("```")[0]
    drawn = picture.partition(" monitor/ ")[2].splitlines()
    assert [re.split(r"\s{4,}", line.strip())[0].split() for line in drawn] == layers


def test_every_quiet_rule_is_in_the_table_of_slack() -> None:
    table = (ROOT / "docs/slack.md").read_text().partition("| rule | meaning |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.M)) == set(Delivery.Rule.values)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_pins_name_no_index_and_have_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "index-url" not in text
        pins = re.findall(r"^[a-z0-9][^\s]*==", text, re.M | re.I)
        assert len(pins) > 20
        assert len(pins) <= text.count("--hash=sha256:")


def test_every_tracked_text_is_utf_8_and_ends_with_a_line_feed() -> None:
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:1000] and data:
            data.decode()
            assert data.endswith(b"\n"), path


def test_modules_say_in_their_first_line_what_they_are() -> None:
    for path in tracked():
        parts = path.relative_to(ROOT).parts
        if path.suffix == ".py" and "migrations" not in parts and path.read_text().strip():
            first = path.read_text().lstrip().removeprefix("#!/usr/bin/env python\n")
            assert first.startswith('"""'), f"{path} does not say what it is"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_pins_name_one_django_for_every_python(name: str) -> None:
    """Whoever runs prmonitor on 3.11 and on 3.13 runs the same: the LTS."""
    pinned = re.findall(r"^django==(\S+)(.*)$", (ROOT / name).read_text(), re.M)
    assert len(pinned) == 1, pinned
    version, condition = pinned[0]
    assert version.startswith("5.2.")
    assert condition.strip() == "\\"


def test_the_table_of_insides_names_files_and_tests_that_are_there() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text().split("## Insides of libraries")[1]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for _, inside, used, _, test, _ in rows:
        assert re.search(rf"^def {test.strip(' `')}\(", code, re.M), f"no test for {inside}"
        assert all((ROOT / path).exists() for path in re.findall(r"`([^`]+/[^`]+)`", used)), used
    ours = (ROOT / "tests" / "runtime" / "test_insides.py").read_text()
    assert set(re.findall(r"^def (test_\w+)", ours, re.M)) <= {row[4].strip(" `") for row in rows}
