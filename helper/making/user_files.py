"""What is neither venv's nor a package's in an environment, and is not to be lost with it."""

from __future__ import annotations

import os
import re
import stat

from helper.inspection.commands import is_venvs, recorded

_VENVS = frozenset(
    (
        *("bin", "include", "lib", "lib64", "share", "etc", "man", "Scripts", "local"),
        *("pyvenv.cfg", ".gitignore", ".lock", "CACHEDIR.TAG", "pip-selfcheck.json"),
    )
)
_PIPS = re.compile(r"pip[\d.]*|easy_install(-[\d.]+)?|wheel(-?[\d.]+)?")
"""What pip and its kind put into bin."""


def over(old: str, new: str) -> None:
    """Copy to a new environment what the user has put into an old one: files and folders beside
    those of venv, as `src` with the clones of editable projects; hooks and programs in bin that no
    package has brought; .project, when it was last used, and the permissions. Raises OSError.
    """
    from shutil import copy2, copytree

    for name in _listed(old):
        ours = name.startswith(".multivenv") or name in _VENVS
        if ours or os.path.lexists(f"{new}/{name}"):
            continue
        if os.path.isdir(f"{old}/{name}") and not os.path.islink(f"{old}/{name}"):
            copytree(f"{old}/{name}", f"{new}/{name}", symlinks=True)
        else:
            copy2(f"{old}/{name}", f"{new}/{name}", follow_symlinks=False)
    brought = _brought(old)
    for name in _listed(f"{old}/bin"):
        file = f"{old}/bin/{name}"
        own = is_venvs(name) or _PIPS.fullmatch(name)
        if own or name in brought or os.path.lexists(f"{new}/bin/{name}"):
            continue
        if os.path.isfile(file) or os.path.islink(file):
            copy2(file, f"{new}/bin/{name}", follow_symlinks=False)
    os.chmod(new, stat.S_IMODE(os.stat(old).st_mode))


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _brought(path: str) -> set[str]:
    """The programs in bin that packages have brought, as their lists of files tell."""
    names = set()
    for library in _listed(f"{path}/lib"):
        site = f"{path}/lib/{library}/site-packages"
        for entry in _listed(site):
            names |= recorded(f"{site}/{entry}")
    return names
