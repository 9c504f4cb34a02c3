"""Tells Django about the app, and writes the rows that must always be there after each migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MonitorConfig(AppConfig):
    name = "monitor"
    verbose_name = "Pull requests"

    def ready(self) -> None:
        from django_q.signals import post_execute_in_worker

        from monitor import receivers
        from monitor.cluster.results import mask_result

        post_execute_in_worker.connect(mask_result)
        post_migrate.connect(receivers.write_standing_rows, sender=self)
