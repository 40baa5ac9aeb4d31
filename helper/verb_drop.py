"""drop: what the shell asks when a temporary environment was left."""

from __future__ import annotations

import passing
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping

    from home import Home


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Remove it. Returns the status: 1 if that is not for this shell to do."""
    return passing.left(home, words[0], environ)
