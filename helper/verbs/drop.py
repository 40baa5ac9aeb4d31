"""drop: what the shell asks when a temporary environment was left."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.making import reaper

if TYPE_CHECKING:
    from typing import Mapping

    from helper.store.home import Home


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Remove it. Returns the status: 1 if that is not for this shell to do."""
    return reaper.left(home, words[0], environ)
