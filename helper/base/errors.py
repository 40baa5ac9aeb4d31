"""What goes wrong, as the user is told it."""

from __future__ import annotations


class Failure(Exception):
    """Could not be done. The text is what the user reads, without `multivenv: ` before it."""

    status = 1


class Misuse(Failure):
    """The words of the command make no sense."""

    status = 2


class Interrupted(Failure):
    """A signal asked to stop."""

    def __init__(self, text: str, signal: int) -> None:
        super().__init__(text)
        self.status = 128 + signal
