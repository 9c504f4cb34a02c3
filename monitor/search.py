"""The search grammar: text to terms."""


class SearchError(ValueError):
    """A query that means nothing; the message names the term and offers the nearest one."""
