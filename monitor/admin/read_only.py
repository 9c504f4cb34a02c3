"""Admin pages for rows that only prmonitor writes: people can read these rows, but nobody can edit them."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString


class KeptAdmin(admin.ModelAdmin):
    """Read-only for everybody, superusers too: what is written here comes from GitHub and from the event log."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TakesAlong:
    """For rows that may be deleted although kept ones hang below them: those go with it."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Asks for the permission to delete `objs` themselves, and for no other."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        return listed, counts, needed & {self.opts.verbose_name}, protected  # type: ignore[attr-defined]


class KeptInline(admin.TabularInline):
    """The same for rows below another one."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def as_text(value: Any) -> SafeString:
    """JSON, indented for reading."""
    plain = json.loads(value) if isinstance(value, str) else value
    return format_html("<pre>{}</pre>", json.dumps(plain, indent=2, ensure_ascii=False, default=str))
