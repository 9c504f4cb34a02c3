"""Stored documents get the keys of the contract whose rules are not built yet, as new ones have them."""

from typing import Any

from django.db import migrations, transaction
from django.db.models import Value
from django.db.models.functions import Replace

AT_ONCE = 1000
# Inside a JSON string a quote has a backslash before it, so none of these can stand in a title or a name.
BEFORE = {
    ',"additions":': ',"decision":null,"merge_queue":null,"auto_merge":null,"unresolved_threads":0,"stacked_on":null',
    ',"claimed":': ',"waits_for":null',
}


def add_keys(apps: Any, schema_editor: Any) -> None:
    """A thousand rows a transaction: nobody waits long for a lock. Run again, it finds nothing left to do."""
    rows = apps.get_model("monitor", "PullRequest").objects.using(schema_editor.connection.alias).order_by("pk")
    document: Any = "document"
    for key, added in BEFORE.items():
        document = Replace(document, Value(key), Value(added + key))
    last = 0
    while part := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        last = part[-1]
        with transaction.atomic(using=schema_editor.connection.alias):
            rows.filter(pk__in=part).exclude(document__contains=',"waits_for":').update(document=document)


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("monitor", "0001_initial"),)
    operations = (migrations.RunPython(add_keys, migrations.RunPython.noop, elidable=True),)
