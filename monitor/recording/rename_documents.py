"""Replaces the name and address of a renamed repository in the stored documents of its pull requests, in batches."""

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Left, Length, StrIndex, Substr

from monitor.models import PullRequest, Repository
from monitor.rules.pull_request_document import document_start

BATCH_SIZE = 1000


def rename_documents(repository: Repository) -> bool:
    """Renames the next `BATCH_SIZE` documents; False if none was left, after which the repository's row says so.

    One statement, which reads no document: name and address are at the beginning (`document_start`). Call it after the
    new name is committed: a recording at the same time locks the repository's row, and so uses the new name.
    """
    stale = list(_stale(repository).values_list("pk", flat=True)[:BATCH_SIZE])
    if not stale:
        named = Repository.objects.filter(pk=repository.pk, full_name=repository.full_name, url=repository.url)
        named.update(renaming=False)
        return False
    body = Substr("document", StrIndex("document", Value(',"title":')))
    PullRequest.objects.filter(pk__in=stale).update(document=Concat(_head(repository), body))
    return True


def _stale(repository: Repository) -> QuerySet[PullRequest]:
    rows = PullRequest.objects.filter(repository=repository).annotate(beginning=_head(repository)).order_by("pk")
    return rows.exclude(beginning=Left("document", Length(F("beginning"))))


def _head(repository: Repository) -> Combinable:
    before, between, after = map(Value, document_start(repository.full_name, repository.url))
    number = Cast("number", TextField())
    return Concat(before, number, between, number, after, output_field=TextField())
