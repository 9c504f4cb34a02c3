"""A Slack id is one person's; a login may stand in a user's row and in a prepared one, until somebody vouches for it."""

import logging
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Lower

log = logging.getLogger(__name__)


def leave_each_slack_id_to_one(apps: Any, schema_editor: Any) -> None:
    """Whoever's login is confirmed keeps it, else who was there first; the others are told in the log, and have none."""
    people = apps.get_model("monitor", "Person").objects.using(schema_editor.connection.alias)
    keepers: dict[str, Any] = {}
    for row in people.exclude(slack_user_id="").order_by("-github_login_confirmed", "pk"):
        keeper = keepers.setdefault(row.slack_user_id, row)
        if keeper is not row:
            log.warning(
                "The Slack id %s stays with person %s (%s); person %s (%s) had it too, and has none now.",
                *(row.slack_user_id, keeper.pk, keeper.github_login, row.pk, row.github_login),
            )
            people.filter(pk=row.pk).update(slack_user_id="")


class Migration(migrations.Migration):
    dependencies = (("monitor", "0011_sign_in_tries"),)
    operations = (
        migrations.RunPython(leave_each_slack_id_to_one, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("person", "person_github_login"),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(
                Lower("github_login"), condition=models.Q(user__isnull=False), name="person_github_login"
            ),
        ),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(
                Lower("github_login"), condition=models.Q(user__isnull=True), name="person_prepared_login"
            ),
        ),
        migrations.AddConstraint(
            "person",
            models.UniqueConstraint(
                fields=("slack_user_id",), condition=~models.Q(slack_user_id=""), name="person_slack_user_id"
            ),
        ),
    )
