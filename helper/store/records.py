"""Records: small JSON files, written so that a reader never sees half of one."""

from __future__ import annotations

import json
import time

from helper.base import files
from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Dict

    Record = Dict[str, Any]

SCHEMA = 1
LARGEST = 1 << 20
"""Bytes of the largest record that is read."""


def read(path: str) -> Record | None:
    """The record in a file; None if there is none or it is not one."""
    try:
        data = files.read(path)
        if len(data) == files.SIZE:
            data = files.read(path, LARGEST)
        record = json.loads(data.decode())
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def write(path: str, record: Record, temporary: str | None = None) -> None:
    """Write a record in one step, as files.write does. Raises OSError."""
    text = json.dumps({"schema": SCHEMA, **record}, indent=1, sort_keys=True)
    files.write(path, f"{text}\n".encode("ascii"), temporary)


def timestamp(seconds: float) -> str:
    """A time since the epoch as ISO 8601 in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def seconds(text: object) -> float | None:
    """What timestamp made, as seconds since the epoch; None for anything else."""
    import calendar

    try:
        return float(calendar.timegm(time.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return None


def texts(record: Record, key: str) -> list[str]:
    """The texts in a list of a record; none if it has no such list."""
    found = record.get(key)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def text(record: Record, key: str) -> str | None:
    """The text of a key of a record; None if it has no such text."""
    found = record.get(key)
    return found if isinstance(found, str) else None


def part(record: Record, key: str) -> Record:
    """The record in a key of a record; an empty one if it has none."""
    found = record.get(key)
    return found if isinstance(found, dict) else {}
