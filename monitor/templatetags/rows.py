"""Template tags for the rows of lists and their parts. Jinja2 renders them: it takes a fifth of the time, and rows are many.

https://docs.djangoproject.com/en/5.2/topics/templates/#django.template.backends.jinja2.Jinja2
"""

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any, cast

from django import template
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment
from jinja2.ext import Extension

from monitor.pages.lists.row import Row, ShownLabel
from monitor.pages.wording.avatars import Avatar, avatar_of
from monitor.templatetags import prmonitor

register = template.Library()
_LINE_BREAK = re.compile(r"\s*\n\s*")
_BESIDE_A_TAG = re.compile(r"(?<=[>}])\n|\n(?=[<{])")


class OneLine(Extension):
    """Takes line breaks and indentation out when a template is compiled, so that no page carries them.

    A line break is a space, but none beside a tag. Where a space is meant beside a tag, templates say `{{ " " }}`.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _BESIDE_A_TAG.sub("", _LINE_BREAK.sub("\n", source.strip())).replace("\n", " ")


def environment(**options: Any) -> Environment:
    """The Jinja2 environment, with the icons and words of the Django templates. Django switches autoescape on."""
    made = Environment(**options, extensions=[OneLine])  # noqa: S701
    made.globals |= {"icon": prmonitor.icon, "part": part}
    made.filters |= {
        "after_slash": prmonitor.after_slash,
        "age": prmonitor.age,
        "clock": prmonitor.clock,
        "day_of_return": prmonitor.day_of_return,
        "worked": prmonitor.worked,
    }
    return made


@register.simple_tag
def rows(found: Sequence[Row], hide_owner: bool, first_is_next: bool = False) -> SafeString:
    """The rows. With `first_is_next` the first one is shown as the next best."""
    return _render("rows.jinja", rows=found, hide_owner=hide_owner, is_next=first_is_next)


@register.simple_tag
def row_outlines(found: Sequence[Row]) -> SafeString:
    """The ids and versions of the rows, from which the page's script sees what changed."""
    return _render("row_outlines.jinja", rows=found)


@register.simple_tag
def avatar(reviewer: Avatar | str, team: bool = False, you: bool = False) -> SafeString:
    """An avatar of a reviewer, or of a user or team by name."""
    return part("avatar", avatar_of(reviewer, team=team, you=you) if isinstance(reviewer, str) else reviewer)


@register.simple_tag
def labels(found: Sequence[ShownLabel]) -> SafeString:
    """Labels with their colours."""
    return part("label_list", tuple(found))


@register.simple_tag
def check_result(ci: str) -> SafeString:
    """The result of the checks, with its icon."""
    return part("check_result", ci)


@lru_cache(4096)
def part(name: str, value: Hashable) -> SafeString:
    """A part of a row that many rows share: a reviewer's avatar, labels, a result of checks. Rendered once."""
    engine = cast(Jinja2, engines["jinja2"])
    macro = getattr(engine.env.get_template("_parts.jinja").module, name)
    html: str = macro(value)
    return mark_safe(html)  # noqa: S308 - the template escapes


def _render(name: str, **context: Any) -> SafeString:
    return mark_safe(engines["jinja2"].get_template(name).render(context))  # noqa: S308 - the template escapes
