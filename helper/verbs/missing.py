"""missing: what the shell's own verbs say of a name that there is no environment of."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.inspection import lookup
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Mapping


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say that there is none, for a verb and a name. Returns 0 if there is one after all."""
    verb, name = words
    lookup.find(home, verb, name)
    return 0
