"""django-q2's own pages, for superusers alone: they show arguments, and one bad schedule stops all others."""

from typing import Any

import django_q.admin as stock  # registers its pages, so that they can be replaced whichever app comes first
from django.contrib import admin
from django.http import HttpRequest
from django_q.models import Failure, OrmQ, Schedule, Success


class _SuperusersOnly:
    """Only superusers see that the pages exist."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)


for _model, _page in (
    (Success, stock.TaskAdmin),
    (Failure, stock.FailAdmin),
    (Schedule, stock.ScheduleAdmin),
    (OrmQ, stock.QueueAdmin),
):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
        admin.site.register(_model, type(_page.__name__, (_SuperusersOnly, _page), {}))
