"""Configures the Django app: registers its system checks, and writes its required rows after each `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications.operations import checks, schedules  # noqa: F401 - checks register themselves

        post_migrate.connect(schedules.write_required_rows, sender=self)
