"""The error that a search raises which is not valid; pages and API show its message."""

NOTHING = "Nothing was searched."


class SearchError(ValueError):
    """The search is not valid. The message names the term that is wrong and offers a similar one."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} {NOTHING}")
