"""Making an environment: whole, or not at all."""

from __future__ import annotations

import os
import time
from typing import List, Mapping, NamedTuple

import records
import trash
from errors import Failure, reason
from home import PROJECT, RECORD, UNFINISHED, Home, is_environment
from interpreters import Interpreter
from locks import locked
from names import quoted
from processes import Progress, interruptible, run


class Request(NamedTuple):
    """What the user asked for."""

    name: str
    requirements: List[str]
    files: List[str]
    """Requirements files, absolute."""
    editables: List[str]
    """Directories to install in editable mode, absolute."""
    system_site: bool
    pip: bool
    project: str | None
    """Directory that the environment is bound to."""


class Made(NamedTuple):
    """What came of it."""

    remains: bool
    """Whether the remains of an earlier, unfinished one had to be cleared away."""
    seconds: float


def make(home: Home, request: Request, base: Interpreter, environ: Mapping[str, str], progress: Progress) -> Made:
    """Make an environment with a base interpreter's own venv, then install with its pip.

    Raises Failure (Busy, Interrupted) or OSError; then nothing of it is left.
    """
    start = time.monotonic()
    path = home.environment(request.name)
    _prepare(home)
    with locked(home, request.name, "mkvenv") as lock:
        remains = _clear_remains(home, request.name)
        with interruptible(f"stopped: {quoted(request.name)} was not made"):
            try:
                _claim(home, request, base)
                _build(path, request, base, environ, lock, progress)
                if request.project:
                    with open(f"{path}/{PROJECT}", "w", encoding="utf-8", errors="surrogateescape") as file:
                        file.write(request.project + "\n")
                os.rename(f"{path}/{UNFINISHED}", f"{path}/{RECORD}")
            except BaseException:
                progress.show(f"clearing away {quoted(request.name)}")
                if os.path.lexists(f"{path}/{UNFINISHED}"):
                    trash.discard(home, request.name)
                raise
            finally:
                progress.clear()
    return Made(remains, time.monotonic() - start)


def _prepare(home: Home) -> None:
    try:
        trash.folder(home)
    except OSError as error:
        raise Failure(f"cannot make environments in '{home.path}': {reason(error)}") from error


def _clear_remains(home: Home, name: str) -> bool:
    """Clear away what an interrupted mkvenv left. Raises Failure if something else is in the way."""
    path = home.environment(name)
    if not os.path.lexists(path):
        return False
    if os.path.lexists(f"{path}/{UNFINISHED}"):
        trash.discard(home, name)
        return True
    if is_environment(path, os.path.islink(path)):
        raise Failure(f"there is an environment named {quoted(name)} already (usevenv it, or rmvenv it first)")
    raise Failure(f"'{path}' is in the way, and it is no environment (move it elsewhere)")


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
        "python": {"version": base.text, "implementation": base.implementation, "base": base.path},
        "platform": f"{uname.sysname}-{uname.machine}",
        "requirements": request.requirements,
        "requirement_files": request.files,
        "editables": request.editables,
        "system_site_packages": request.system_site,
        "pip": request.pip,
    }


def _build(
    path: str, request: Request, base: Interpreter, environ: Mapping[str, str], lock: int, progress: Progress
) -> None:
    version = f"{base.implementation} {base.text}" if base.implementation != "cpython" else f"Python {base.text}"
    words = [base.path, "-I", "-m", "venv"]
    if request.system_site:
        words.append("--system-site-packages")
    if not request.pip:
        words.append("--without-pip")
    clean = _environ(environ)
    run([*words, path], clean, lock, progress, f"making {quoted(request.name)} with {version}")
    wanted = list(request.requirements)
    for file in request.files:
        wanted += ["-r", file]
    for folder in request.editables:
        wanted += ["-e", folder]
    if wanted:
        pip = [f"{path}/bin/python", "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        run([*pip, *wanted], clean, lock, progress, f"installing into {quoted(request.name)}")


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables for venv and pip: the user's, without those that lead Python elsewhere."""
    clean = dict(environ)
    for key in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "__PYVENV_LAUNCHER__"):
        clean.pop(key, None)
    clean["PIP_USER"] = "0"  # a user's own default, which pip refuses in an environment
    return clean
