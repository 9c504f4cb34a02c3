"""Stores people: who they are on GitHub and in Slack, and when they work."""

from collections.abc import Collection
from datetime import datetime, time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


def _monday_to_friday() -> list[int]:
    return [1, 2, 3, 4, 5]


class Person(models.Model):
    """A user's profile; without a user, what a team lead prepared for a GitHub login, so that Slack messages arrive.

    A user's row and a prepared row may have the same login. They are merged when the user's login is confirmed.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="person",
        help_text="Who signs in here.",
    )
    github_login = models.CharField(max_length=100, null=True, blank=True)
    github_login_confirmed = models.BooleanField(
        default=False,
        help_text="Somebody vouches that the login is theirs. It is fixed then, and their claims settle requests to "
        "their teams. Goes when the login changes.",
    )
    github_login_confirmed_by = models.CharField(max_length=150, blank=True, editable=False)
    github_login_confirmed_at = models.DateTimeField(null=True, editable=False)
    github_login_checked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When GitHub last said whether it knows the login."
    )
    github_login_message = models.TextField(
        blank=True, editable=False, help_text="Why the login could not be checked; or that GitHub does not know it."
    )
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; empty: the server's.")
    working_days = models.JSONField(default=_monday_to_friday, help_text="ISO weekdays, Monday is 1.")
    working_start = models.TimeField(default=time(9))
    working_end = models.TimeField(default=time(18))
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code, for public holidays.")
    away_from = models.DateTimeField(null=True, blank=True, help_text="From when they are away.")
    away_until = models.DateTimeField(null=True, blank=True, help_text="When they are back.")
    away_note = models.CharField(max_length=200, blank=True)
    limit_hours = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="Working hours until a turn is late; empty: the setting LIMIT_HOURS.",
    )
    slack_user_id = models.CharField(max_length=32, blank=True)
    slack = models.BooleanField(default=True, help_text="Messages in Slack.")
    digest = models.BooleanField(default=True, help_text="The daily digest in Slack.")
    digest_hour = models.PositiveSmallIntegerField(default=9)

    class Meta:
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(Lower("github_login"), name="person_github_login", condition=Q(user__isnull=False)),
            models.UniqueConstraint(
                Lower("github_login"), name="person_prepared_login", condition=Q(user__isnull=True)
            ),
            models.UniqueConstraint(
                fields=("slack_user_id",), name="person_slack_user_id", condition=~Q(slack_user_id="")
            ),
        )

    # Rows about the same person: saving this row in the admin merges them into it and deletes them.
    rows_to_merge: Collection["Person"] = ()
    # The user who entered the same login unconfirmed: saving this row in the admin takes the login from them.
    former_holder: "Person | None" = None

    def __str__(self) -> str:
        return self.github_login or str(self.user or f"person {self.pk}")

    def confirm_login(self, by: str, now: datetime) -> None:
        """Marks the login as confirmed by `by` at `now`. Does not save."""
        self.github_login_confirmed, self.github_login_confirmed_by, self.github_login_confirmed_at = True, by, now

    def unconfirm_login(self) -> None:
        """Marks the login as not confirmed. Does not save."""
        self.github_login_confirmed, self.github_login_confirmed_by, self.github_login_confirmed_at = False, "", None

    @property
    def github_login_unchecked(self) -> bool:
        """Whether GitHub has not said yet if it knows the login."""
        return bool(self.github_login) and self.github_login_checked_at is None

    @property
    def github_login_unknown(self) -> bool:
        """Whether GitHub said that the login does not exist, or is not a person's."""
        return self.github_login_checked_at is not None and bool(self.github_login_message)

    def is_away(self, now: datetime) -> bool:
        """Whether the person is away at `now`."""
        return self.away_from is not None and self.away_until is not None and self.away_from <= now < self.away_until

    @property
    def limit_seconds(self) -> int:
        """The working time after which a turn of this person is late."""
        return (self.limit_hours or settings.LIMIT_HOURS) * 3600

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Skips the check if the row is merged with others or takes over a login: then the duplicates are intended."""
        if not self.rows_to_merge and self.former_holder is None:
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Skips the check in the same cases as `validate_unique`."""
        if not self.rows_to_merge and self.former_holder is None:
            super().validate_constraints(exclude)


def confirmed_among(logins: Collection[str]) -> set[str]:
    """Those of `logins` that are confirmed for a user, in lower case; a prepared row has no user and does not count."""
    if not logins:
        return set()
    people = Person.objects.annotate(key=Lower("github_login")).filter(key__in={login.lower() for login in logins})
    return set(people.filter(github_login_confirmed=True, user__isnull=False).values_list("key", flat=True))
