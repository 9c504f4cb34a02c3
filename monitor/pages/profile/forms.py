"""The forms of the profile page: the reader's accounts and working time, a new API token, and the browser settings."""

import re
import zoneinfo
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django import forms
from django.core import signing
from django.forms.models import model_to_dict
from django.utils import timezone

from monitor.models import Person
from monitor.queries.time_zones import zone_named
from monitor.rules.holiday_countries import countries

DAYS = tuple(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), start=1))
_SLACK_MEMBER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_AWAY_DAYS = {"away_from", "away_until"}
_SALT = "monitor.forms.profile"
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?")


class ProfileForm(forms.Form):
    """The reader's accounts on GitHub and Slack, their working time and absence. The fields are columns of `Person`.

    The hidden field `shown` holds the values that the page showed. Only values that the reader changed are saved,
    because somebody else, like a team lead, may have changed others in the meantime.
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
    limit_hours = forms.IntegerField(required=False, min_value=1, max_value=1000, label="Late after (working hours)")
    away_from = forms.DateField(required=False, label="First day away", widget=forms.DateInput(attrs={"type": "date"}))
    away_until = forms.DateField(required=False, label="Back on", widget=forms.DateInput(attrs={"type": "date"}))
    away_note = forms.CharField(max_length=200, required=False, label="Note")
    slack_user_id = forms.CharField(max_length=32, required=False, label="Slack member ID")
    slack = forms.BooleanField(required=False, label="Tell me in Slack when my review is requested")
    digest = forms.BooleanField(required=False, label="Send me a digest of what waits for me")
    digest_hour = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=23,
        label="That digest comes at",
        widget=forms.Select(choices=[(hour, f"{hour:02}:00") for hour in range(24)]),
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        now = model_to_dict(person, fields=list(self.base_fields)) | _away_days(person)
        self._zone = person.time_zone
        super().__init__(data, initial=now | {"shown": signing.dumps(_as_json(now), salt=_SALT)})
        zones = [("", "the server’s"), *((zone, zone) for zone in _zones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", "none"), *countries().items()]  # type: ignore[attr-defined]
        self.fields["github_login"].disabled = person.github_login_confirmed
        self._login_in_doubt = person.github_login_unchecked or person.github_login_unknown
        if data is not None:
            self.initial = {**self.initial, **self._shown_values(data.get("shown", ""))}

    @property
    def changes(self) -> dict[str, Any]:
        """The changed values of a valid form, by column.

        They include a GitHub login that GitHub was not asked about or did not know, so that every save checks it again.
        """
        changed = {*self.changed_data} - {"shown"}
        if self._login_in_doubt and not self.fields["github_login"].disabled:
            changed.add("github_login")
        values = {name: self.cleaned_data[name] for name in changed}
        zone = zone_named(self.cleaned_data.get("time_zone", self._zone))
        for name in _AWAY_DAYS & changed:
            # A whole day begins at midnight where the person is.
            values[name] = values[name] and datetime.combine(values[name], time(), tzinfo=zone)
        return values

    def _shown_values(self, shown: str) -> dict[str, Any]:
        """The values that the page showed; none without a valid signature, when the present values count instead."""
        try:
            values = signing.loads(shown, salt=_SALT)
        except signing.BadSignature:
            return {}
        return {name: self.fields[name].to_python(value) for name, value in values.items() if name in self.fields}

    def clean_github_login(self) -> str | None:
        """The login without a leading `@`; None for an empty field."""
        login = (self.cleaned_data["github_login"] or "").strip().removeprefix("@")
        if not login:
            return None
        if not _LOGIN.fullmatch(login):
            raise forms.ValidationError("A GitHub login has letters, digits and hyphens.")
        return login

    def clean_slack_user_id(self) -> str:
        """The Slack member ID in upper case; people type it in any case."""
        member = str(self.cleaned_data["slack_user_id"]).strip().upper()
        if member and not _SLACK_MEMBER_ID.fullmatch(member):
            raise forms.ValidationError("A Slack member ID begins with U or W, like U012AB3CD.")
        return member

    def clean_digest_hour(self) -> int:
        """The hour; the present one for a form that has none."""
        hour = self.cleaned_data["digest_hour"]
        return int(self.initial["digest_hour"] if hour is None else hour)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("working_start"), cleaned.get("working_end")
        if start and end and start >= end:
            self.add_error("working_end", "The day ends after it starts.")
        self._clean_absence(cleaned)
        return cleaned

    def _clean_absence(self, cleaned: dict[str, Any]) -> None:
        """An absence has both days, or none; a note alone says nothing."""
        first, back = cleaned.get("away_from"), cleaned.get("away_until")
        if bool(first) != bool(back):
            missing = "away_until" if first else "away_from"
            self.add_error(missing, "An absence has a first day and a day on which you are back.")
        elif first and back and first >= back:
            self.add_error("away_until", "You are back after the first day away.")


class TokenForm(forms.Form):
    """The name of a new API token."""

    name = forms.CharField(
        max_length=100, label="What is it for?", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class BrowserForm(forms.Form):
    """The settings that the browser keeps in cookies: light or dark pages, and keyboard shortcuts."""

    theme = forms.ChoiceField(
        choices=(("", "Same as my system"), ("light", "Light"), ("dark", "Dark")), required=False, label="Appearance"
    )
    keys = forms.BooleanField(required=False, label="Single keys act in lists (j, k, o, /, ?)")


def _away_days(person: Person) -> dict[str, Any]:
    """The days of the absence where the person is; an absence that is over is not shown."""
    if person.away_from is None or person.away_until is None or person.away_until <= timezone.now():
        return {"away_from": None, "away_until": None, "away_note": ""}
    zone = zone_named(person.time_zone)
    return {name: getattr(person, name).astimezone(zone).date() for name in _AWAY_DAYS}


def _as_json(values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON can hold them; form fields parse times from texts."""
    return {name: value.isoformat() if isinstance(value, date | time) else value for name, value in values.items()}


@cache
def _zones() -> list[str]:
    zones = (zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ["UTC", *sorted(zones)]
