"""The event log in the admin: what changed and for whom it was. To look at, not to change."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from monitor.admin.read_only import KeptAdmin, as_text
from monitor.models import Event, EventSequence, PullRequest, Repository

MAX_WORDS, MAX_FOUND, MAX_DIGITS = 5, 300, 10


@admin.register(Event)
class EventAdmin(KeptAdmin):
    """One row per pull request and look."""

    list_display = ("id", "pull_request", "update_type", "kinds", "title", "occurred_at", "at")
    list_filter = ("update_type", "at", "repository")
    search_fields = ("title", "repository__full_name", "=pull_request__number", "=id")
    search_help_text = "A repository, a number, or words of the title of a pull request as it is now."
    list_select_related = ("pull_request__repository",)
    ordering = ("-id",)
    exclude = ("changes", "audience", "turn", "facts")
    readonly_fields = ("what_changed", "for_whom", "whose_turn")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).defer("pull_request__document", "pull_request__snapshot")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Searches pull requests and repositories, of which there are few, in place of the titles of all events."""
        for word in search_term.split()[:MAX_WORDS]:
            titled = PullRequest.objects.filter(title_folded__contains=word.casefold()).order_by("-pk")
            named = Repository.objects.filter(full_name__icontains=word)
            found = Q(pull_request__in=list(titled.values_list("pk", flat=True)[:MAX_FOUND]))
            found |= Q(repository__in=list(named.values_list("pk", flat=True)[:MAX_FOUND]))
            if word.isascii() and word.isdigit() and len(word) < MAX_DIGITS:
                found |= Q(pk=int(word)) | Q(pull_request__number=int(word))
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description="changes")
    def kinds(self, row: Event) -> str:
        """The kinds of change."""
        return ", ".join(str(change["kind"]) for change in row.changes)

    @admin.display(description="changes")
    def what_changed(self, row: Event) -> SafeString:
        """The changes as indented JSON."""
        return as_text(row.changes)

    @admin.display(description="for whom it was")
    def for_whom(self, row: Event) -> SafeString:
        """Roles and names before and after the change together."""
        return as_text(row.audience)

    @admin.display(description="whose turn it was then")
    def whose_turn(self, row: Event) -> SafeString:
        """The turns after the change."""
        return as_text(row.turn)


@admin.register(EventSequence)
class EventSequenceAdmin(KeptAdmin):
    """The head of the log."""

    list_display = ("last", "pruned")
