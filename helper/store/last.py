"""What the last rmvenv removed, so that mkvenv --restore --last can restore all of it.

.multivenv/last-removed names the environments, in a record. Their recipes hold the rest.
"""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.files import drop, in_folder_of
from helper.store import records
from helper.store.home import check_child

if TYPE_CHECKING:
    from typing import Sequence

    from helper.store.home import Home


class Removed(NamedTuple):
    """An environment that was removed, or a symlink to one."""

    name: str
    target: str | None
    """Where the symlink led to."""


def path_of(home: Home) -> str:
    """The file of the list."""
    return home.state("last-removed")


def write(home: Home, removed: Sequence[Removed]) -> OSError | None:
    """Write the list. Returns why that failed: it must not stop a removal."""
    file, new = path_of(home), home.state(f"last-removed-{os.getpid()}.new")
    record = {"removed": [each._asdict() for each in removed]}
    try:
        in_folder_of(file, lambda: records.write(file, record, new, durable=False))
    except OSError as error:
        return error
    return None


def read(home: Home) -> list[Removed] | None:
    """The list, without what no list of ours contains; None if there is none."""
    found = (records.read(path_of(home)) or {}).get("removed")
    if not isinstance(found, list):
        return None
    every = [_removed(each) for each in found if isinstance(each, dict)]
    return list(dict.fromkeys(each for each in every if each is not None))


def _removed(found: records.Record) -> Removed | None:
    name, target = records.text(found, "name"), records.text(found, "target")
    try:
        check_child("rmvenv", name or "")
    except Misuse:
        return None
    if target is not None and not target.startswith("/"):
        return None
    return Removed(name or "", target)


def forget(home: Home) -> None:
    """Delete the list."""
    drop(path_of(home))
