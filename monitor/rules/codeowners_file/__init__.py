"""Reads a CODEOWNERS file, and decides who owns which of the paths that a pull request changes.

The file may be anybody's text, so the work is limited (`work_limit`). Called by `polling/code_owners/ownership`.
Depends on no setting. What a line means is defined by GitHub:
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from monitor.rules.codeowners_file.codeowners_rules import CodeownersRule, CodeownersRules, TooComplex, parse
from monitor.rules.codeowners_file.path_owners import PathOwners, owners_of_paths

__all__ = ["CodeownersRule", "CodeownersRules", "PathOwners", "TooComplex", "owners_of_paths", "parse"]
