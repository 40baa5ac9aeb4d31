"""Errors that the user reads."""

from __future__ import annotations


class Failure(Exception):
    """The verb could not do its work. The message reads `multivenv: TEXT (ADVICE)`."""

    status = 1

    def __init__(self, text: str, advice: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice
        """What to type next, if anything."""

    def __str__(self) -> str:
        return f"{self.text} ({self.advice})" if self.advice else self.text


class Misuse(Failure):
    """The words of the command make no sense."""

    status = 2


class Interrupted(Failure):
    """A signal asked the verb to stop."""

    def __init__(self, text: str, signal: int) -> None:
        super().__init__(text)
        self.status = 128 + signal
