"""What can make environments for an interpreter, and where their pip comes from."""

from __future__ import annotations

import os
from glob import escape, glob

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import read_or_nothing
from helper.base.shebangs import split
from helper.inspection.facts import parse_version
from helper.interpreters import wheels
from helper.interpreters.query import Interpreter
from helper.interpreters.search import on_path

if TYPE_CHECKING:
    from typing import Callable, Iterable, Mapping

    from helper.inspection.facts import Version

_TOO_NEW = (20, 22)
"""The first virtualenv that makes no environments for Python 2.7 and 3.6 any more."""


class Maker(NamedTuple):
    """How environments of an interpreter are made."""

    tool: str | None
    """`venv`, its own module; or the path of virtualenv; None if nothing can."""
    wheels: list[str]
    """The files from which pip is installed if the tool is venv."""
    problem: str | None
    """Why it cannot be made, or has no pip; and what to install."""


def maker_for(
    base: Interpreter,
    environ: Mapping[str, str],
    cache: str,
    others: Callable[[], Iterable[str]],
) -> Maker:
    """How to make environments of an interpreter. others finds the wheels of other interpreters.

    No process is started.
    """
    if not base.has_venv:
        return _virtualenv(base, environ)
    if base.has_ensurepip:
        return Maker("venv", wheels.bundled(base.library), None)
    found = wheels.supporting(base, [*others(), *wheels.kept(cache)])
    problem = None if found else "no ensurepip, and no other Python here has a pip for it"
    return Maker("venv", found, problem and f"{problem} ({_package(base)})")


def _package(base: Interpreter) -> str:
    if base.path.startswith("/usr/bin/"):
        return f"install the package python{base.minor}-venv"
    return "install it with ensurepip"


def _virtualenv(base: Interpreter, environ: Mapping[str, str]) -> Maker:
    file = on_path("virtualenv", environ)
    version = _version_of(file) if file else ()
    last = "virtualenv 20.21 is the last one that does" if base.version < (3, 7) else ""
    if file is None:
        wanted = "virtualenv 20.21 or older" if last else "virtualenv"
        return Maker(None, [], f"no venv, and there is no virtualenv on PATH (install {wanted})")
    if last and version >= _TOO_NEW:
        numbers = ".".join(map(str, version))
        return Maker(None, [], f"no venv, and virtualenv {numbers} does not support it ({last})")
    return Maker(file, [], None)


def _version_of(virtualenv: str) -> Version:
    """Its version, by what pip has installed around it; () if that does not tell."""
    parts = split(read_or_nothing(virtualenv))
    files = [virtualenv, *([os.fsdecode(parts[0])] if parts else [])]
    for file in files:
        prefix = escape(os.path.dirname(os.path.dirname(file)))
        for pattern in ("python3*/site-packages", "python3*/dist-packages"):
            for found in glob(f"{prefix}/lib/{pattern}/virtualenv-*-info"):
                return parse_version(os.path.basename(found).split("-")[1])
    return ()
