"""How much work a question may cost: whoever writes a CODEOWNERS file must not be able to keep us busy."""


class TooComplex(Exception):
    """The file's patterns would take too long; the message is a sentence for people."""

    def __init__(self) -> None:
        super().__init__("Its patterns are too many or too complex to be followed: owners are not known.")


class Work:
    """A purse of steps, each well under a microsecond: enough for any file people write, spent quickly by a hostile one."""

    __slots__ = ("left",)

    def __init__(self, paths: int) -> None:
        self.left = 15_000 + 50 * paths

    def spend(self, steps: int) -> None:
        """Errors: TooComplex when nothing is left."""
        self.left -= steps
        if self.left < 0:
            raise TooComplex
