"""Temporary environments: `mkvenv --temp` ties one to its shell.

The record of the environment names the shell and the environment itself, so that neither a copy nor
a later environment of the same name is temporary. A file in .multivenv/temporary leads to it, so
that no verb has to read all records. It contains the process number of the shell: multivenv.sh
checks whether that still runs.
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
    """The name of the environment, and the shell: its process, start, machine and container."""

KEY = "temporary"
"""The key of the owner in a record, and the name of the folder."""


def owner(name: str, shell: int | None = None) -> Owner:
    """The owner of a new environment of that name: the process of a shell, by default of the one
    that started this process.
    """
    shell = shell or os.getppid()
    return {"name": name, "process": shell, "started": _started(shell), **_machine()}


def owner_of(record: records.Record | None, name: str) -> Owner | None:
    """The owner in the record of an environment of that name; None if it is not temporary."""
    found = records.part(record or {}, KEY)
    return found if found.get("name") == name else None


def lasting(record: records.Record) -> records.Record:
    """A record without its owner."""
    return {key: value for key, value in record.items() if key != KEY}


def announce(home: Home, name: str, record: records.Record) -> None:
    """Create the file that leads to an environment if its record has an owner. Raises OSError."""
    found = owner_of(record, name)
    if found is not None:
        file = home.state(KEY, name)
        new = home.state(f"{KEY}-{os.getpid()}.new")
        in_folder_of(file, lambda: write(file, f"{found['process']}\n".encode(), new))


def announced(home: Home) -> list[str]:
    """The names with such a file."""
    return listed(home.state(KEY))


def forget(home: Home, name: str) -> None:
    """Delete that file."""
    drop(home.state(KEY, name))
    try:
        os.rmdir(home.state(KEY))
    except OSError:  # it has other files
        pass


def is_of_caller(found: Owner, shell: int | None = None) -> bool:
    """Whether the owner is that shell, by default the one that started this process: not a subshell
    of it.
    """
    shell = shell or os.getppid()
    return found.get("process") == shell and found.get("started") == _started(shell)


def can_be_seen(found: Owner) -> bool:
    """Whether this process could see the owner: a shell of this container, or of this machine
    before its last boot.
    """
    here = _machine()
    if found.get("machine") != here["machine"]:
        return False
    return found.get("boot") != here["boot"] or found.get("namespace") == here["namespace"]


def has_ended(found: Owner) -> bool:
    """Whether the owner has certainly ended."""
    return can_be_seen(found) and not lives(found)


def lives(found: Owner) -> bool:
    """Whether an owner of this container still runs, or may."""
    process = found.get("process")
    if not isinstance(process, int):
        return True
    if found.get("boot") != _machine()["boot"]:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return _started(process) == found.get("started")


def _machine() -> dict[str, str | None]:
    """The machine, its boot and its container, to which process numbers belong. Sources:
    machine-id(5), proc(5), pid_namespaces(7); without them, the name of the host.
    """
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = None
    return {
        # all copies of an image have the same machine-id
        "machine": f"{first_line('/etc/machine-id') or ''} {os.uname().nodename}",
        "boot": first_line("/proc/sys/kernel/random/boot_id"),
        "namespace": namespace,
    }


def _started(process: int) -> str | None:
    """When a process started, in the units of /proc/PID/stat, as systems reuse process numbers.
    None without /proc, and for an ended process whose parent has not read its status.
    """
    fields = read_or_nothing(f"/proc/{process}/stat").rpartition(b")")[2].split()
    if len(fields) <= 19 or fields[0] in (b"Z", b"X"):
        return None
    return fields[19].decode("ascii", "replace")
