"""Making an environment: whole, or not at all."""

from __future__ import annotations

import os
import time

import records
import trash
from errors import Failure
from home import PROJECT, RECORD, UNFINISHED, Home, is_environment
from interpreters import Interpreter
from locks import locked
from messages import quoted, reason
from processes import Progress, interruptible, run
from tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Mapping


class Request(NamedTuple):
    """What the user asked for."""

    name: str
    python: str | None
    """The interpreter asked for, in the user's words; None for the default."""
    requirements: list[str]
    files: list[str]
    """Requirements files, absolute."""
    editables: list[str]
    """Directories to install in editable mode, absolute."""
    system_site: bool
    pip: bool
    project: str | None
    """Directory that the environment is bound to."""


def make(
    home: Home,
    request: Request,
    base: Interpreter,
    environ: Mapping[str, str],
    progress: Progress,
) -> None:
    """Make an environment with a base interpreter's own venv, then install with its pip.

    Raises Failure (Busy, Interrupted); then nothing of it is left.
    """
    try:
        trash.folder(home)
        with locked(home, request.name, "mkvenv", tell=progress.show) as lock:
            _clear_remains(home, request.name, progress)
            with interruptible(f"stopped: {quoted(request.name)} was not made"):
                _make_whole(home, request, base, environ, lock, progress)
    except OSError as error:
        raise Failure(f"cannot make {quoted(request.name)}: {reason(error)}") from error


def _clear_remains(home: Home, name: str, progress: Progress) -> None:
    """Clear away what an interrupted mkvenv left. Raises Failure if anything else is there."""
    path = home.environment(name)
    if not os.path.lexists(path):
        return
    if os.path.lexists(f"{path}/{UNFINISHED}"):
        progress.tell(f"the creation of {quoted(name)} never finished, so it is made anew")
        trash.discard(home, name)
    elif is_environment(path, os.path.islink(path)):
        raise Failure(
            f"there is an environment named {quoted(name)} already"
            " (usevenv activates it, rmvenv removes it)"
        )
    else:
        raise Failure(f"{quoted(path)} is in the way, and it is no environment (move it elsewhere)")


def _make_whole(
    home: Home,
    request: Request,
    base: Interpreter,
    environ: Mapping[str, str],
    lock: int,
    progress: Progress,
) -> None:
    path = home.environment(request.name)
    try:
        _claim(home, request, base)
        _build(path, request, base, _environ(environ), lock, progress)
        if request.project:
            with open(f"{path}/{PROJECT}", "wb") as file:
                file.write(os.fsencode(request.project) + b"\n")
        os.rename(f"{path}/{UNFINISHED}", f"{path}/{RECORD}")
    except BaseException:
        if os.path.lexists(f"{path}/{UNFINISHED}"):
            progress.show(f"clearing away {quoted(request.name)}")
            trash.discard(home, request.name)
        raise


def _claim(home: Home, request: Request, base: Interpreter) -> None:
    """Make the folder with the unfinished record in it, in one step, so that whatever happens
    from now on, what is left of it can be told from a whole environment.
    """
    entry = trash.new_entry(home, request.name)
    os.mkdir(entry)
    try:
        records.write(f"{entry}/{UNFINISHED}", _record(request, base), f"{entry}/{UNFINISHED}.new")
        os.rename(entry, home.environment(request.name))
    except BaseException:
        trash.delete(entry)
        raise


def _record(request: Request, base: Interpreter) -> records.Record:
    uname = os.uname()
    return {
        "created": records.timestamp(time.time()),
        "python": {
            "asked": request.python,
            "version": base.text,
            "implementation": base.implementation,
            "base": base.path,
        },
        "platform": f"{uname.sysname}-{uname.machine}",
        "requirements": request.requirements,
        "requirement_files": request.files,
        "editables": request.editables,
        "system_site_packages": request.system_site,
        "pip": request.pip,
    }


# As `python -m ensurepip`, without the traceback in which pip's own words would be lost.
_ENSUREPIP = """\
import ensurepip, subprocess, sys
try:
    sys.exit(ensurepip._main(["--upgrade", "--default-pip"]))
except subprocess.CalledProcessError as error:
    sys.exit(error.returncode)
"""


def _build(
    path: str,
    request: Request,
    base: Interpreter,
    environ: Mapping[str, str],
    lock: int,
    progress: Progress,
) -> None:
    name = quoted(request.name)
    venv = [base.path, "-I", "-m", "venv"]
    if request.system_site:
        venv.append("--system-site-packages")
    if not request.pip:
        venv.append("--without-pip")
    making = f"making {name} with {base.called}"
    try:
        run([*venv, path], environ, lock, progress, making)
    except Failure as failure:
        if "'ensurepip'" in str(failure):  # what that has said venv keeps to itself
            run([f"{path}/bin/python", "-I", "-c", _ENSUREPIP], environ, lock, progress, making)
        raise
    wanted = list(request.requirements)
    for file in request.files:
        wanted += ["-r", file]
    for folder in request.editables:
        wanted += ["-e", folder]
    if wanted:
        pip = [f"{path}/bin/python", "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
        run([*pip, "install", *wanted], environ, lock, progress, f"installing into {name}")


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables for venv and pip: the user's, without those that lead them elsewhere."""
    elsewhere = (
        "PYTHONHOME",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "VIRTUAL_ENV_PROMPT",
        "__PYVENV_LAUNCHER__",
        "PIP_PREFIX",
        "PIP_PYTHON",
        "PIP_ROOT",
        "PIP_TARGET",
    )
    clean = {key: value for key, value in environ.items() if key not in elsewhere}
    clean["PIP_USER"] = "0"  # also against pip's own configuration file
    return clean
