"""What is neither venv's nor a package's in an environment, and is not to be lost with it."""

from __future__ import annotations

import os
import re
import stat

from files import read_or_nothing

_VENVS = frozenset(
    (
        *("bin", "include", "lib", "lib64", "share", "etc", "man", "Scripts", "local"),
        *("pyvenv.cfg", ".gitignore", ".lock", "CACHEDIR.TAG", "pip-selfcheck.json"),
    )
)
_BIN = re.compile(
    r"activate(_this\.py|\.\w+)?|Activate\.ps1|deactivate(\.\w+)?|(python|pypy)[\d.]*t?"
    r"|pip[\d.]*|easy_install(-[\d.]+)?|wheel(-?[\d.]+)?"
)
"""What venv, virtualenv and pip put into bin."""


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
    recorded = _recorded(old)
    for name in _listed(f"{old}/bin"):
        file = f"{old}/bin/{name}"
        if name in recorded or _BIN.fullmatch(name) or os.path.lexists(f"{new}/bin/{name}"):
            continue
        if os.path.isfile(file) or os.path.islink(file):
            copy2(file, f"{new}/bin/{name}", follow_symlinks=False)
    os.chmod(new, stat.S_IMODE(os.stat(old).st_mode))


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _recorded(path: str) -> set[str]:
    """The programs in bin that packages have brought, as their RECORDs (PEP 376) tell."""
    names = set()
    for library in _listed(f"{path}/lib"):
        site = f"{path}/lib/{library}/site-packages"
        for entry in _listed(site):
            for record in ("RECORD", "installed-files.txt"):
                text = os.fsdecode(read_or_nothing(f"{site}/{entry}/{record}", 1 << 22))
                lines = text.split("\n")
                wheres = [line.split(",")[0].strip('"\r') for line in lines]
                names |= {os.path.basename(each) for each in wheres if "/bin/" in each}
    return names
