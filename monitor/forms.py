"""What people fill in on the pages: which repository to watch, who they are and when they work, a token's name."""

import re
import zoneinfo
from datetime import time
from functools import cache
from typing import Any

from django import forms
from django.core import signing
from django.forms.models import model_to_dict

from monitor.countries import countries
from monitor.events import DEFAULT_FILTERS, Filter
from monitor.models import Person

FILTERS = (
    (Filter.AUTHOR, "I am the author"),
    (Filter.ASSIGNED, "assigned to me"),
    (Filter.REVIEW_REQUESTED, "my or my team’s review is requested"),
    (Filter.CODE_OWNER, "I own code it changes"),
    (Filter.ALL, "everything"),
)
DAYS = tuple(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), start=1))
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_SLACK = re.compile(r"[UW][A-Z0-9]{2,30}")
_SALT = "monitor.forms.profile"
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?")


class FiltersForm(forms.Form):
    """Which pull requests of a repository reach their reader."""

    filters = forms.MultipleChoiceField(
        choices=[(str(name), words) for name, words in FILTERS],
        widget=forms.CheckboxSelectMultiple,
        initial=[str(name) for name in DEFAULT_FILTERS],
        label="Tell me about pull requests where",
        error_messages={"required": "Choose at least one, or stop watching."},
    )


class SubscribeForm(FiltersForm):
    """A repository to watch, as `owner/name` or as its address on GitHub."""

    repository = forms.CharField(
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": "owner/name", "list": "known", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    field_order = ("repository", "filters")

    def clean_repository(self) -> str:
        return full_name_in(self.cleaned_data["repository"])


def full_name_in(given: str) -> str:
    """The `owner/name` in what somebody typed or pasted. Errors: ValidationError."""
    bare = re.sub(r"^(https?://[^/\s]+/|git@[^:\s]+:)|(\.git)?/*$", "", given.strip())
    found = _NAME.match(bare)
    if found is None or bare[found.end() : found.end() + 1] not in ("", "/"):
        raise forms.ValidationError("Write it as owner/name, like octo-org/octo-repo.")
    return found.group()


class ProfileForm(forms.Form):
    """Who the reader is on GitHub and in Slack, and when they work; fields are columns of `Person`.

    `shown` brings back what the page showed, so that only what its reader changed is written: others, a team lead say,
    may have entered something meanwhile.
    """

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    github_login = forms.CharField(max_length=100, required=False, label="GitHub login")
    time_zone = forms.ChoiceField(required=False, label="Time zone")
    country = forms.ChoiceField(required=False, label="Public holidays")
    working_days = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple, required=False, label="Days"
    )
    working_start = forms.TimeField(label="From", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    working_end = forms.TimeField(label="To", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    slack_user_id = forms.CharField(max_length=32, required=False, label="Slack member ID")
    slack = forms.BooleanField(required=False, label="Tell me in Slack when my review is requested")

    def __init__(self, data: Any = None, *, person: Person) -> None:
        now = model_to_dict(person, fields=list(self.base_fields))
        super().__init__(data, initial=now | {"shown": signing.dumps(_plain(now), salt=_SALT)})
        self.fields["time_zone"].choices = [("", "the server’s"), *((zone, zone) for zone in _zones())]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", "none"), *countries().items()]  # type: ignore[attr-defined]
        self.fields["github_login"].disabled = person.github_login_confirmed
        self._login_in_doubt = person.github_login_unchecked or person.github_login_unknown
        if data is not None:
            self.initial = {**self.initial, **self._seen(data.get("shown", ""))}

    @property
    def changes(self) -> dict[str, Any]:
        """What its reader changed, by column; of a form that is valid.

        A login that GitHub was not asked about, or did not know, is among it: each time it is saved it is checked again.
        """
        changed = {*self.changed_data} - {"shown"}
        if self._login_in_doubt and not self.fields["github_login"].disabled:
            changed.add("github_login")
        return {name: self.cleaned_data[name] for name in changed}

    def _seen(self, shown: str) -> dict[str, Any]:
        """What the page showed; nothing where that is not told: then what is there now counts as seen."""
        try:
            told = signing.loads(shown, salt=_SALT)
        except signing.BadSignature:
            return {}
        return {name: self.fields[name].to_python(value) for name, value in told.items() if name in self.fields}

    def clean_github_login(self) -> str | None:
        """A login, without a leading `@`; empty is no login."""
        login = (self.cleaned_data["github_login"] or "").strip().removeprefix("@")
        if not login:
            return None
        if not _LOGIN.fullmatch(login):
            raise forms.ValidationError("A GitHub login has letters, digits and hyphens.")
        return login

    def clean_slack_user_id(self) -> str:
        """A member id of Slack's; people type it in any case."""
        member = str(self.cleaned_data["slack_user_id"]).strip().upper()
        if member and not _SLACK.fullmatch(member):
            raise forms.ValidationError("A Slack member ID begins with U or W, like U012AB3CD.")
        return member

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("working_start"), cleaned.get("working_end")
        if start and end and start >= end:
            self.add_error("working_end", "The day ends after it starts.")
        return cleaned


class TokenForm(forms.Form):
    """A name to tell tokens apart."""

    name = forms.CharField(
        max_length=100, label="What is it for?", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class BrowserForm(forms.Form):
    """What this browser remembers: how pages look, and whether single keys act."""

    theme = forms.ChoiceField(
        choices=(("", "Same as my system"), ("light", "Light"), ("dark", "Dark")), required=False, label="Appearance"
    )
    keys = forms.BooleanField(required=False, label="Single keys act in lists (j, k, o, /, ?)")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As JSON takes it; fields read times from texts."""
    return {name: value.isoformat() if isinstance(value, time) else value for name, value in values.items()}


@cache
def _zones() -> list[str]:
    places = (zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ["UTC", *sorted(places)]
