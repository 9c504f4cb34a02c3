"""CODEOWNERS: whom a file of untrusted text names as owners of which changed paths, in linear time.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from monitor.codeowners.file import Codeowners, Rule, TooComplex, parse
from monitor.codeowners.owned import Owned, owned

__all__ = ["Codeowners", "Owned", "Rule", "TooComplex", "owned", "parse"]
