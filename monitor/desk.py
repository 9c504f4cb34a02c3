"""The team lead's desk: the admin's first page, with what people work on first and the program's own rows last."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

SECTIONS: dict[str, tuple[str, ...]] = {
    "Repositories and people": (
        *("Repository", "Subscription", "SavedView"),
        *("User", "Person", "Group", "Team", "ApiToken"),
    ),
    "What happened": ("PullRequest", "Event", "Delivery", "WebhookDelivery"),
    "GitHub": ("Credential", "RateLimit"),
}
TASKS = "django_q"
REST = "Kept by the program"


class Desk(AdminSite):
    """Django's admin, sorted by what a lead comes for instead of by application."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = super().get_app_list(request, app_label)
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
