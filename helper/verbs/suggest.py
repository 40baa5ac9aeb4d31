"""suggest: what the shell says of a word that is none of those that it knows."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.messages import quoted
from helper.base.suggest import meant

if TYPE_CHECKING:
    from typing import Mapping

    from helper.store.home import Home


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say so, for a sentence such as `there is no verb`, the word, and those that are known."""
    sentence, word, *known = words
    near = meant(word, known)
    advice = f"did you mean {near}?" if near else "see multivenv --help"
    raise Misuse(f"{sentence} {quoted(word)} ({advice})")
