"""Directories that multivenv never rebuilds or removes, and homes that belong to something else.

In ~/.pyenv/versions, for example, each interpreter has a bin/python, as environments have. Only
environments may be replaced or deleted.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import listed, listed_strictly, same
from helper.base.messages import quoted
from helper.interpreters.search import manager_folders
from helper.store.home import RECORD, UNFINISHED

if TYPE_CHECKING:
    from typing import Mapping

    from helper.store.home import Home

_LIBRARY = re.compile(r"(?:python|pypy)\d[\d.]*\w*")
_LEGACY = "orig-prefix.txt"
"""virtualenv before 20 wrote it beside a copy of os.py."""
_MOST_CHILDREN = 8
"""How many children of a home are examined: more would delay each verb."""
_SYNCED = {
    "Dropbox": r"Dropbox(?:[- ][^/]*)?",  # `Dropbox (Work)`, CloudStorage/Dropbox-Work
    "iCloud Drive": r"Library/Mobile Documents|iCloudDrive",
    "OneDrive": r"OneDrive(?:[- ][^/]*)?",
    "Google Drive": r"Google ?Drive(?:-[^/]*)?|My Drive",
    "Nextcloud": r"Nextcloud[^/]*",
}
"""The folders of cloud services, as their programs name them. Only doctor needs the patterns."""
_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "package.json")


def check_ours(path: str, problem: str = "") -> None:
    """Check that a directory is an environment, even a damaged one, and so may be replaced or
    removed. problem: the change that failed, for the message. Raises Failure, and OSError if that
    cannot be found out.
    """
    if os.path.islink(path) or os.path.lexists(f"{path}/{UNFINISHED}"):
        return  # of a link only the link is removed
    it = f"{problem}: it" if problem else "it"
    if _is_condas(path):
        raise Failure(f"{it} belongs to conda, and is not a virtual environment")
    if is_installation(path):
        raise Failure(f"{it} is an installation of Python, not a virtual environment")
    marks = ("pyvenv.cfg", RECORD)
    legacy = _has_in_library(path, _LEGACY)
    if not legacy and not any(os.path.lexists(f"{path}/{mark}") for mark in marks):
        if not os.path.lexists(path):  # another verb has just removed it
            raise Failure(f"{it} no longer exists")
        lacks = f"{it} has no pyvenv.cfg and no record, and may not be an environment"
        raise Failure(lacks, "move it elsewhere")


def is_installation(path: str) -> bool:
    """Whether a directory is the prefix of an interpreter: it has the standard library. virtualenv
    links parts of that into an environment of Python 2.7. Raises OSError.
    """
    if not _has_in_library(path, "os.py") or _has_in_library(path, _LEGACY):
        return False
    return not (os.path.lexists(f"{path}/pyvenv.cfg") and _has_in_library(path, "os.py", True))


def _has_in_library(path: str, name: str, link: bool = False) -> bool:
    """Whether the standard library in a directory has a file; link: and it is a symlink."""
    folders = [f"{path}/{lib}" for lib in ("lib", "lib64") if not os.path.islink(f"{path}/{lib}")]
    libraries = [f"{folder}/{each}" for folder in folders for each in listed_strictly(folder)]
    libraries = [each for each in libraries if _LIBRARY.fullmatch(os.path.basename(each))]
    libraries.append(f"{path}/lib-python/3")  # PyPy up to 3.7
    exists = os.path.islink if link else os.path.lexists
    return any(exists(f"{each}/{name}") for each in libraries)


def odd_home(home: Home, environ: Mapping[str, str]) -> Failure | None:
    """Why the home looks like a folder of something else; None if it does not."""
    what = _owner_of(home.path, environ)
    if what is None:
        return None
    advice = "set MULTIVENV_HOME to a folder of its own"
    return Failure(f"MULTIVENV_HOME is {quoted(home.path)}, {what}", advice)


def syncing_service(path: str) -> str | None:
    """The cloud service that synchronizes a path, judged by the names of its folders; None if none
    of them is known.
    """
    for name, folder in _SYNCED.items():
        if re.search(f"/(?:{folder})/", f"{path}/"):
            return name
    return None


def _owner_of(path: str, environ: Mapping[str, str]) -> str | None:
    for tool, folder in manager_folders(environ).items():
        places = (folder, f"{folder}/versions", f"{folder}/installs/python")
        if any(same(path, place) for place in places):
            return f"where {tool} keeps its Pythons"
    children = [f"{path}/{name}" for name in listed(path)[:_MOST_CHILDREN]]
    looks = (
        ("your home directory", same(path, environ.get("HOME") or "/")),
        ("a folder of conda", any(map(_is_condas, (path, os.path.dirname(path))))),
        ("an environment", os.path.lexists(f"{path}/pyvenv.cfg")),
        ("the directory of a project", any(os.path.lexists(f"{path}/{it}") for it in _PROJECTS)),
        ("which contains installations of Python", any(map(_is_foreign, children))),
    )
    return next((what for what, found in looks if found), None)


def _is_condas(path: str) -> bool:
    return os.path.isdir(f"{path}/conda-meta")


def _is_foreign(path: str) -> bool:
    try:
        return _is_condas(path) or is_installation(path)
    except OSError:
        return False
