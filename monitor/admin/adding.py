"""Adding a repository by name: GitHub is asked before anything is written."""

from django import forms

from monitor import subscribing
from monitor.forms import full_name_in
from monitor.github.client import GitHubError
from monitor.models import Repository
from monitor.queries import RepositoryNotFound, named


class AddRepositoryForm(forms.ModelForm):
    """A repository by its name: it is looked up on GitHub before anything is written."""

    class Meta:
        model = Repository
        fields = ("full_name", "shared_with", "paused")
        help_texts = {"full_name": "owner/name, or its address on GitHub. It is looked up there first."}

    def clean_full_name(self) -> str:
        """The name as written, if GitHub knows it and nobody added it before."""
        name = full_name_in(self.cleaned_data["full_name"])
        if named(Repository.objects.all(), name) is not None:
            raise forms.ValidationError(f"{name} is here already.")
        try:
            found = subscribing.add(name)
        except (RepositoryNotFound, GitHubError) as error:
            raise forms.ValidationError(str(error)) from error
        self.instance = found
        return found.full_name
