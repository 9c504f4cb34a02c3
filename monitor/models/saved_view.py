"""Stores the searches that users save under a name."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A search `q` that a user saved; one of a user's views may be the default of their dashboard."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views", db_index=False)
    name = models.CharField(max_length=100)
    q = models.TextField()
    default = models.BooleanField(default=False, help_text="What the dashboard opens with.")

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("user", "name"), name="saved_view_name"),)

    def __str__(self) -> str:
        return self.name
