"""Base interpreters: finding the one to make an environment with."""

from __future__ import annotations

import json
import os
import subprocess

from errors import Failure
from facts import parse_config, parse_version
from files import read
from messages import quoted
from tuples import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Mapping

    from facts import Version

TIME_LIMIT = 20
"""Seconds that an interpreter has to say what it is. A shim needs a tenth of one."""

# For any Python from 2.7 on. `executable` is what the interpreter calls itself, so for a shim it
# is the interpreter behind it; not resolved further, as venv does not either.
_QUESTION = """\
import json, os, sys
print(json.dumps([
    getattr(sys, "_base_executable", None) or sys.executable,
    sys.version.split()[0],
    getattr(sys, "implementation", None) and sys.implementation.name or "cpython",
]))
"""


class Interpreter(NamedTuple):
    """A base interpreter that was started and answered."""

    path: str
    version: Version
    text: str
    """The version in full, such as 3.14.0rc1."""
    implementation: str
    """As sys.implementation.name has it."""

    @property
    def called(self) -> str:
        """What it is called in messages."""
        name = {"cpython": "Python", "pypy": "PyPy"}.get(self.implementation, self.implementation)
        return f"{name} {self.text}"


def default(environ: Mapping[str, str]) -> Interpreter:
    """The interpreter that `python3` means at the prompt, seen through the active environment.

    $MULTIVENV_PYTHON, a path or the name of a command, takes its place. Raises Failure.
    """
    wanted = environ.get("MULTIVENV_PYTHON")
    if wanted:
        found = _first([wanted] if "/" in wanted else _on_path(wanted, environ))
        if found is None:
            raise Failure(f"MULTIVENV_PYTHON is {quoted(wanted)}, which is no Python that starts")
        if found.version < (3, 3):
            raise Failure(
                f"MULTIVENV_PYTHON is {quoted(wanted)}, which is {found.called}: it has no venv"
                " (set it to Python 3.3 or newer)"
            )
        return found
    for name in ("python3", "python"):
        found = _first(_on_path(name, environ))
        if found is not None and found.version >= (3,):
            return found
    raise Failure("there is no python3 on PATH (set MULTIVENV_PYTHON to an interpreter)")


def _on_path(name: str, environ: Mapping[str, str]) -> list[str]:
    """Programs of that name on PATH."""
    folders = [folder for folder in environ.get("PATH", "").split(":") if folder.startswith("/")]
    files = [os.path.join(folder, name) for folder in folders]
    return [file for file in files if os.path.isfile(file) and os.access(file, os.X_OK)]


def _first(files: list[str]) -> Interpreter | None:
    for file in files:
        found = ask(_base_of(file))
        if found is not None:
            return found
    return None


def _base_of(file: str) -> str:
    """The base interpreter, if the file belongs to an environment, else the file itself.

    Asking the environment's own interpreter does not do: before Python 3.11 it names itself.
    """
    for _ in range(8):  # an environment's base may be another environment's python
        folder, name = os.path.split(file)
        try:
            config = parse_config(os.fsdecode(read(f"{os.path.dirname(folder)}/pyvenv.cfg")))
        except OSError:
            break
        if not config.home:
            break
        names = ["python" + ".".join(map(str, config.version[:2])), name, "python3", "python"]
        bases = [f"{config.home}/{name}" for name in names]
        found = next((base for base in bases if os.access(base, os.X_OK)), None)
        if found is None:
            break
        file = found
    return file


def ask(file: str) -> Interpreter | None:
    """Start an interpreter and ask what it is. None if it does not answer, as a shim may not."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environ.pop("VIRTUAL_ENV", None)
    try:
        answer = subprocess.run(
            [file, "-E", "-s", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT,
            env=environ,
            check=True,
        ).stdout
        path, text, implementation = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(path, parse_version(text), text, implementation)
