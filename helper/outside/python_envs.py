"""The file .python-envs in a project's directory, which lists its environments: PEP 832, a draft.

It is UTF-8, one path a line, which ends as on Unix or as on Windows. A relative path is relative to
the file. The last line is the default; an empty one is none. All lines but those of the environment
in question, and their ends, stay byte for byte.
"""

from __future__ import annotations

import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted
from helper.store.locks import folder_locked

if TYPE_CHECKING:
    from typing import Callable

LARGEST = 1 << 20
"""Bytes of the largest list that is read."""


def file_of(project: str) -> str:
    """Path of the list of a project's directory."""
    return os.path.join(project, ".python-envs")


def lists(project: str, path: str) -> bool:
    """Whether a project's list names the environment at a path; what cannot be read does not."""
    try:
        return any(_means(line, project, path) for line in _lines(_read(project)[0]))
    except (Failure, OSError):
        return False


def check(project: str, path: str) -> None:
    """See that add can be done. Raises Failure and OSError."""
    folder = os.path.dirname(os.path.realpath(file_of(project)))
    data = _read(project)[0]
    if with_last(data, project, path) != data and not os.access(folder, os.W_OK | os.X_OK):
        raise Failure(f"{quoted(folder)} cannot be written to")


def add(project: str, path: str) -> bool:
    """Make an environment the last one of a project's list. Returns whether that took a change.

    Raises Failure and OSError, and then the list is as it was.
    """
    return _edit(project, lambda data: with_last(data, project, path))


def remove(project: str, path: str) -> bool:
    """Take an environment out of a project's list; a list that had nothing else in it goes. Returns
    whether it was in it.

    Raises Failure and OSError, and then the list is as it was.
    """
    return _edit(project, lambda data: without(data, project, path))


def rename(project: str, old: str, new: str) -> bool:
    """Let a project's list name the new path of an environment where it named the old one. Returns
    whether it did.

    Raises Failure and OSError, and then the list is as it was.
    """
    return _edit(project, lambda data: renamed(data, project, old, new))


def with_last(data: bytes, project: str, path: str) -> bytes:
    """The text of a list with an environment as its last line. If its line stands elsewhere it is
    moved; a new one ends as the line before does. Raises Failure for a path that cannot be listed.
    """
    lines = _lines(data)
    filled = [line for line in lines if _text(line)]
    if filled and _means(filled[-1], project, path):
        return data
    texts = [_text(line) for line in lines if _means(line, project, path)]
    kept = [line for line in lines if not _means(line, project, path)]
    end = _end_in(lines)
    if kept and not kept[-1].endswith(b"\n"):
        kept[-1] += end
    return b"".join([*kept, texts[-1] if texts else _listed(path), end])


def without(data: bytes, project: str, path: str) -> bytes:
    """The text of a list without the lines that name an environment."""
    return b"".join([line for line in _lines(data) if not _means(line, project, path)])


def renamed(data: bytes, project: str, old: str, new: str) -> bytes:
    """The text of a list with the new path of an environment in place of the old one; what leads
    there by another way, as a relative path does, does so afterwards too. Raises Failure for a path
    that cannot be listed.
    """
    lines = _lines(data)
    for index, line in enumerate(lines):
        if _means(line, project, old):
            text = _text(line)
            lines[index] = _moved(os.fsdecode(text), project, old, new) + line[len(text) :]
    return b"".join(lines)


def _moved(text: str, project: str, old: str, new: str) -> bytes:
    folder, name = os.path.split(text.rstrip("/"))
    moved = os.path.join(folder, os.path.basename(new))
    stays = name == os.path.basename(old) and files.leads_to(os.path.join(project, moved), new)
    return _listed(moved if stays else new)


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends, which the last one need not have."""
    *ended, rest = data.split(b"\n")
    return [line + b"\n" for line in ended] + ([rest] if rest else [])


def _end_in(lines: list[bytes]) -> bytes:
    """How the last line that has an end ends."""
    ended = [line for line in lines if line.endswith(b"\n")]
    return b"\r\n" if ended and ended[-1].endswith(b"\r\n") else b"\n"


def _text(line: bytes) -> bytes:
    return line.rstrip(b"\r\n")


def _means(line: bytes, project: str, path: str) -> bool:
    """Whether a line names the environment at a path, which need not be there any more."""
    text = os.fsdecode(_text(line))
    return text != "" and files.leads_to(os.path.join(project, text), path)


def _listed(path: str) -> bytes:
    """A path as a line has it, without the line's end. Raises Failure if that cannot be."""
    if "\n" in path or path.endswith("\r"):
        raise Failure(f"{quoted(path)} has a newline, which .python-envs cannot hold")
    try:
        return path.encode()
    except UnicodeEncodeError as error:
        raise Failure(f"{quoted(path)} is not UTF-8, as .python-envs has to be") from error


def _read(project: str) -> tuple[bytes, int | None]:
    """What is in a list, and its permissions; nothing and None if there is none. Raises Failure and
    OSError.
    """
    file = file_of(project)
    try:
        found = os.stat(file)
    except FileNotFoundError:
        if os.path.islink(file):
            raise Failure(
                f"{quoted(file)} is a link that leads nowhere (remove it first)"
            ) from None
        return b"", None
    if not stat.S_ISREG(found.st_mode):
        raise Failure(f"{quoted(file)} is no file (move it elsewhere)")
    data = files.read(file, LARGEST + 1)
    if len(data) > LARGEST:
        raise Failure(f"{quoted(file)} is too large for a list of environments")
    return data, stat.S_IMODE(found.st_mode)


def _edit(project: str, change: Callable[[bytes], bytes]) -> bool:
    """Change a list in one step, at a time when nobody else of us does. What a symlink leads to is
    replaced, the link stays.
    """
    file = file_of(project)
    place = os.path.realpath(file)
    with folder_locked(os.path.dirname(place)):
        data, mode = _read(project)
        changed = change(data)
        if changed == data:
            return False
        if changed or os.path.islink(file):
            files.write(place, changed, f"{place}.multivenv-new", mode)
        else:
            os.unlink(file)
    return True
