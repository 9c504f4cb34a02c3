"""Which site Django's admin is; and checks of the settings as a whole."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin as the team lead's desk."""

    default = False
    default_site = "monitor.desk.Desk"

    def ready(self) -> None:
        from prmonitor import checks  # noqa: F401 - checks register themselves

        super().ready()
