"""Removes repositories with all that hangs below them: a statement for each table, and no row is read for it."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from monitor.models import PullRequest, Repository


def remove(repositories: QuerySet[Repository]) -> None:
    """Removes them, in one transaction: whoever records one of them waits, and then finds nothing to do."""
    with transaction.atomic():
        locked = Repository.objects.select_for_update().filter(pk__in=repositories.order_by().values("pk"))
        pks = list(locked.order_by("pk").values_list("pk", flat=True))
        pull_requests = PullRequest.objects.filter(repository__in=pks).order_by()
        for relation in PullRequest._meta.related_objects:
            _delete(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pull_requests}))
        _delete(pull_requests)
        Repository.objects.filter(pk__in=pks).delete()


def below(repositories: QuerySet[Repository]) -> dict[str, int]:
    """How much would go with them, by the name of its kind."""
    pull_requests = PullRequest.objects.filter(repository__in=repositories.order_by().values("pk")).order_by()
    counts = {PullRequest._meta.verbose_name_plural: pull_requests.count()}
    for relation in PullRequest._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": pull_requests})
        counts[relation.related_model._meta.verbose_name_plural] = rows.count()
    return {str(name): count for name, count in counts.items() if count}


def _delete(rows: QuerySet[Any]) -> None:
    # The private form is one statement. The public one reads every row first, to follow what hangs below: nothing does,
    # but for what goes as well, and the database would refuse at the end.
    rows._raw_delete(rows.db)
