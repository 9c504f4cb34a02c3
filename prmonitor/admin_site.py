"""The admin site: sorts its first page by what a team lead needs, and limits the look-ups that an address may use."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.options import ModelAdmin
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from monitor import queries
from monitor.accounts.github_sign_in.configuration import is_enabled
from monitor.pages.sign_in.admin_sign_in import AdminPasswordChange, AdminSignInForm, finish_sign_in

SECTIONS: dict[str, tuple[str, ...]] = {
    "Repositories and people": (
        *("Repository", "Subscription", "SavedView"),
        *("User", "Person", "Group", "Team", "TeamMember", "ApiToken"),
    ),
    "What happened": ("PullRequest", "Event", "Claim", "Snooze", "Delivery", "Digest", "WebhookDelivery"),
    "GitHub": ("Credential", "RateLimit"),
}
TASKS = "django_q"
# Internal tables: a superuser finds them there; a lead's first page leaves them out.
REST = "Kept by the program"
_FOR_LEADS = {name for names in SECTIONS.values() for name in names}


class _ByItsFilters:
    """For a `ModelAdmin`: allows only look-ups by the filters that its list shows.

    Django allows a look-up by any column of the model. With that, an address could find out letter by letter what no page
    shows, for example the digest of a token.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        own = {name for field in self.opts.get_fields() for name in _names_of(field)}  # type: ignore[attr-defined]
        if lookup.partition(LOOKUP_SEP)[0] in own and not self._is_filter(lookup, request):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]

    def _is_filter(self, lookup: str, request: HttpRequest | None) -> bool:
        shown = self.get_list_filter(request)  # type: ignore[attr-defined]
        named = [one if isinstance(one, str) else one[0] for one in shown if not isinstance(one, type)]
        named.append(self.date_hierarchy)  # type: ignore[attr-defined]
        return any(lookup == name or lookup.startswith(f"{name}{LOOKUP_SEP}") for name in named if name)


def _names_of(field: Any) -> set[str]:
    return {field.name, getattr(field, "attname", field.name)}


def _without_internal_tables(app: dict[str, Any]) -> dict[str, Any]:
    """The entry of an application on the admin's first page, without the internal tables."""
    return {**app, "models": [model for model in app["models"] if model["object_name"] in _FOR_LEADS]}


def _warn_of_dead_spots(request: HttpRequest) -> None:
    """Tells whoever may look at them of pull requests that nobody waits for and that wait for nothing."""
    if not request.user.has_perm("monitor.view_pullrequest") or not (count := queries.dead_spots().count()):
        return
    address = f"{reverse('admin:monitor_pullrequest_changelist')}?dead_spots=only"
    some = "1 open pull request is" if count == 1 else f"{count} open pull requests are"
    words = "nobody’s turn, and prmonitor cannot say what for. That is a fault of its rules; please report it."
    messages.warning(request, format_html('{} {} <a href="{}">See which</a>', some, words, address))


class Desk(AdminSite):
    """Django's admin, grouped by what a lead needs, not by application. Its sign-in counts password tries, too."""

    site_header = site_title = "prmonitor"
    index_title = "Administration"
    login_form = AdminSignInForm

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"signs_in_with_github": is_enabled(), **(extra_context or {})}
        return finish_sign_in(request, super().login(request, shown))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        _warn_of_dead_spots(request)
        return super().index(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        view = AdminPasswordChange.as_view(
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As in Django, but a page accepts only the look-ups of its filters."""
        page = admin_class or ModelAdmin
        super().register(model_or_iterable, type(page.__name__, (_ByItsFilters, page), {}), **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = super().get_app_list(request, app_label)
        if not getattr(request.user, "is_superuser", False):
            listed = [app for app in map(_without_internal_tables, listed) if app["models"]]
        if app_label is not None:
            return listed
        tasks = [app for app in listed if app["app_label"] == TASKS]
        models = {model["object_name"]: model for app in listed if app not in tasks for model in app["models"]}
        named = {title: [models.pop(name) for name in names if name in models] for title, names in SECTIONS.items()}
        sections = {**named, REST: list(models.values())}
        return [
            self._section(number, *section) for number, section in enumerate(sections.items()) if section[1]
        ] + tasks

    def _section(self, number: int, name: str, models: list[dict[str, Any]]) -> dict[str, Any]:
        """A heading in the shape of an application."""
        label = f"desk-{number}"
        address = f"{reverse('admin:index', current_app=self.name)}#{label}"
        return {"name": name, "app_label": label, "app_url": address, "has_module_perms": True, "models": models}
