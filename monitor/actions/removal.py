"""Deletes repositories with all rows that belong to them: one statement per table, without reading rows."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from monitor.models import PullRequest, Repository


def remove(repositories: QuerySet[Repository]) -> None:
    """Deletes the repositories in one transaction: recording waits for it, and then finds nothing to record."""
    with transaction.atomic():
        locked = Repository.objects.select_for_update().filter(pk__in=repositories.order_by().values("pk"))
        pks = list(locked.order_by("pk").values_list("pk", flat=True))
        pull_requests = PullRequest.objects.filter(repository__in=pks).order_by()
        for relation in PullRequest._meta.related_objects:
            _delete(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pull_requests}))
        _delete(pull_requests)
        Repository.objects.filter(pk__in=pks).delete()


def count_related_rows(repositories: QuerySet[Repository]) -> dict[str, int]:
    """How many rows would be deleted with the repositories, by the name of their model."""
    pull_requests = PullRequest.objects.filter(repository__in=repositories.order_by().values("pk")).order_by()
    counts = {PullRequest._meta.verbose_name_plural: pull_requests.count()}
    for relation in PullRequest._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pull_requests})
        counts[relation.related_model._meta.verbose_name_plural] = rows.count()
    return {str(name): count for name, count in counts.items() if count}


def _delete(rows: QuerySet[Any]) -> None:
    # The private method is one statement. The public one reads every row first, to follow the relations. The rows here
    # have no relations but to rows that are deleted too, and the database would refuse a mistake at the commit.
    rows._raw_delete(rows.db)
