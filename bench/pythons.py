"""The Pythons that environments are made with, as far as they are installed."""

from __future__ import annotations

import os
import subprocess
from typing import NamedTuple

from bench.world import ROOT, Unmeasured, World


class Python(NamedTuple):
    """A Python that is installed."""

    minor: str
    """Its version, such as 3.12."""
    path: str


def found() -> tuple[Python, ...]:
    """The one that the tests prefer for each minor version, the lowest first."""
    paths: dict[int, str] = {}
    for path in _output([f"{ROOT}/tests/support/find-python", "--all", "8"]).splitlines():
        code = "import sys; print(sys.version_info[1])"
        paths.setdefault(int(_output([path, "-I", "-S", "-c", code])), path)
    return tuple(Python(f"3.{minor}", paths[minor]) for minor in sorted(paths))


def pyenv() -> dict[str, str]:
    """The variable that leads to the user's pyenv, without which a shell of the world does not
    find it; none if there is no pyenv.
    """
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    return {"PYENV_ROOT": root} if os.access(f"{root}/shims/python3", os.X_OK) else {}


def behind(shim: str, world: World, environ: dict[str, str]) -> str:
    """The Python that a version manager's shim starts. Raises Unmeasured."""
    code = "import sys; print(sys.executable)"
    try:
        return _output([shim, "-c", code], {**world.environ, **environ}, world.folder("home"))
    except subprocess.CalledProcessError as error:
        raise Unmeasured(f"{shim} starts no Python: status {error.returncode}") from error


def _output(
    words: list[str], environ: dict[str, str] | None = None, folder: str | None = None
) -> str:
    """What a program prints."""
    done = subprocess.run(
        words, env=environ, cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()
