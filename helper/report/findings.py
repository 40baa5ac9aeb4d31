"""Problems that doctor found, with advice."""

from __future__ import annotations

from helper.base.compat import NamedTuple
from helper.base.errors import Failure


class Finding(NamedTuple):
    """A problem."""

    what: str
    advice: str | None
    """What to type next, or how to live with the problem; None if unknown."""
    fixable: bool = False
    """Whether `multivenv doctor --fix` tries to fix it."""

    @property
    def text(self) -> str:
        """As messages show it, with the advice in parentheses."""
        return str(Failure(self.what, self.advice))


def leftover(what: str) -> Finding:
    """The finding for something that --fix removes."""
    return Finding(what, "multivenv doctor --fix", True)
