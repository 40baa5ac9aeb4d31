"""drop: what the shell asks when a temporary environment is left, or the shell ends."""

from __future__ import annotations

import locks
import temporary
from facts import read_one
from files import same
from links import known_folder
from remove import remove_with_hooks
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping

    from home import Home


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Remove it. Returns the status: 3 if it is not the calling shell's. A subshell may have left
    it, and it is still active in the shell itself.
    """
    name = words[0]
    facts = read_one(home, name)
    owner = temporary.owner_of(facts.record) if facts else None
    if owner is None:
        return 0
    if not temporary.is_of_caller(owner):
        return 3
    return _remove(home, name, environ)


def sweep(home: Home, environ: Mapping[str, str]) -> None:
    """Remove those whose shell has ended without doing so."""
    active = environ.get("VIRTUAL_ENV", "")
    for name in temporary.announced(home):
        if locks.holder(home, name) is not None:  # it may be about to be made
            continue
        facts = read_one(home, name)
        owner = temporary.owner_of(facts.record) if facts else None
        if facts is None or owner is None:
            temporary.forget(home, name)
        elif not temporary.lives(owner) and not (active and same(facts.path, active)):
            _remove(home, name, environ)


def _remove(home: Home, name: str, environ: Mapping[str, str]) -> int:
    status = remove_with_hooks(home, name, known_folder(environ), keep_recipe=False)
    if status == 0:
        temporary.forget(home, name)
    return status
