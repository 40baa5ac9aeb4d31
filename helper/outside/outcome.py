"""What came of several attempts, of which one that fails stops no other."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import reason

if TYPE_CHECKING:
    from typing import Callable


class Outcome:
    """The messages about several attempts."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failed: list[str] = []

    @property
    def messages(self) -> list[str]:
        return [*self.done, *self.failed]

    def attempt(self, problem: str, act: Callable[..., str | None], *arguments: object) -> None:
        """Call act, which returns a message about what it changed; None if it changed nothing. A
        Failure or an OSError becomes a message too: the problem with the reason.
        """
        try:
            text = act(*arguments)
            self.done += [text] if text is not None else []
        except (Failure, OSError) as error:
            self.failed.append(f"{problem}: {reason(error)}")
