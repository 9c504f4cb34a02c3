"""Stores counts of password tries; `monitor.accounts.sign_in_throttling` writes them and decides by them."""

from django.db import models


class SignInTries(models.Model):
    """The number of tries in a time window for one key: an account, an address, both, or a browser."""

    digest = models.CharField(max_length=64, primary_key=True, editable=False, help_text="Whose: a keyed hash.")
    count = models.PositiveIntegerField()
    since = models.DateTimeField(db_index=True, help_text="When the window began, or the pause.")
    free_at = models.DateTimeField(help_text="Where tries are slowed: when the next one may come.")

    class Meta:
        verbose_name_plural = "sign-in tries"

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%H:%M}"
