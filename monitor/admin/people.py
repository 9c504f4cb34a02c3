"""People and teams in the admin: who is who on GitHub and in Slack."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime

from monitor.accounts import github_login_confirmation, github_login_lookup, profile
from monitor.admin.forms import PeopleFormSet, PersonForm
from monitor.admin.github_lookups import AsksWhoseLogin, say_unchecked
from monitor.admin.permissions import WithinReach, beyond, may_change
from monitor.admin.read_only import KeptAdmin, TakesAlong
from monitor.background import schedules
from monitor.models import Person, Team, TeamMember
from monitor.polling.teams import membership, turn_recalculation


@admin.register(Person)
class PersonAdmin(AsksWhoseLogin, WithinReach, admin.ModelAdmin):
    """GitHub login ↔ Slack id ↔ user: one table to fill in."""

    form = PersonForm
    list_display = (
        "__str__",
        "user",
        "github_login",
        "on_github",
        "slack_user_id",
        "slack",
        "time_zone",
        "github_login_confirmed",
    )
    list_display_links = ("__str__",)
    list_editable = ("github_login", "slack_user_id")
    list_filter = ("slack", "github_login_confirmed", ("slack_user_id", admin.EmptyFieldListFilter))
    search_fields = (
        "github_login",
        "slack_user_id",
        "user__username",
        "user__first_name",
        "user__last_name",
        "user__email",
    )
    readonly_fields = ("on_github", "vouched_for")
    actions = ("confirm",)
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    list_per_page = 200
    fieldsets = (
        (None, {"fields": ("user", "github_login", "on_github", "github_login_confirmed", "vouched_for")}),
        ("Slack", {"fields": ("slack_user_id", "slack", "digest", "digest_hour")}),
        ("When they work", {"fields": ("time_zone", "working_days", "working_start", "working_end", "country")}),
        ("When they are away", {"fields": ("away_from", "away_until", "away_note")}),
        ("When a turn of theirs is late", {"fields": ("limit_hours",)}),
    )

    @admin.display(description="on GitHub", ordering="github_login_checked_at")
    def on_github(self, person: Person) -> str:
        """Whether GitHub knows the login."""
        if not person.github_login:
            return ""
        return person.github_login_message or ("known" if person.github_login_checked_at else "not asked yet")

    @admin.display(description="confirmed by")
    def vouched_for(self, person: Person) -> str:
        """Who confirmed the login, and when."""
        at = person.github_login_confirmed_at
        return f"{person.github_login_confirmed_by}, {localtime(at):%Y-%m-%d %H:%M}" if at else "–"

    def within_reach(self, request: HttpRequest, row: Person) -> bool:
        return may_change(request.user, row.user_id)

    def login_of(self, row: Person | None) -> str | None:
        return row.github_login if row else None

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """Rows about the same person join this one; what was typed here counts most."""
        if change and not Person.objects.filter(pk=obj.pk).exists():
            words = f"{obj} has just become one with another row: what you changed in its own line was not saved."
            self.message_user(request, words, messages.WARNING)
            return
        typed = {column: getattr(obj, column) for column in form.changed_data}
        for twin in Person.objects.filter(pk__in=[twin.pk for twin in obj.rows_to_merge]):
            if given_up := profile.join(obj, twin):
                self.message_user(request, f"Two rows about {obj} are one now. Given up: {given_up}.", messages.WARNING)
        for column, value in typed.items():
            setattr(obj, column, value)
        for column, value in (form.checked.columns if form.checked else {}).items():
            setattr(obj, column, value)
        before = Person.objects.filter(pk=obj.pk).first()
        if github_login_confirmation.apply_confirmation(
            obj, before, by=request.user.get_username(), now=timezone.now()
        ):
            words = f"{obj} has another GitHub login now, which is not confirmed: confirm it anew."
            self.message_user(request, words, messages.WARNING)
        if obj.former_holder is not None:
            words = f"The account “{github_login_confirmation.take_login_away(obj.former_holder)}” had the login, and has it no longer."
            self.message_user(request, words, messages.WARNING)
        super().save_model(request, obj, form, change)
        if form.checked:
            github_login_lookup.check_soon(obj)
            say_unchecked(self, request, obj)

    @admin.action(description="Confirm that the GitHub logins are theirs", permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        """Claims under these logins settle requests to their teams from now on."""
        within = queryset.exclude(user__in=beyond(request.user))
        count = github_login_confirmation.confirm(within, by=request.user.get_username(), now=timezone.now())
        self.message_user(request, f"{count} confirmed.", messages.SUCCESS if count else messages.WARNING)
        if left := queryset.count() - within.count():
            self.message_user(
                request,
                f"{left} of people with rights of their own: a superuser has to confirm them.",
                messages.WARNING,
            )

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """With whom the one who asks may not change."""
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"beyond": _ids_beyond(request)})

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list is checked like the page; Django does that before the transaction."""
        form = super().get_changelist_form(request, **{"form": PersonForm, **kwargs})
        return type(form.__name__, (form,), _told_in_a_list(request))

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With what lines have to agree upon."""
        return super().get_changelist_formset(request, **{"formset": PeopleFormSet, **kwargs})


def _told_in_a_list(request: HttpRequest) -> dict[str, Any]:
    return {"told": partial(github_login_lookup.check, asker=request.user.pk or 0), "beyond": _ids_beyond(request)}


def _ids_beyond(request: HttpRequest) -> frozenset[int]:
    return frozenset(beyond(request.user).values_list("pk", flat=True))


class MemberForm(forms.ModelForm):
    """A login as people write it, kept as it is compared."""

    def clean_login(self) -> str:
        return str(self.cleaned_data["login"]).removeprefix("@").lower()


class TeamMemberInline(admin.TabularInline):
    """Who is in a team; of one that GitHub tells us, to look at."""

    model = TeamMember
    form = MemberForm
    extra = 1
    verbose_name_plural = "members"

    def _by_hand(self, obj: Any) -> bool:
        return obj is None or obj.by_hand

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._by_hand(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._by_hand(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._by_hand(obj) and super().has_delete_permission(request, obj)


@admin.register(Team)
class TeamAdmin(TakesAlong, admin.ModelAdmin):
    """Teams read from GitHub, and those kept by hand."""

    list_display = ("name", "members_known", "by_hand", "message", "checked_at", "next_check_at")
    list_filter = ("members_known", "by_hand")
    search_fields = ("name", "memberships__login")
    fields = ("name", "by_hand", "members_known", "message", "checked_at", "next_check_at")
    readonly_fields = ("message", "checked_at", "next_check_at")
    inlines = (TeamMemberInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whether GitHub told the members is not for people to say."""
        return self.readonly_fields if obj is None or obj.by_hand else (*self.readonly_fields, "members_known")

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        if obj.by_hand:
            obj.members_known, obj.message = True, ""
        elif obj.next_check_at is None or "by_hand" in form.changed_data:
            obj.next_check_at = timezone.now()
            schedules.run_now(schedules.TEAMS)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        membership.recalculate_after_edit(form.instance)

    def delete_model(self, request: HttpRequest, obj: Team) -> None:
        super().delete_model(request, obj)
        turn_recalculation.recalculate_deleted_team(obj.name)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Team]) -> None:
        gone = list(queryset)
        super().delete_queryset(request, queryset)
        for team in gone:
            turn_recalculation.recalculate_deleted_team(team.name)


@admin.register(TeamMember)
class TeamMemberAdmin(KeptAdmin):
    """Who is in which team."""

    list_display = ("login", "team")
    list_filter = ("team",)
    search_fields = ("login", "team__name")
    list_select_related = ("team",)
