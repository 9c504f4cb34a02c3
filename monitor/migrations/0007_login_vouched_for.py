"""Who vouches for a GitHub login, and when. Logins that only a lead can have entered count as confirmed."""

from typing import Any

from django.db import migrations, models


def confirm_those_without_an_account(apps: Any, schema_editor: Any) -> None:
    """Somebody with an account may have typed theirs; nobody can have typed those of people who have none."""
    people = apps.get_model("monitor", "Person").objects.using(schema_editor.connection.alias)
    people.filter(user=None, github_login__isnull=False).update(github_login_confirmed=True)


class Migration(migrations.Migration):
    dependencies = (("monitor", "0006_repository_renaming"),)
    operations = (
        migrations.AddField("person", "github_login_confirmed_at", models.DateTimeField(null=True, editable=False)),
        migrations.AddField(
            "person",
            "github_login_confirmed_by",
            models.CharField(max_length=150, blank=True, editable=False),
        ),
        migrations.AlterField(
            "person",
            "github_login_confirmed",
            models.BooleanField(
                default=False,
                help_text="Somebody vouches that the login is theirs. It is fixed then, and their claims settle requests "
                "to their teams. Goes when the login changes.",
            ),
        ),
        migrations.RunPython(confirm_those_without_an_account, migrations.RunPython.noop, elidable=True),
    )
