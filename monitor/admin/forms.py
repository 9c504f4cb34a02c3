"""What people type in the admin, checked by the same rules as everywhere else: one slip must not stop everybody's pages."""

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import Q, QuerySet
from pydantic import TypeAdapter, ValidationError

from monitor.accounts import profile
from monitor.accounts.github_login_lookup import CheckedLogin, NoSuchPerson
from monitor.api.schemas import field_types
from monitor.models import Person, Subscription
from monitor.pages.repositories.forms import FILTERS

BEYOND = "They have rights of their own: only a superuser changes their profile."


def _taken(kind: Any, value: Any) -> Any:
    """`value` as `kind` takes it. Errors: forms.ValidationError, in the words of the API."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise forms.ValidationError(f"This {said}." if said.startswith("takes") else f"{said}.") from None


class SubscriptionForm(forms.ModelForm):
    """A subscription with its filters to tick."""

    filters = forms.MultipleChoiceField(
        choices=[(str(name), words) for name, words in FILTERS], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Subscription
        fields = ("user", "repository", "filters")


def login_in(typed: str) -> str | None:
    """The login in what somebody typed; None where it can be none."""
    try:
        return str(_taken(field_types.Login, typed.strip().removeprefix("@")))
    except forms.ValidationError:
        return None


class AsksWhose(forms.BaseForm):
    """A form with a `github_login`. `told` says what GitHub says of a new one; `checked` is what it said."""

    told: Callable[[str], CheckedLogin] | None = None
    checked: CheckedLogin | None = None

    def whose(self, login: str) -> str:
        """The login as GitHub spells it. Errors: forms.ValidationError."""
        if "github_login" not in self.changed_data:
            return login
        try:
            self.checked = self.told(login) if login and self.told else CheckedLogin(login)
        except NoSuchPerson as error:
            raise forms.ValidationError(f"{error}.") from error
        return self.checked.login


class AccountForm(AsksWhose, UserChangeForm):
    """An account with the GitHub login of the person behind it, so that one page is enough to let somebody in."""

    github_login = forms.CharField(
        max_length=100,
        required=False,
        label="GitHub login",
        help_text="Decides which pull requests concern them. Confirm it under People.",
    )

    class Meta:
        model = User
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = Person.objects.filter(user=self.instance.pk).first()
        self.fields["github_login"].initial = person.github_login if person else ""
        self.fields["github_login"].disabled = bool(person and person.github_login_confirmed)

    def clean_groups(self) -> QuerySet[Group]:
        """With those they are in already that are not for the one who asks to give, or to take away."""
        chosen, offered = self.cleaned_data["groups"], self.fields["groups"].queryset  # type: ignore[attr-defined]
        kept = self.instance.groups.exclude(pk__in=offered.values("pk"))
        return Group.objects.filter(Q(pk__in=[group.pk for group in chosen]) | Q(pk__in=kept.values("pk")))

    def clean_github_login(self) -> str:
        login = (self.cleaned_data["github_login"] or "").strip().removeprefix("@")
        others = Person.objects.filter(github_login__iexact=login, user__isnull=False).exclude(user=self.instance.pk)
        if login and others.exists():
            raise forms.ValidationError(f'The GitHub login "{login}" belongs to somebody else here.')
        return self.whose(str(_taken(field_types.Login, login)) if login else "")


class PersonForm(AsksWhose, forms.ModelForm):
    """A person; also one line of the list, which holds fewer fields.

    `beyond` are the users whose profile the one who fills it in may not change (`reach`): their lines are closed.
    """

    beyond: Collection[int] = ()
    digest_hour = forms.IntegerField(
        required=False, min_value=0, max_value=23, help_text="From 0 to 23, by their own clock."
    )

    class Meta:
        model = Person
        fields = (
            *("user", "github_login", "github_login_confirmed", "slack_user_id", "slack", "digest", "digest_hour"),
            *("time_zone", "working_days", "working_start", "working_end", "country"),
            *("away_from", "away_until", "away_note", "limit_hours"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id in self.beyond:
            for field in self.fields.values():
                field.disabled = True
                field.widget.attrs["title"] = BEYOND

    def clean_user(self) -> User | None:
        user: User | None = self.cleaned_data["user"]
        if user is not None and user.pk in self.beyond and "user" in self.changed_data:
            raise forms.ValidationError(BEYOND)
        return user

    def clean_github_login(self) -> str | None:
        login = (self.cleaned_data["github_login"] or "").removeprefix("@")
        return self.whose(str(_taken(field_types.Login, login)) if login else "") or None

    def clean_slack_user_id(self) -> str:
        return str(_taken(field_types.SlackUserId, self.cleaned_data["slack_user_id"]))

    def clean_digest_hour(self) -> int:
        hour = self.cleaned_data["digest_hour"]
        return self.instance.digest_hour if hour is None else int(hour)

    def clean_time_zone(self) -> str:
        return str(_taken(field_types.TimeZone, self.cleaned_data["time_zone"]))

    def clean_country(self) -> str:
        return str(_taken(field_types.Country, self.cleaned_data["country"]))

    def clean_working_days(self) -> list[int]:
        return list(_taken(field_types.Weekdays, self.cleaned_data["working_days"]))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("working_start"), cleaned.get("working_end")
        if start and end and start >= end:
            self.add_error("working_end", "The day ends after it starts.")
        if cleaned.get("github_login_confirmed") and not cleaned.get("github_login"):
            self.add_error("github_login_confirmed", "There is no login to confirm.")
        self._join(*(cleaned.get(name, getattr(self.instance, name)) for name in ("user", "github_login")))
        self.instance.slack_user_id = cleaned.get("slack_user_id", self.instance.slack_user_id)
        try:
            profile.refuse_taken_slack(self.instance, but=self.instance.rows_to_merge)
        except profile.SlackTaken as error:
            self.add_error("slack_user_id", _sentence(error))
        return cleaned

    def _join(self, user: User | None, login: str | None) -> None:
        """Rows about one person become one where the lead says so: by giving a login or a user, or by confirming."""
        confirms = "github_login_confirmed" in self.changed_data and self.cleaned_data.get("github_login_confirmed")
        if not confirms and not {"user", "github_login"} & {*self.changed_data}:
            return
        self.instance.former_holder = self._loser(user, login) if confirms else None
        try:
            self.instance.rows_to_merge = profile.duplicates_of(self.instance, user, login)
        except (profile.LoginTaken, profile.HasLogin) as error:
            self.add_error("github_login", _sentence(error))

    def _loser(self, user: User | None, login: str | None) -> Person | None:
        """Whoever else has the login and only typed it: it is confirmed for somebody now."""
        if user is None or not login:
            return None
        typed = Person.objects.filter(github_login__iexact=login, github_login_confirmed=False, user__isnull=False)
        return typed.exclude(pk=self.instance.pk).exclude(user=user).exclude(user__in=self.beyond).first()


class PeopleFormSet(forms.BaseModelFormSet):
    """The list of people: a Slack id stands in one line only."""

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            member = getattr(form, "cleaned_data", {}).get("slack_user_id")
            if member and member in seen:
                form.add_error("slack_user_id", f'The Slack id "{member}" stands in another line.')
            seen.add(member or "")


def _sentence(error: Exception) -> str:
    return f"{str(error)[0].upper()}{str(error)[1:]}."
