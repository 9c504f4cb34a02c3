"""Templates have no line of more than 120 columns; djangofmt cannot break every line."""

from django.conf import settings

COLUMNS = 120


def test_no_line_of_a_template_is_wider_than_the_house() -> None:
    folder = settings.BASE_DIR / "templates"
    templates = sorted([*folder.rglob("*.html"), *folder.rglob("*.jinja")])
    lines = [
        (template.relative_to(settings.BASE_DIR).as_posix(), number, len(line))
        for template in templates
        for number, line in enumerate(template.read_text().splitlines(), start=1)
    ]
    assert lines
    assert [line for line in lines if line[2] > COLUMNS] == []
