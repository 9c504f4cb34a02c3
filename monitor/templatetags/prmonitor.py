"""Icons, faces, times and texts for templates."""

from datetime import datetime
from functools import cache
from itertools import groupby

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monitor.models import Repository
from monitor.views import times
from monitor.views.faces import Face, face_of
from monitor.views.story import Entry
from monitor.views.texts import plain

register = template.Library()
register.filter("plain", plain)


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """A picture from the sprite; a word or a hidden text always stands beside it."""
    address = static("monitor/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', f"i {classes}".strip(), address, name
    )


@register.simple_tag
def demo() -> bool:
    """Whether the GitHub behind all this is the made-up one."""
    return bool(settings.DEMO)


@register.inclusion_tag("monitor/_face.html")
def face(shown: Face | str, team: bool = False, you: bool = False) -> dict[str, Face]:
    """A reviewer's face, or one made from a bare name."""
    return {"face": face_of(shown, team=team, you=you) if isinstance(shown, str) else shown}


@register.filter
def after_slash(name: str) -> str:
    """The part after the owner or organisation."""
    return name.rpartition("/")[2]


@register.filter
def clock(when: datetime | None) -> SafeString | str:
    """When it was, in the reader's time zone."""
    return _time(when, times.clock)


@register.filter
def pause(repository: Repository) -> SafeString:
    """“paused since … by …”, as far as it is known, by the reader's own clock."""
    since = format_html(" since {}", clock(repository.paused_at)) if repository.paused_at else ""
    by = format_html(" by <bdi>{}</bdi>", plain(repository.paused_by)) if repository.paused_by else ""
    return format_html("paused{}{}", since, by)


@register.filter
def ago(when: datetime | None) -> SafeString | str:
    """How long ago it was; the page's script keeps it true."""
    return _time(when, times.ago, " data-ago")


@register.filter
def hour(when: datetime) -> SafeString | str:
    """The hour alone, beneath the heading of its day."""
    return _time(when, lambda then, _: f"{then:%H:%M}")


@register.filter
def until(when: datetime | None) -> SafeString | str:
    """When something happens by itself."""
    return _time(when, times.until)


@register.filter
def age(when: datetime) -> SafeString | str:
    """How long it has lasted; the page's script keeps it true."""
    return _time(when, lambda then, now: times.duration((now - then).total_seconds()), " data-age")


@register.filter
def worked(since: datetime, words: str) -> SafeString | str:
    """Working time in words; the moment it began is a hover away."""
    return _time(since, lambda *_: words)


@register.filter
def day(when: datetime) -> str:
    """The heading of a day."""
    return times.day(timezone.localtime(when), timezone.localtime())


@register.filter
def by_day(entries: list[Entry]) -> list[tuple[datetime, list[Entry]]]:
    """A story by the days of the reader's time zone."""
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    return [(inside[0].at, inside) for inside in (list(group) for _, group in days)]


@register.filter
def every(seconds: int) -> str:
    """An interval: “every 60 s”, “every 5 m”."""
    return f"every {seconds} s" if seconds <= 120 else f"every {times.duration(seconds)}"


def _time(when: datetime | None, words: times.Words, attribute: str = "") -> SafeString | str:
    if when is None:
        return "never"
    local, now = timezone.localtime(when), timezone.localtime()
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        when.isoformat(timespec="seconds"),
        f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S %Z}",
        SafeString(attribute),
        words(local, now),
    )
