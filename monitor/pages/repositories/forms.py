"""The forms for watching a repository: its name, and the filters that choose pull requests."""

import re

from django import forms

from monitor.rules.filters import DEFAULT_FILTERS, Filter

FILTERS = (
    (Filter.AUTHOR, "I am the author"),
    (Filter.ASSIGNED, "assigned to me"),
    (Filter.REVIEW_REQUESTED, "my or my team’s review is requested"),
    (Filter.USER_REVIEW_REQUESTED, "I am asked for a review myself, not only my team"),
    (Filter.CODE_OWNER, "I own code it changes"),
    (Filter.ALL, "everything"),
)
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")


class FiltersForm(forms.Form):
    """The filters: which pull requests of a repository the reader is told about."""

    filters = forms.MultipleChoiceField(
        choices=[(str(name), words) for name, words in FILTERS],
        widget=forms.CheckboxSelectMultiple,
        initial=[str(name) for name in DEFAULT_FILTERS],
        label="Tell me about pull requests where",
        error_messages={"required": "Choose at least one, or stop watching."},
    )


class SubscribeForm(FiltersForm):
    """The repository to watch, as `owner/name` or as its address on GitHub, and the filters."""

    repository = forms.CharField(
        max_length=200,
        widget=forms.TextInput(
            attrs={"placeholder": "owner/name", "list": "known", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    field_order = ("repository", "filters")

    def clean_repository(self) -> str:
        return parse_full_name(self.cleaned_data["repository"])


def parse_full_name(given: str) -> str:
    """The `owner/name` in a name or address that somebody typed or pasted. Errors: ValidationError."""
    bare = re.sub(r"^(https?://[^/\s]+/|git@[^:\s]+:)|(\.git)?/*$", "", given.strip())
    found = _NAME.match(bare)
    if found is None or bare[found.end() : found.end() + 1] not in ("", "/"):
        raise forms.ValidationError("Write it as owner/name, like octo-org/octo-repo.")
    return found.group()
