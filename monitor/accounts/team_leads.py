"""Makes the group “Team leads” with what a lead may do in the admin. Admins may change the group afterwards."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

GROUP = "Team leads"
_APPS = ("auth", "monitor", "notifications")
_MAY: dict[str, tuple[str, ...]] = {
    "auth.user": ("add", "change"),
    "auth.group": ("add", "change"),
    "monitor.repository": ("add", "change"),
    "monitor.subscription": ("add", "change", "delete"),
    "monitor.savedview": ("change", "delete"),
    "monitor.person": ("add", "change", "delete"),
    "monitor.team": ("add", "change", "delete"),
    "monitor.teammember": ("add", "change", "delete"),
    "monitor.apitoken": ("change",),
    "notifications.delivery": ("change",),
}


def write_group() -> None:
    """Makes the group with its permissions when it is missing; leaves an existing group as it is."""
    if Group.objects.filter(name=GROUP).exists():
        return
    for label in _APPS:
        # In the same migrate, Django writes the permissions only after this function ran.
        create_permissions(apps.get_app_config(label), verbosity=0)
    group, _ = Group.objects.get_or_create(name=GROUP)
    group.permissions.set(Permission.objects.filter(_wanted()))


def _wanted() -> Q:
    wanted = Q(content_type__app_label__in=_APPS, codename__startswith="view_") & ~Q(codename="view_permission")
    for model, acts in _MAY.items():
        label, name = model.split(".")
        wanted |= Q(content_type__app_label=label, codename__in=[f"{act}_{name}" for act in acts])
    return wanted
