"""Tells Django about the app, and writes the rows that must always be there after each migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications import checks, schedules  # noqa: F401 - checks register themselves

        post_migrate.connect(schedules.write_standing_rows, sender=self)
