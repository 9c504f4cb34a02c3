"""Stores whom a pull request concerns, as an index for filters, counts and searches."""

from django.db import models

from monitor.models.pull_request import PullRequest
from monitor.rules.roles import NAME_LENGTH, Role, TurnRole


class Involvement(models.Model):
    """One role in which a pull request concerns a login or a team.

    `name` is in lower case: a login, or `org/slug`. The roles of `TurnRole` name whose turn it is.
    """

    ROLES = tuple((name.value, name.value) for name in (*Role, *TurnRole))

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="involvements", db_index=False)
    role = models.CharField(max_length=16, choices=ROLES)
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pull_request", "role", "name"), name="involvement_once"),)
        indexes = (
            models.Index(fields=("name", "role", "pull_request"), name="involvement_name"),
            models.Index(
                fields=("role", "pull_request"),
                name="involvement_turn",
                condition=models.Q(role__in=("turn_author", "turn_reviewer")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.role}"
