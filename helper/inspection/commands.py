"""The commands of an environment: the programs in its bin, and which package has brought which.

Formats: entry_points.txt of the PyPA's entry points specification, RECORD of PEP 376 and 627, and
setuptools' older installed-files.txt and *.egg-link.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.files import first_line, read_or_nothing
from helper.inspection.freeze import normalised

if TYPE_CHECKING:
    from helper.inspection.distributions import Distribution

HOOKS = ("preactivate", "postactivate", "predeactivate", "postdeactivate")
"""Those that an environment can have of its own, in its bin."""

_VENVS = re.compile(
    r"activate(_this\.py|\.\w+)?|Activate\.ps1|deactivate(\.\w+)?|(python|pypy)[\d.]*t?"
)
_IN_BIN = re.compile(r"(?:(?:\.\./)+|/.*/)bin/([^/]+)", re.DOTALL)
"""A program as it stands in a RECORD: from site-packages up to the environment and into its bin."""
_LARGEST = 1 << 22
"""Bytes of a RECORD that are read."""
_SECTIONS = ("[console_scripts]", "[gui_scripts]")


def is_venvs(name: str) -> bool:
    """Whether a program of that name is venv's own: an interpreter, or for activation."""
    return _VENVS.fullmatch(name) is not None


def runnable(path: str, name: str) -> bool:
    """Whether the environment at a path has a program of that name in its bin."""
    file = f"{path}/bin/{name}"
    return "/" not in name and os.path.isfile(file) and os.access(file, os.X_OK)


def declared(each: Distribution) -> set[str]:
    """The commands that the metadata of a distribution declare; they need not be there."""
    folder = each.path
    if folder.endswith(".egg-link"):
        folder = _linked_metadata(each)
    return _entry_points(folder) | recorded(folder)


def recorded(folder: str) -> set[str]:
    """The programs in bin that the list of installed files in a *.dist-info or *.egg-info has."""
    import csv
    from io import StringIO

    wheres = _text(f"{folder}/installed-files.txt").split("\n")
    try:
        rows = csv.reader(StringIO(_text(f"{folder}/RECORD"), newline=""))
        wheres += [row[0] for row in rows if row]
    except csv.Error:  # a crash of the machine can leave zero bytes
        pass
    found = [_IN_BIN.fullmatch(where) for where in wheres]
    return {match[1] for match in found if match}


def _entry_points(folder: str) -> set[str]:
    """The names in the two sections of an entry_points.txt that make commands."""
    names, inside = set(), False
    for line in map(str.strip, _text(f"{folder}/entry_points.txt").split("\n")):
        name, equals, _ = line.partition("=")
        if line.startswith("["):
            inside = line in _SECTIONS
        elif inside and equals and not line.startswith(("#", ";")):
            names.add(name.strip())
    return names


def _linked_metadata(each: Distribution) -> str:
    """The *.egg-info of a project that `setup.py develop` linked; empty if there is none."""
    folder = first_line(each.path) or ""
    try:
        entries = os.listdir(folder)
    except OSError:
        return ""
    for entry in entries:
        stem, ending = os.path.splitext(entry)
        if ending == ".egg-info" and normalised(stem) == normalised(each.name):
            return f"{folder}/{entry}"
    return ""


def _text(file: str) -> str:
    return os.fsdecode(read_or_nothing(file, _LARGEST))
