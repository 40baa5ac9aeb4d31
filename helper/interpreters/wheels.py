"""pip's wheel for an interpreter that brings none: another one's, that supports it."""

from __future__ import annotations

import os
from glob import escape, glob

from helper.base import specifiers
from helper.base.compat import TYPE_CHECKING
from helper.interpreters.query import Interpreter

if TYPE_CHECKING:
    from typing import Iterable


WHEELS = "/usr/share/python-wheels"
"""Where Debian and Fedora keep the wheels that their ensurepip installs."""


def bundled(library: str) -> list[str]:
    """The wheels that an interpreter with that standard library has for its ensurepip."""
    for folder in (f"{library}/ensurepip/_bundled", WHEELS):
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        found = [f"{folder}/{name}" for name in names if name.endswith(".whl")]
        if found:
            return found
    return []


def supporting(base: Interpreter, files: Iterable[str]) -> list[str]:
    """Of these wheels the ones that an environment of the interpreter is to have: pip, and up to
    Python 3.11 setuptools, as ensurepip has it. None at all if there is no pip among them.

    The newest of each that supports the interpreter.
    """
    best: dict[str, tuple[list[int], str]] = {}
    for file in files:
        project, version = _project(file)
        known = best.get(project)
        rank = _rank(version)
        if (known is None or rank > known[0]) and _supports(file, base):
            best[project] = rank, file
    if "pip" not in best:
        return []
    projects = ("pip", "setuptools") if base.version < (3, 12) else ("pip",)
    return [best[project][1] for project in projects if project in best]


def kept(cache: str) -> list[str]:
    """The wheels in the seeds of a cache."""
    return sorted(glob(f"{escape(cache)}/seeds/*/wheels/*.whl"))


def _project(file: str) -> tuple[str, str]:
    """Project and version in the name of a wheel: pip-24.0-py3-none-any.whl."""
    project, _, rest = os.path.basename(file).partition("-")
    return project, rest.partition("-")[0]


def _rank(version: str) -> list[int]:
    return [int(part) if part.isdigit() else -1 for part in version.split(".")]


def _supports(file: str, base: Interpreter) -> bool:
    """Whether the Requires-Python of a wheel (PEP 345) has the version of the interpreter."""
    from zipfile import BadZipFile, ZipFile

    info = "-".join(_project(file)) + ".dist-info"
    try:
        with ZipFile(file) as wheel:
            metadata = wheel.read(f"{info}/METADATA").decode("utf-8", "replace")
    except (OSError, KeyError, BadZipFile):
        return False
    for line in metadata.split("\n\n")[0].split("\n"):
        name, _, value = line.partition(":")
        if name.lower() == "requires-python":
            wanted = specifiers.parse(value.strip())
            return wanted is not None and specifiers.fits(
                wanted, base.text.rstrip("+"), base.implementation, wanted.threads
            )
    return True
