"""Repositories in the admin: add by name, share, look now, pause, resume."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.defaultfilters import pluralize
from django.utils import timezone

from monitor.actions import enough_approvals, pauses, removal, subscriptions
from monitor.admin.add_repository import AddRepositoryForm, Found, look_up
from monitor.admin.github_lookups import AsksFirst
from monitor.models import PullRequest, Repository, Subscription
from monitor.pages.wording.time_wording import clock_in


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("repository").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


@admin.register(Repository)
class RepositoryAdmin(AsksFirst, admin.ModelAdmin):
    """What is looked at, how it goes, and who may see it."""

    list_display = (
        "full_name",
        "state",
        "why",
        "private",
        "open_pull_requests",
        "watchers",
        "last_polled_at",
        "next_poll_at",
        "interval",
    )
    list_filter = ("status", "private", "archived", "paused", "shared_with")
    search_fields = ("full_name",)
    filter_horizontal = ("shared_with",)
    actions = ("look_now", "pause", "resume")
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("full_name", "url", "private", "archived", "default_branch")}),
        ("Who may see it", {"fields": ("shared_with",)}),
        ("Whose turn it is", {"fields": ("enough_approvals_end_requests",)}),
        (
            "Looking at it",
            {
                "fields": (
                    "paused",
                    "state",
                    "why",
                    "failing_since",
                    "failures",
                    "first_read_at",
                    "read_count",
                    "read_total",
                    "last_tried_at",
                    "last_polled_at",
                    "next_poll_at",
                    "effective_interval_seconds",
                    "changed_at",
                    "hooked_at",
                )
            },
        ),
        ("For the curious", {"classes": ("collapse",), "fields": ("node_id", "created_at", "reconciled_at")}),
    )
    _ours: tuple[str, ...] = ("paused", "shared_with", "enough_approvals_end_requests")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Repository]:
        # Subqueries, both: a join would count the pull requests once for each subscription.
        counts = {
            "open_count": _count_of(PullRequest.objects.filter(repository=OuterRef("pk"), state="open")),
            "watcher_count": _count_of(Subscription.objects.filter(repository=OuterRef("pk"))),
        }
        found: QuerySet[Repository] = super().get_queryset(request).annotate(**counts)
        return found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("full_name", "shared_with", "paused")}),)
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody edits the fields that come from GitHub or that a look writes."""
        if obj is None:
            return ()
        names = [str(name) for _, options in self.fieldsets for name in options["fields"]]
        return tuple(name for name in names if name not in self._ours)

    def ask(self, request: HttpRequest, row: Any) -> Found | None:
        return look_up(request.POST.get("full_name", "")) if row is None else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = AddRepositoryForm
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Repository, form: Any, change: bool) -> None:
        # Saves only the fields that people edit: the poller may write the other fields at the same time.
        this = Repository.objects.filter(pk=obj.pk)
        if "paused" in form.changed_data:
            self._pause_or_resume(request, this, obj.paused)
        if "enough_approvals_end_requests" in form.changed_data:
            count = enough_approvals.set_enough_approvals(this, end_requests=obj.enough_approvals_end_requests)
            self.message_user(request, f"{count} open pull request{pluralize(count)} worked out again.")
        if not change:
            subscriptions.poll_now(this)

    @staticmethod
    def _pause_or_resume(request: HttpRequest, rows: QuerySet[Repository], paused: bool) -> None:
        if paused:
            pauses.pause(rows, request.user.get_username())
        else:
            pauses.resume(rows)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts the related rows that are deleted too, instead of listing them: there may be tens of thousands."""
        rows = (
            self._plain(objs)
            if isinstance(objs, QuerySet)
            else Repository.objects.filter(pk__in=[one.pk for one in objs])
        )
        needed = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return [str(row) for row in rows], removal.count_related_rows(rows), needed, []

    def delete_model(self, request: HttpRequest, obj: Repository) -> None:
        removal.remove(Repository.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Repository]) -> None:
        removal.remove(self._plain(queryset))

    @admin.display(description="open", ordering="open_count")
    def open_pull_requests(self, row: Any) -> int:
        """Open pull requests."""
        return int(row.open_count)

    @admin.display(description="watched by", ordering="watcher_count")
    def watchers(self, row: Any) -> int:
        """Subscriptions."""
        return int(row.watcher_count)

    @admin.display(description="every", ordering="effective_interval_seconds")
    def interval(self, row: Repository) -> str:
        """The interval that the budget allows at the moment."""
        return f"{row.effective_interval_seconds} s"

    @admin.display(ordering="status")
    def state(self, row: Repository) -> str:
        """How looking at it goes: one state, which a pause is too."""
        if row.paused:
            return row.pause_words(clock_in(timezone.get_current_timezone(), timezone.now()))
        return str(row.get_status_display())

    @admin.display(description="message")
    def why(self, row: Repository) -> str:
        """Why the last look failed."""
        return "" if row.paused else row.status_message

    @admin.action(description="Look now", permissions=["change"])
    def look_now(self, request: HttpRequest, rows: QuerySet[Repository]) -> None:
        """Has the chosen ones looked at at once."""
        plain = self._plain(rows)
        count, paused = subscriptions.poll_now(plain), plain.filter(paused=True).count()
        left = f" {paused} paused: not looked at until resumed." if paused else ""
        self.message_user(request, f"{count} will be looked at now.{left}", messages.SUCCESS)

    @admin.action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, rows: QuerySet[Repository]) -> None:
        """Stops looking at the chosen ones; what is known stays."""
        count = pauses.pause(self._plain(rows), request.user.get_username())
        self.message_user(request, f"{count} paused.", messages.SUCCESS)

    @admin.action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, rows: QuerySet[Repository]) -> None:
        """Looks at the chosen ones again."""
        self.message_user(request, f"{pauses.resume(self._plain(rows))} resumed.", messages.SUCCESS)

    @staticmethod
    def _plain(rows: QuerySet[Repository]) -> QuerySet[Repository]:
        """The same rows without the counts of the list: an UPDATE takes none."""
        return Repository.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
