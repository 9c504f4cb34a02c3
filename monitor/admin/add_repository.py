"""Adding a repository by name: GitHub is asked before anything is written."""

from django import forms

from monitor.actions import subscriptions
from monitor.github.client import GitHubError
from monitor.models import Repository
from monitor.pages.repositories.forms import parse_full_name
from monitor.queries import RepositoryNotFound, repository_named

Found = Repository | str


def look_up(typed: str) -> Found:
    """The repository that was typed, which is ours from now on; or in words why there is none."""
    try:
        name = parse_full_name(typed)
        if repository_named(Repository.objects.all(), name) is not None:
            return f"{name} is here already."
        return subscriptions.add_repository(name)
    except forms.ValidationError as error:
        return str(error.messages[0])
    except (RepositoryNotFound, GitHubError) as error:
        return str(error)


class AddRepositoryForm(forms.ModelForm):
    """A repository by its name: `told` is what looking it up on GitHub came to."""

    told: Found = ""

    class Meta:
        model = Repository
        fields = ("full_name", "shared_with", "paused")
        help_texts = {"full_name": "owner/name, or its address on GitHub. It is looked up there first."}

    def clean_full_name(self) -> str:
        """The name as GitHub writes it."""
        if not isinstance(self.told, Repository):
            raise forms.ValidationError(self.told)
        self.instance = self.told
        return self.told.full_name
