"""Template tags and filters for icons, avatars, times and texts."""

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
from monitor.pages.wording import time_wording
from monitor.pages.wording.plain_text import plain
from monitor.pages.wording.timeline_wording import TimelineEntry

register = template.Library()
register.filter("plain", plain)


@register.simple_tag
@cache
def icon(name: str, classes: str = "") -> SafeString:
    """An icon from the sprite. The template always adds a word or a hidden text beside the icon."""
    address = static("monitor/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', f"i {classes}".strip(), address, name
    )


@register.simple_tag
def demo() -> bool:
    """Whether prmonitor reads the made-up GitHub of a demo."""
    return bool(settings.DEMO)


@register.filter
def after_slash(name: str) -> str:
    """The part of a full name after the owner or organisation."""
    return name.rpartition("/")[2]


@register.filter
def clock(when: datetime | None) -> SafeString | str:
    """A moment as the reader's clock shows it, like “14:12”."""
    return _time(when, time_wording.clock)


@register.filter
def pause(repository: Repository) -> SafeString:
    """“paused since … by …”, as far as it is known, in the reader's time zone."""
    since = format_html(" since {}", clock(repository.paused_at)) if repository.paused_at else ""
    by = format_html(" by <bdi>{}</bdi>", plain(repository.paused_by)) if repository.paused_by else ""
    return format_html("paused{}{}", since, by)


@register.filter
def ago(when: datetime | None) -> SafeString | str:
    """How long ago a moment was; the page's script updates the words."""
    return _time(when, time_wording.ago, " data-ago")


@register.filter
def hour(when: datetime) -> SafeString | str:
    """The time of day alone, for a list under the heading of a day."""
    return _time(when, lambda then, _: f"{then:%H:%M}")


@register.filter
def until(when: datetime | None) -> SafeString | str:
    """When something will happen, like “in 12 s”."""
    return _time(when, time_wording.until)


@register.filter
def day_of_return(when: datetime) -> SafeString | str:
    """Until when somebody is away, like “Mon”."""
    return _time(when, time_wording.day_of_return)


@register.filter
def age(when: datetime) -> SafeString | str:
    """How long a state has lasted; the page's script updates the words."""
    return _time(when, lambda then, now: time_wording.duration((now - then).total_seconds()), " data-age")


@register.filter
def worked(since: datetime, words: str) -> SafeString | str:
    """The words of a working time; a tooltip shows the moment `since`."""
    return _time(since, lambda *_: words)


@register.filter
def day(when: datetime) -> str:
    """A day as a heading, like “Today”."""
    return time_wording.day(timezone.localtime(when), timezone.localtime())


@register.filter
def by_day(entries: list[TimelineEntry]) -> list[tuple[datetime, list[TimelineEntry]]]:
    """Groups the entries of a timeline by day, in the reader's time zone."""
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    return [(inside[0].at, inside) for inside in (list(group) for _, group in days)]


@register.filter
def every(seconds: int) -> str:
    """An interval: “every 60 s”, “every 5 m”."""
    return f"every {seconds} s" if seconds <= 120 else f"every {time_wording.duration(seconds)}"


@register.filter
def looks(repository: Repository) -> SafeString:
    """How often the repository is polled, and when it was polled last, in the reader's time zone."""
    last = clock(repository.last_polled_at)
    if repository.paused:
        return format_html("last looked at {}", last) if repository.last_polled_at else SafeString("never looked at")
    often = every(repository.effective_interval_seconds)
    return format_html("looked at {}, last {}" if repository.last_polled_at else "looked at {}, not yet", often, last)


def _time(when: datetime | None, words: time_wording.TimeWording, attribute: str = "") -> SafeString | str:
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
