"""Which site Django's admin is; and what every process does at its start: checks of the settings, files closed to others."""

from django.contrib.admin.apps import AdminConfig

from prmonitor import data_folder


class DeskConfig(AdminConfig):
    """Makes prmonitor's admin site Django's default admin site."""

    default = False
    default_site = "prmonitor.admin_site.Desk"

    def ready(self) -> None:
        from prmonitor import checks  # noqa: F401 - checks register themselves

        data_folder.close()
        super().ready()
