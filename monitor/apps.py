"""Configures the Django app: masks secrets in task results, and writes the required rows after each `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MonitorConfig(AppConfig):
    name = "monitor"
    verbose_name = "Pull requests"

    def ready(self) -> None:
        from django_q.signals import post_execute_in_worker

        from monitor.operations import required_rows
        from monitor.runtime.cluster.result_masking import mask_result

        post_execute_in_worker.connect(mask_result)
        post_migrate.connect(required_rows.write_required_rows, sender=self)
