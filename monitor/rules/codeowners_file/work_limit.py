"""Limits the work that one CODEOWNERS file may cause, so that its author cannot keep a worker busy."""


class TooComplex(Exception):
    """Following the file's patterns would take too long; the message is a sentence for people."""

    def __init__(self) -> None:
        super().__init__("Its patterns are too many or too complex to be followed: owners are not known.")


class WorkLimit:
    """Counts steps of about half a microsecond, for all paths of one pull request together and for each one alone.

    A large real file (300 patterns with wildcards) needs about 110 steps for a path; only a hostile one reaches the
    limits.
    """

    __slots__ = ("_together", "left")
    _ONE_PATH = 5_000

    def __init__(self, paths: int) -> None:
        self._together = 20_000 + 180 * paths
        self.left = 0

    def start_path(self) -> None:
        """Begins the next path. Errors: TooComplex, if the paths before it have used up all steps."""
        self._together += self.left
        if self._together <= 0:
            raise TooComplex
        self.left = min(self._ONE_PATH, self._together)
        self._together -= self.left

    def spend(self, steps: int) -> None:
        """Counts `steps` for the present path. Errors: TooComplex, if it has none left."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex
