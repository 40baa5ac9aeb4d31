"""Records: small JSON files. Writing one takes a single step, so no reader sees half of it."""

from __future__ import annotations

import json
import time

from helper.base import files
from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Dict

    Record = Dict[str, Any]

SCHEMA = 1
_LARGEST = 1 << 20
"""Bytes; of a larger record, this reads nothing."""


def read(path: str) -> Record | None:
    """The record in a file; None if the file is missing or is not a record."""
    try:
        data = files.read(path)
        if len(data) == files.SIZE:
            data = files.read_all(path, _LARGEST)
        record = json.loads(data.decode())
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def write(path: str, record: Record, temporary: str | None = None, durable: bool = True) -> None:
    """Write a record in one step, as files.write does. durable: false if the caller syncs the tree
    that it is in. Raises OSError.
    """
    text = json.dumps({"schema": SCHEMA, **record}, indent=1, sort_keys=True)
    files.write(path, f"{text}\n".encode("ascii"), temporary, durable=durable)


def timestamp(seconds: float) -> str:
    """A time since the epoch as ISO 8601 in UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def seconds(text: object) -> float | None:
    """The inverse of timestamp; None for anything else."""
    import calendar

    try:
        return float(calendar.timegm(time.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ")))
    except ValueError:
        return None


def texts(record: Record, key: str) -> list[str]:
    """The texts of the list under a key; empty if the record has none."""
    found = record.get(key)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def text(record: Record, key: str) -> str | None:
    """The text under a key; None if the record has none."""
    found = record.get(key)
    return found if isinstance(found, str) else None


def part(record: Record, key: str) -> Record:
    """The record under a key; an empty one if the record has none."""
    found = record.get(key)
    return found if isinstance(found, dict) else {}
