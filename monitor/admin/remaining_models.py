"""Registers read-only admin pages for the models without a page of their own: internal tables, listed for superusers."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models

from monitor.admin.read_only import KeptAdmin

COLUMNS = 8
_LONG = (models.TextField, models.JSONField)


def _columns(model: Any) -> tuple[str, ...]:
    """The first fields that fit into a table."""
    return tuple(field.name for field in model._meta.concrete_fields if not isinstance(field, _LONG))[:COLUMNS]


def _searchable(model: Any) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField))


def _named_with(model: Any) -> tuple[str, ...]:
    """What the names of related rows are made of: a pull request is called by its repository."""
    related = [field.name for field in model._meta.concrete_fields if field.is_relation]
    return tuple("pull_request__repository" if name == "pull_request" else name for name in related)


for _model in apps.get_app_config("monitor").get_models():
    if not admin.site.is_registered(_model):
        _page = {
            "list_display": _columns(_model),
            "search_fields": _searchable(_model),
            "list_select_related": _named_with(_model),
        }
        admin.site.register(_model, type(f"{_model.__name__}Admin", (KeptAdmin,), _page))
