"""A team on GitHub and the logins in it."""

from django.db import models
from django.db.models.functions import Lower


class Team(models.Model):
    """Read from GitHub hourly, or kept by hand. Unknown members are not the same as no members."""

    name = models.CharField(max_length=200, help_text="org/slug, as GitHub spells it.")
    members = models.JSONField(
        default=list, blank=True, help_text="Logins in lower case, child teams' members included."
    )
    members_known = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False, help_text="Kept here; GitHub is not asked.")
    message = models.TextField(blank=True, editable=False, help_text="Why the members could not be read.")
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_check_at = models.DateTimeField(null=True, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(Lower("name"), name="team_name"),)

    def __str__(self) -> str:
        return self.name
