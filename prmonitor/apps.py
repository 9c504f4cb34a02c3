"""Which site Django's admin is."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """The admin as the team lead's desk."""

    default = False
    default_site = "monitor.desk.Desk"
