"""Records: small JSON files. Writing one takes a single step, so no reader sees half of it."""

from __future__ import annotations

import json
import time

from helper.base import files
from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Dict, Iterator

    Record = Dict[str, Any]

SCHEMA = 1
HELD = "held"
"""The key of an environment's record for the names of the packages that upvenv leaves alone."""
_LARGEST = 1 << 20
"""Bytes; of a larger record, this reads nothing."""


def read(path: str, trusted: bool = False) -> Record | None:
    """The record in a file; None if the file is missing or is not a record. trusted: nobody else
    can have written it, so that its contents need no check.
    """
    try:
        data = files.read(path)
        if len(data) == files.SIZE:
            data = files.read_all(path, _LARGEST)
        record = json.loads(data) if trusted else parse(data)
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def parse(data: bytes) -> Record:
    """The record in a text. Raises ValueError for anything that could not be written again as JSON,
    or used as a path or a number: deep nesting, huge numbers, NaN, zero bytes, lone surrogates.
    """
    # each level has its own brackets; the strings of a record have few
    if data.count(b"[") + data.count(b"{") > _DEEPEST and _depth(data) > _DEEPEST:
        raise ValueError("nested too deep")
    record = _DECODER.decode(data.decode())
    if not isinstance(record, dict):
        raise ValueError("not a record")
    if b"\\u" in data:  # json accepts these only as escapes
        for each in _texts_in(record):
            each.encode("utf-8", "surrogateescape")  # which stand for bytes in names of files
            if "\0" in each:
                raise ValueError("zero byte")
    return record


def _texts_in(value: object) -> Iterator[str]:
    """All texts in a record, with its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for each in parts:
            yield from _texts_in(each)


_DEEPEST = 50
"""Levels of nesting in a record. The parser itself fails at a depth that depends on the Python."""


def _depth(data: bytes) -> int:
    """The depth of nesting in JSON."""
    import re

    deepest = depth = 0
    for sign in re.findall(rb'"(?:[^"\\]|\\.)*"?|[\[{}\]]', data):  # a string, or a bracket
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest


def _integer(text: str) -> int:
    if len(text) > 20:
        raise ValueError("huge number")
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if number - number != 0:  # NaN, Infinity, 1e999
        raise ValueError("not a number")
    return number


def write(path: str, record: Record, temporary: str | None = None, durable: bool = True) -> None:
    """Write a record in one step, as files.write does. durable: false if the caller syncs the tree
    that it is in. Raises OSError.
    """
    text = json.dumps({"schema": SCHEMA, **record}, indent=1, sort_keys=True)
    files.write(path, f"{text}\n".encode("ascii"), temporary, durable=durable)


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_number)


def timestamp(seconds: float) -> str:
    """A time since the epoch as ISO 8601 in UTC, to the second, from year 1 to 9999."""
    seconds = min(max(seconds, -62135596800), 253402300799)  # file systems can hold others
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
