"""Which environments go with their shell: those that `mkvenv --temp` has made.

That one is temporary stands in its record, with its name, so that an environment never goes because
of what had its name before it, or of what it was copied from. A file in .multivenv/temporary leads
to it, so that nobody has to read all records; the shell's process number is in it, for multivenv.sh
to look whether that is still there.
"""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.files import drop, first_line, in_folder_of, listed, read_or_nothing, write
from helper.store import records
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Dict

    Owner = Dict[str, object]
    """The shell: the name of the environment, the process, when that began, and where it runs."""

KEY = "temporary"


def owner(name: str) -> Owner:
    """What the record of an environment of that name has under KEY if it goes with the shell that
    has started this process.
    """
    shell = os.getppid()
    return {"name": name, "process": shell, "started": _started(shell), **_here()}


def owner_of(record: records.Record | None, name: str) -> Owner | None:
    """What the record of the environment of that name has under KEY; None if it does not go with a
    shell, or is no more what went with it.
    """
    found = (record or {}).get(KEY)
    return found if isinstance(found, dict) and found.get("name") == name else None


def lasting(record: records.Record) -> records.Record:
    """A record without what makes its environment temporary."""
    return {key: value for key, value in record.items() if key != KEY}


def announce(home: Home, name: str, record: records.Record) -> None:
    """Put the file there that leads to an environment, if its record says that it is temporary.

    Raises OSError.
    """
    found = owner_of(record, name)
    if found is not None:
        file = home.state(KEY, name)
        new = home.state(f"{KEY}-{os.getpid()}.new")
        in_folder_of(file, lambda: write(file, f"{found['process']}\n".encode(), new))


def announced(home: Home) -> list[str]:
    """The names that such a file leads to."""
    return listed(home.state(KEY))


def forget(home: Home, name: str) -> None:
    """Take that file away."""
    drop(home.state(KEY, name))
    try:
        os.rmdir(home.state(KEY))
    except OSError:  # there are others
        pass


def is_of_caller(found: Owner) -> bool:
    """Whether the owner is the shell that has started this process, and no subshell of it."""
    shell = os.getppid()
    return found.get("process") == shell and found.get("started") == _started(shell)


def can_be_seen(found: Owner) -> bool:
    """Whether what is to be known of the owner can be: it ran here, or before this machine was
    started again. Of a process of another machine or container nothing is.
    """
    here = _here()
    if found.get("machine") != here["machine"]:
        return False
    return found.get("boot") != here["boot"] or found.get("namespace") == here["namespace"]


def has_ended(found: Owner) -> bool:
    """Whether the owner has certainly ended, as far as that can be known here."""
    return can_be_seen(found) and not lives(found)


def lives(found: Owner) -> bool:
    """Whether the owner, which ran here, is still there or may be."""
    process = found.get("process")
    if not isinstance(process, int):
        return True
    if found.get("boot") != _here()["boot"]:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return _started(process) == found.get("started")


def _here() -> dict[str, str | None]:
    """What tells one machine, one run of it, and one of its containers from another: a process
    number is of that. machine-id(5), proc(5), pid_namespaces(7); elsewhere the name of the host.
    """
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = None
    return {
        # the former is the same in all copies of an image
        "machine": f"{first_line('/etc/machine-id') or ''} {os.uname().nodename}",
        "boot": first_line("/proc/sys/kernel/random/boot_id"),
        "namespace": namespace,
    }


def _started(process: int) -> str | None:
    """When a process began, in the units of proc(5)'s stat; None where there is no /proc, and of a
    process that has ended, which may long wait to be asked for its status. Process numbers are
    used again, in a container soon.
    """
    fields = read_or_nothing(f"/proc/{process}/stat").rpartition(b")")[2].split()
    if len(fields) <= 19 or fields[0] in (b"Z", b"X"):
        return None
    return fields[19].decode("ascii", "replace")
