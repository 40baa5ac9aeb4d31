"""Journal entries: small records of work that a verb has to finish, or the next verb in its place.

A folder of entries has one file for each environment: `journal` for the verb that changes it now,
`pending` for changes elsewhere that were not possible. A verb acts only on entries that a verb may
have written: damaged ones are set aside in .multivenv/damaged.
"""

from __future__ import annotations

import json
import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import drop_other_spelling, in_folder_of, listed
from helper.base.messages import quoted, report
from helper.store import records, trash
from helper.store.home import check_child

if TYPE_CHECKING:
    from helper.store.home import Home

_LARGEST = 1 << 16
"""Bytes of the largest entry."""


def write(home: Home, folder: str, name: str, record: records.Record) -> None:
    """Write the entry of an environment in one step. Raises OSError."""
    entry = home.state(folder, name)
    drop_other_spelling(entry)
    in_folder_of(entry, lambda: records.write(entry, record, trash.new_stage(home, name)))


def names(home: Home, folder: str) -> list[str]:
    """The environments with an entry."""
    return listed(home.state(folder))


def read(home: Home, folder: str, name: str) -> records.Record:
    """The entry of an environment; empty if it has none. A damaged entry is set aside and reported.
    Raises OSError if it cannot be read.
    """
    entry = home.state(folder, name)
    try:
        record = peek(home, folder, name)
    except FileNotFoundError:
        return {}
    if record is None:
        os.rename(entry, trash.new_entry(home, name, "damaged"))
        report(f"set aside a damaged journal entry of {quoted(name)} (see multivenv doctor)")
    return record or {}


def peek(home: Home, folder: str, name: str) -> records.Record | None:
    """The entry of an environment; None if it is damaged. Raises OSError."""
    entry = home.state(folder, name)
    if not stat.S_ISREG(os.lstat(entry).st_mode):
        return None
    try:
        record = json.loads(files.read(entry, _LARGEST).decode())
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and _is_entry(record, name) else None


def close(home: Home, folder: str, name: str) -> None:
    """Delete the entry of an environment. Raises OSError."""
    entry = home.state(folder, name)
    if os.path.isdir(entry) and not os.path.islink(entry):
        trash.put(home, name, entry)
    elif os.path.lexists(entry):
        os.unlink(entry)


def damaged(home: Home) -> list[tuple[str, str]]:
    """The entries that were set aside: path and name."""
    found = names(home, "damaged")
    return [(home.state("damaged", each), each.partition("-")[2] or each) for each in found]


def _is_entry(record: records.Record, name: str) -> bool:
    """Whether a verb may have written it: all that leads to a path is checked."""
    paths = [record.get(key) for key in ("project", "links", "kernels")]
    children = [record.get(key, name) for key in ("new", "aside")]
    return (
        isinstance(record.get("work"), str)
        and record.get("name") == name
        and isinstance(record.get("inode", 0), int)
        and isinstance(record.get("keep", 0), (int, float))
        and _are_inside(record.get("changed", []))
        and all(path is None or _is_text(path) for path in paths)
        and _are_texts(record.get("projects", []))
        and all(child is None or _is_child(child) for child in [name, *children])
    )


def _are_inside(value: object) -> bool:
    """Whether all are paths of files in an environment."""
    return isinstance(value, list) and all(
        _is_text(each) and not {"", ".", ".."}.intersection(each.split("/")) for each in value
    )


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(each) for each in value)


def _is_text(value: object) -> bool:
    """Whether the system accepts it as a path."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def _is_child(value: object) -> bool:
    try:
        check_child("", str(value))
    except Misuse:
        return False
    return _is_text(value)
