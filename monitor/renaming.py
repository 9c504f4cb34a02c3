"""Puts the new name of a repository into what its pull requests say, in parts, after the name itself is committed."""

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Left, Length, StrIndex, Substr

from monitor.document import head_of
from monitor.models import PullRequest, Repository

AT_ONCE = 1000


def rename_documents(repository: Repository) -> bool:
    """Renames the next thousand stored documents; False when none is left, and then the row says so.

    One statement, without reading a document: name and address stand at its beginning (`document.head_of`). Whoever
    records at the same time locks the repository's row first, and so writes the new name.
    """
    stale = list(_stale(repository).values_list("pk", flat=True)[:AT_ONCE])
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
    before, between, after = map(Value, head_of(repository.full_name, repository.url))
    number = Cast("number", TextField())
    return Concat(before, number, between, number, after, output_field=TextField())
