"""Stores the names that repositories had before they were renamed or moved."""

from django.db import models

from monitor.models.repository import Repository


class FormerName(models.Model):
    """A name that a repository had last. Addresses with it lead to the repository, until another one has the name."""

    name = models.CharField(max_length=201, unique=True, help_text="owner/name in lower case.")
    repository = models.ForeignKey(Repository, models.CASCADE, related_name="former_names")

    def __str__(self) -> str:
        return self.name
