"""Failures that a verb reports to the user."""

from __future__ import annotations


class Failure(Exception):
    """The verb failed. Its message is `multivenv: TEXT (ADVICE)`."""

    status = 1

    def __init__(self, text: str, advice: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice
        """The next command to type, if any."""

    def __str__(self) -> str:
        return f"{self.text} ({self.advice})" if self.advice else self.text


class Misuse(Failure):
    """The command line is wrong."""

    status = 2


class Interrupted(Failure):
    """A signal stopped the verb."""

    def __init__(self, text: str, signal: int) -> None:
        super().__init__(text)
        self.status = 128 + signal
