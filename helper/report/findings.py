"""What is amiss, and what to type next."""

from __future__ import annotations

from helper.base.compat import NamedTuple

FIX = "multivenv doctor --fix"


class Finding(NamedTuple):
    """Something that is amiss."""

    what: str
    advice: str | None
    """What to type next, or how to live with it; None if nobody knows."""
    fixable: bool = False
    """Whether `multivenv doctor --fix` may try its hand at it."""

    @property
    def text(self) -> str:
        """As messages have it: the advice in parentheses."""
        return f"{self.what} ({self.advice})" if self.advice else self.what


def of_message(text: str) -> Finding:
    """A finding of a message that has its advice in parentheses at its end, or none."""
    what, opened, advice = text.rpartition(" (")
    if opened and advice.endswith(")"):
        return Finding(what, advice[:-1])
    return Finding(text, None)


def left(what: str) -> Finding:
    """Of something that was left behind, and that --fix takes away."""
    return Finding(what, FIX, True)
