"""Creating environments: the tool for an interpreter, the wheels of pip, and the installer."""

from __future__ import annotations

import os
from glob import escape, glob

from helper.base import specifiers
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import listed, read_or_nothing
from helper.base.formats import parse_version, split_script
from helper.base.messages import quoted
from helper.interpreters.query import Interpreter
from helper.interpreters.search import on_path

if TYPE_CHECKING:
    from typing import Callable, Iterable, Mapping

    from helper.base.formats import Version

_TOO_NEW = (20, 22)
"""The first virtualenv that does not support Python 2.7 and 3.6."""


class Creator(NamedTuple):
    """How to create environments of an interpreter."""

    tool: str | None
    """`venv`, its own module; or the path of virtualenv; None if neither works."""
    wheels: list[str]
    """The files from which pip is installed if the tool is venv."""
    problem: str | None
    """What is missing: no environment can be created, or it gets no pip."""
    advice: str | None = None
    """What to install."""


def creator_for(
    base: Interpreter,
    environ: Mapping[str, str],
    cache: str,
    others: Callable[[], Iterable[str]],
) -> Creator:
    """How to create environments of an interpreter. others finds the wheels of other interpreters.

    No process is started.
    """
    if not base.has_venv:
        return _virtualenv(base, environ)
    if base.has_ensurepip:
        return Creator("venv", bundled(base.library), None)
    found = supporting(base, [*others(), *kept(cache)])
    if found:
        return Creator("venv", found, None)
    problem = "no ensurepip, and no other Python here has a pip for it"
    return Creator("venv", [], problem, _package(base))


def _package(base: Interpreter) -> str:
    if base.path.startswith("/usr/bin/"):
        return f"install the package python{base.minor}-venv"
    return "install it with ensurepip"


def _virtualenv(base: Interpreter, environ: Mapping[str, str]) -> Creator:
    file = on_path("virtualenv", environ)
    version = _version_of(file) if file else ()
    last = "virtualenv 20.21 is the last version that does" if base.version < (3, 7) else ""
    if file is None:
        wanted = "virtualenv 20.21 or older" if last else "virtualenv"
        return Creator(None, [], "no venv, and virtualenv is not on PATH", f"install {wanted}")
    if last and version >= _TOO_NEW:
        numbers = ".".join(map(str, version))
        return Creator(None, [], f"no venv, and virtualenv {numbers} does not support it", last)
    return Creator(file, [], None)


def _version_of(virtualenv: str) -> Version:
    """The version of virtualenv, by its metadata in site-packages; () if unknown."""
    parts = split_script(read_or_nothing(virtualenv))
    files = [virtualenv, *([os.fsdecode(parts[0])] if parts else [])]
    for file in files:
        prefix = escape(os.path.dirname(os.path.dirname(file)))
        for pattern in ("python3*/site-packages", "python3*/dist-packages"):
            for found in glob(f"{prefix}/lib/{pattern}/virtualenv-*-info"):
                return parse_version(os.path.basename(found).split("-")[1])
    return ()


# ---- the wheels of pip ---------------------------------------------------------------------------

WHEELS = "/usr/share/python-wheels"
"""Where Debian and Fedora keep the wheels that their ensurepip installs."""


def bundled(library: str) -> list[str]:
    """The wheels that an interpreter with that standard library has for its ensurepip."""
    for folder in (f"{library}/ensurepip/_bundled", WHEELS):
        found = [f"{folder}/{name}" for name in listed(folder) if name.endswith(".whl")]
        if found:
            return found
    return []


def supporting(base: Interpreter, files: Iterable[str]) -> list[str]:
    """Of these wheels the ones that an environment of the interpreter is to have: pip, and up to
    Python 3.11 setuptools, as ensurepip has it. None at all if there is no pip among them.

    The newest of each that supports the interpreter.
    """
    best: dict[str, tuple[list[int], str]] = {}
    for file in files:
        project, version = _project(file)
        known = best.get(project)
        rank = _rank(version)
        if (known is None or rank > known[0]) and _supports(file, base):
            best[project] = rank, file
    if "pip" not in best:
        return []
    projects = ("pip", "setuptools") if base.version < (3, 12) else ("pip",)
    return [best[project][1] for project in projects if project in best]


def kept(cache: str) -> list[str]:
    """The wheels in the seeds of a cache."""
    return sorted(glob(f"{escape(cache)}/seeds/*/wheels/*.whl"))


def _project(file: str) -> tuple[str, str]:
    """Project and version in the name of a wheel: pip-24.0-py3-none-any.whl."""
    project, _, rest = os.path.basename(file).partition("-")
    return project, rest.partition("-")[0]


def _rank(version: str) -> list[int]:
    return [int(part) if part.isdigit() else -1 for part in version.split(".")]


def _supports(file: str, base: Interpreter) -> bool:
    """Whether the Requires-Python of a wheel (PEP 345) has the version of the interpreter."""
    from zipfile import BadZipFile, ZipFile

    info = "-".join(_project(file)) + ".dist-info"
    try:
        with ZipFile(file) as wheel:
            metadata = wheel.read(f"{info}/METADATA").decode("utf-8", "replace")
    except (OSError, KeyError, BadZipFile):
        return False
    for line in metadata.split("\n\n")[0].split("\n"):
        name, _, value = line.partition(":")
        if name.lower() == "requires-python":
            wanted = specifiers.parse(value.strip())
            return wanted is not None and specifiers.fits(
                wanted, base.text.rstrip("+"), base.implementation, wanted.threads
            )
    return True


# ---- the installer -------------------------------------------------------------------------------


def chosen_installer(environ: Mapping[str, str]) -> list[str]:
    """The command of uv, if $MULTIVENV_INSTALLER names it; nothing for pip. Raises Failure."""
    name = environ.get("MULTIVENV_INSTALLER") or "pip"
    if name not in ("pip", "uv"):
        raise Failure(f"MULTIVENV_INSTALLER is {quoted(name)}", "set it to pip or uv")
    if name == "pip":
        return []
    command = on_path("uv", environ)
    if command is None:
        raise Failure("MULTIVENV_INSTALLER is 'uv', but uv is not on PATH")
    return [command]
