"""The shells that multivenv supports, as far as they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import NamedTuple

_OPTIONS = {
    "bash": ("--norc", "--noprofile"),
    "zsh": ("-f",),
    "busybox": ("ash",),
    "yash": ("--norcfile", "--noprofile"),
}

_PROBES = {
    "ksh": ': "${.sh.version}"',  # `ksh` may be mksh, or pdksh as on the BSDs
    "busybox": ":",  # one without ash
}


class Shell(NamedTuple):
    """A shell that is installed."""

    name: str
    command: tuple[str, ...]
    """What starts it, without start-up files. The first word is a path."""


def found() -> tuple[Shell, ...]:
    """All there are, in the order in which they are listed."""
    names = ("bash", "zsh", "dash", "ksh", "mksh", "busybox", "yash")
    shells = [_found(name) for name in names]
    return tuple(shell for shell in shells if shell is not None)


def _found(name: str) -> Shell | None:
    path = shutil.which(name)
    if path is None:
        return None
    shell = Shell(name, (os.path.abspath(path), *_OPTIONS.get(name, ())))
    return shell if name not in _PROBES or _does(shell, _PROBES[name]) else None


def _does(shell: Shell, code: str) -> bool:
    words = [*shell.command, "-c", code]
    return subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0
