"""Which environments go with their shell: those that `mkvenv --temp` has made.

That one is temporary stands in its record, so that an environment never goes because of what was
there before it. A file in .multivenv/temporary leads to it, so that nobody has to read all records;
the shell's process number is in it, for multivenv.sh to look whether that is still there.
"""

from __future__ import annotations

import os

import records
from files import drop, in_folder_of, read_or_nothing, replace
from home import Home

KEY = "temporary"


def owner() -> records.Record:
    """What the record of an environment has under KEY if it goes with the shell that has started
    this process.
    """
    shell = os.getppid()
    return {"process": shell, "host": os.uname().nodename, "started": _started(shell)}


def owner_of(record: records.Record | None) -> records.Record | None:
    """What the record of an environment has under KEY; None if it does not go with a shell."""
    found = (record or {}).get(KEY)
    return found if isinstance(found, dict) else None


def lasting(record: records.Record) -> records.Record:
    """A record without what makes its environment temporary."""
    return {key: value for key, value in record.items() if key != KEY}


def announce(home: Home, name: str, record: records.Record) -> None:
    """Put the file there that leads to an environment, if its record says that it is temporary.

    Raises OSError.
    """
    found = owner_of(record)
    if found is not None:
        file = home.state(KEY, name)
        new = home.state(f"{KEY}-{os.getpid()}.new")
        in_folder_of(file, lambda: replace(file, f"{found.get('process')}\n".encode(), new))


def announced(home: Home) -> list[str]:
    """The names that such a file leads to."""
    try:
        return sorted(os.listdir(home.state(KEY)))
    except OSError:
        return []


def forget(home: Home, name: str) -> None:
    """Take that file away."""
    drop(home.state(KEY, name))
    try:
        os.rmdir(home.state(KEY))
    except OSError:  # there are others
        pass


def is_of_caller(found: records.Record) -> bool:
    """Whether the owner is the shell that has started this process, and no subshell of it."""
    return found.get("process") == os.getppid() and _is_here(found)


def lives(found: records.Record) -> bool:
    """Whether the owner may still be there. A process of another machine cannot be looked at."""
    process = found.get("process")
    if not _is_here(found) or not isinstance(process, int):
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return _started(process) == found.get("started")


def _is_here(found: records.Record) -> bool:
    return found.get("host") == os.uname().nodename


def _started(process: int) -> str | None:
    """When a process began, in the units of proc(5)'s stat; None where there is no /proc. Process
    numbers are used again, in a container soon.
    """
    fields = read_or_nothing(f"/proc/{process}/stat").rpartition(b")")[2].split()
    return fields[19].decode("ascii", "replace") if len(fields) > 19 else None
