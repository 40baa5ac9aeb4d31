"""Old environments that a repair has replaced: kept for some days, so that fixvenv --undo can
restore them.

.multivenv/kept/NAME is the last one of a name. The time of its folder is when it was moved there:
not the time of its status alone (st_ctime), which FAT does not keep. $MULTIVENV_KEEP is the number
of days; 0 deletes it at once.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import listed
from helper.base.messages import quoted
from helper.store import trash
from helper.store.locks import locked

if TYPE_CHECKING:
    from typing import Mapping

    from helper.store.home import Home

DAYS = 7
"""How long an environment is kept if $MULTIVENV_KEEP does not say."""
_DAY = 86400


class Kept(NamedTuple):
    """An environment that is kept."""

    name: str
    path: str
    since: float
    """Seconds since the epoch."""


def days(environ: Mapping[str, str]) -> float:
    """How many days environments are kept; the default if the setting is not a number."""
    try:
        return _days(environ.get("MULTIVENV_KEEP", ""))
    except ValueError:
        return DAYS


def problem(environ: Mapping[str, str]) -> Failure | None:
    """Why the setting does not count; None if it does."""
    value = environ.get("MULTIVENV_KEEP", "")
    try:
        _days(value)
    except ValueError:
        return Failure(f"MULTIVENV_KEEP is {quoted(value)}", "set it to a number of days")
    return None


def _days(value: str) -> float:
    if value and not (value.isascii() and value.isdigit() and len(value) < 6):
        raise ValueError(value)
    return int(value) if value else DAYS


def path_of(home: Home, name: str) -> str:
    """Where the environment of that name is kept; it need not exist."""
    return home.state("kept", name)


def find(home: Home, name: str) -> Kept | None:
    """The one that is kept of that name, if any."""
    path = path_of(home, name)
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return Kept(name, path, max(found.st_ctime, found.st_mtime))


def all_in(home: Home) -> list[Kept]:
    """All that are kept, by name."""
    found = [find(home, name) for name in listed(home.state("kept"))]
    return [each for each in found if each is not None]


def keep(home: Home, name: str, path: str, most: float = DAYS) -> None:
    """Move an environment from a path on the file system of the home to where it is kept; the one
    that was kept before is deleted. most: days; 0 deletes it. The caller holds the lock of the
    name. Raises OSError, and then it is where it was.
    """
    if most <= 0:
        trash.put(home, name, path)
        drop(home, name)
        return
    place = path_of(home, name)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    drop(home, name)
    with suppress(OSError):  # before it is there: else a sweep could see the old time
        found = os.lstat(path)
        if found.st_ctime_ns == found.st_mtime_ns:  # as on FAT; elsewhere it keeps its time
            os.utime(path)
    os.rename(path, place)


def drop(home: Home, name: str) -> None:
    """Delete what is kept of a name. The caller holds its lock. Raises OSError."""
    if os.path.lexists(path_of(home, name)):
        trash.put(home, name, path_of(home, name))


def sweep(home: Home, environ: Mapping[str, str]) -> None:
    """Delete what has been kept for longer than the setting says. Best effort."""
    limit = time.time() - days(environ) * _DAY
    for each in all_in(home):
        if each.since <= limit:
            try:
                with locked(home, each.name, "sweeping", patience=0):
                    drop(home, each.name)
            except (Failure, OSError):
                continue
