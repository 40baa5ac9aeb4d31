"""The directories that an environment is bound to.

The first one is the line in `.project`, which virtualenvwrapper, pew and pipenv share. Some of them
take the whole file for one path, so the others are in a file of our own: a path in each line.
"""

from __future__ import annotations

import os

from helper.base.files import first_line, read_or_nothing
from helper.store.home import PROJECT, PROJECTS

LARGEST = 8192
"""Bytes of the largest list of other directories: the shells read no more."""


def bound(path: str) -> tuple[str, ...]:
    """The directories that the environment at a path is bound to, the first one first."""
    first = first_line(f"{path}/{PROJECT}")
    lines = read_or_nothing(f"{path}/{PROJECTS}", LARGEST).split(b"\n")[:-1]
    others = [os.fsdecode(each) for each in lines if each.startswith(b"/") and b"\0" not in each]
    return tuple(dict.fromkeys([first, *others] if first else others))


def lines_of(projects: list[str]) -> bytes:
    """The text of a list of directories."""
    return b"".join(os.fsencode(each) + b"\n" for each in projects)
