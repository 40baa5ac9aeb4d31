"""Temporary files that a killed verb left, or one on a full disk: found here, cleared by the next
change of their environment and by multivenv doctor --fix.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.files import drop, listed
from helper.base.filesystems import PROBE
from helper.store.home import OPEN, PROJECT, PROJECTS, RECORD, UNFINISHED

if TYPE_CHECKING:
    from helper.store.home import Home

_IN_STATE = re.compile(r"(?:recipe|temporary|result)-(\d+)(?:\.new)?")
"""Files of a process, in multivenv's own folder."""
_IN_ENVIRONMENT = tuple(
    f"{name}.new"
    for name in ("pyvenv.cfg", RECORD, UNFINISHED, ".multivenv-project", PROJECT, PROJECTS, OPEN)
) + (PROBE,)
_IN_BIN = re.compile(r"\.(?:python|pypy)[\d.]*t?\.new")
IN_PROJECT = (".python-envs.multivenv-new", ".venv.multivenv-new", PROBE)


def of_home(home: Home) -> list[str]:
    """Those of processes that have ended."""
    found = [(name, _IN_STATE.fullmatch(name)) for name in listed(home.state())]
    return [
        home.state(name)
        for name, match in found
        if name == PROBE or (match and not _runs(int(match[1])))
    ]


def of_environment(path: str) -> list[str]:
    """Those in an environment whose lock no other process holds."""
    found = [f"{path}/{name}" for name in _IN_ENVIRONMENT if os.path.lexists(f"{path}/{name}")]
    names = listed(f"{path}/bin")
    return found + [f"{path}/bin/{name}" for name in names if _IN_BIN.fullmatch(name)]


def of_project(project: str | None) -> list[str]:
    """Those in the directory of a project."""
    if project is None or not project.startswith("/"):
        return []
    return [f"{project}/{name}" for name in IN_PROJECT if os.path.lexists(f"{project}/{name}")]


def clear(files: list[str]) -> None:
    """Delete them. Best effort: failure to delete is ignored."""
    for file in files:
        drop(file)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True
