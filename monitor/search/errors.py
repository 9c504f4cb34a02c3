"""What is wrong with a search, in one sentence for people."""

NOTHING = "Nothing was searched."


class SearchError(ValueError):
    """A search that means nothing; the message names the term and offers the nearest one."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} {NOTHING}")
