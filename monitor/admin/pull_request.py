"""Pull requests in the admin: what GitHub said, whom it concerns, who was ever asked. To look at, not to change."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from monitor import queries
from monitor.admin.read_only import KeptAdmin, KeptInline, as_text
from monitor.models import Involvement, PullRequest, ReviewRequest


class DeadSpots(admin.SimpleListFilter):
    """Open pull requests that are nobody's turn without a reason: there should be none, and each is a fault of the rules."""

    title = "dead spots"
    parameter_name = "dead_spots"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "nobody's turn, and no reason")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PullRequest]) -> QuerySet[PullRequest]:
        if self.value() != "only":
            return queryset
        return queryset.filter(pk__in=queries.dead_spots().order_by().values("pk"))


class ReviewRequests(KeptInline):
    model = ReviewRequest
    verbose_name_plural = "who was asked"


class Involvements(KeptInline):
    model = Involvement
    verbose_name_plural = "whom it concerns"


@admin.register(PullRequest)
class PullRequestAdmin(KeptAdmin):
    """The snapshots."""

    list_display = (
        "__str__",
        "title",
        "author",
        "state",
        "draft",
        "review_state",
        "ci",
        "mergeable",
        "updated_at",
        "as_of",
    )
    list_filter = (
        DeadSpots,
        "state",
        "draft",
        "review_state",
        "ci",
        "mergeable",
        "author_is_bot",
        "updated_at",
        "repository",
    )
    search_fields = ("title", "author", "repository__full_name", "=number")
    list_select_related = ("repository",)
    ordering = ("-pk",)  # by the primary key: any other order sorts all of them first
    exclude = ("document", "snapshot")
    readonly_fields = ("handed_out", "said")
    inlines = (ReviewRequests, Involvements)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PullRequest]:
        return super().get_queryset(request).defer("document", "snapshot")

    @admin.display(description="what readers are handed")
    def handed_out(self, row: PullRequest) -> SafeString:
        """The document, laid out."""
        return as_text(row.document)

    @admin.display(description="what GitHub said")
    def said(self, row: PullRequest) -> SafeString:
        """The snapshot, laid out."""
        return as_text(row.snapshot)


@admin.register(ReviewRequest)
class ReviewRequestAdmin(KeptAdmin):
    """The ledger of requests across pull requests."""

    list_display = (
        "pull_request",
        "kind",
        "name",
        "code_owner",
        "by",
        "asked_at",
        "settled",
        "settled_by",
        "settled_at",
    )
    list_filter = ("kind", "code_owner", "settled", "asked_at")
    search_fields = ("name", "by", "pull_request__repository__full_name")
    list_select_related = ("pull_request__repository",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewRequest]:
        return super().get_queryset(request).defer("pull_request__document", "pull_request__snapshot")


@admin.register(Involvement)
class InvolvementAdmin(KeptAdmin):
    """Who is concerned, and by which role."""

    list_display = ("name", "role", "pull_request")
    list_filter = ("role",)
    search_fields = ("=name", "pull_request__repository__full_name")
    list_select_related = ("pull_request__repository",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Involvement]:
        return super().get_queryset(request).defer("pull_request__document", "pull_request__snapshot")
