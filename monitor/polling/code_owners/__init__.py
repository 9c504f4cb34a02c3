"""Finds the owners of the files that open pull requests change, by the CODEOWNERS file of each base branch."""
