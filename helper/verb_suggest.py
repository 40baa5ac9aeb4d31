"""suggest: what the shell says of a word that is none of those that it knows."""

from __future__ import annotations

from errors import Misuse
from messages import quoted
from suggest import meant
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping

    from home import Home


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say so, for a sentence such as `there is no verb`, the word, and those that are known."""
    sentence, word, *known = words
    near = meant(word, known)
    advice = f"did you mean {near}?" if near else "see multivenv --help"
    raise Misuse(f"{sentence} {quoted(word)} ({advice})")
