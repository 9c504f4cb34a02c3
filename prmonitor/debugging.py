"""Masks secrets in Django's error reports, which DEBUG shows and mails contain, also where Django does not."""

import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from monitor.rules.masking import masked

_SECRET = re.compile(r"passw|secret|token|private_key|session_key|cookie|credential", re.IGNORECASE)


class MaskingReporterFilter(SafeExceptionReporterFilter):
    """Masks settings, variables and posted values by their names, also under DEBUG; masks known secrets in texts."""

    def cleanse_setting(self, key: int | str, value: Any) -> Any:
        cleansed = super().cleanse_setting(key, value)
        return masked(cleansed) if isinstance(cleansed, str) else cleansed

    def get_post_parameters(self, request: HttpRequest | None) -> Any:
        posted = super().get_post_parameters(request)
        return self._cleansed(posted) if isinstance(posted, QueryDict) else posted

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return {name: self.cleansed_substitute if _SECRET.search(name) else value for name, value in found}.items()

    def _cleansed(self, posted: QueryDict) -> QueryDict:
        copy = posted.copy()
        for name in copy:
            if _SECRET.search(name):
                copy[name] = self.cleansed_substitute
        return copy


class MaskingReporter(ExceptionReporter):
    """Masks known secrets in the whole report, whatever the names around them."""

    def get_traceback_html(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_html()))  # noqa: S308 - Django's own page, less some of its words

    def get_traceback_text(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_text()))  # noqa: S308
