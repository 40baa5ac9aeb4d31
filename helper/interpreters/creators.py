"""What creates environments: venv or virtualenv, the wheels of pip, and the installer."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import is_own_below, listed, opened, read_or_nothing
from helper.base.formats import header_fields, parse_version, split_script, version_text
from helper.base.messages import quoted
from helper.base.specifiers import matches, parse_specifier
from helper.interpreters.query import Interpreter
from helper.interpreters.search import on_path

if TYPE_CHECKING:
    from typing import Callable, Mapping

    from helper.base.formats import Config, Version

_DROPPED = (((20, 22), (3, 7)), ((20, 27), (3, 8)))
"""Versions of virtualenv, and the oldest Python that they support; before, 2.7."""


WITHOUT_SEEDS = ("--no-pip", "--no-setuptools", "--no-wheel")
"""Options of every virtualenv, for an environment without pip."""


class Creator(NamedTuple):
    """How to create environments with an interpreter."""

    tool: str | None
    """`venv`, the module of the interpreter; the path of virtualenv; or None if neither works."""
    wheels: list[str]
    """The files to install pip from, if the tool is venv."""
    problem: str | None
    """Why new environments are impossible, or have no pip."""
    advice: str | None = None
    """What to install."""


def creator_for(
    base: Interpreter, environ: Mapping[str, str], wheels: Callable[[], list[str]]
) -> Creator:
    """How to create environments with an interpreter. wheels finds wheels of other interpreters."""
    if not base.has_venv:
        return _with_virtualenv(base, environ)
    if base.has_ensurepip:
        return Creator("venv", bundled(base.library), None)
    found = _supporting(base, wheels())
    if found:
        return Creator("venv", found, None)
    problem = "no ensurepip, and no other Python here has a pip for it"
    if base.path.startswith("/usr/bin/"):
        return Creator("venv", [], problem, f"install the package python{base.minor}-venv")
    return Creator("venv", [], problem, "install it with ensurepip")


def _with_virtualenv(base: Interpreter, environ: Mapping[str, str]) -> Creator:
    file = on_path("virtualenv", environ)
    version = _version_of(file) if file else ()
    last = "virtualenv 20.21 is the last version that does" if base.version < (3, 7) else ""
    if file is None:
        wanted = "virtualenv 20.21 or older" if last else "virtualenv"
        return Creator(None, [], "no venv, and virtualenv is not on PATH", f"install {wanted}")
    if last and not _virtualenv_supports(version, base.version):
        problem = f"no venv, and virtualenv {version_text(version)} does not support it"
        return Creator(None, [], problem, last)
    return Creator(file, [], None)


def _virtualenv_supports(version: Version, python: Version) -> bool:
    return not any(version >= first and python < oldest for first, oldest in _DROPPED)


def maker(config: Config, base: Interpreter, environ: Mapping[str, str], folder: str) -> list[str]:
    """The command that makes an environment without pip, up to the path of the interpreter, with
    the tool that made the one in a folder. Empty if that was venv, or cannot do it. config: the
    pyvenv.cfg of that.
    """
    name = (config.creator or "").partition(" ")[0]
    if config.problem or not base.has_venv or name not in ("uv", "virtualenv"):
        return []
    file = on_path(name, environ, folder)
    if file is None:
        return []
    if name == "uv":
        kind = ["--relocatable"] if config.relocatable else []
        words = ["venv", "--no-config", "--offline", "--allow-existing", *kind, "--python"]
        return [file, *words] if base.version >= _OLDEST_OF_UV else []
    words = [*WITHOUT_SEEDS, "--python"]
    return [file, *words] if _virtualenv_supports(_version_of(file), base.version) else []


def _version_of(virtualenv: str) -> Version:
    """The version of virtualenv from its metadata in site-packages; () if unknown."""
    from glob import escape, glob

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
"""The folder of the wheels that Debian's and Fedora's ensurepip installs."""


def bundled(library: str) -> list[str]:
    """The wheels for the ensurepip in a standard library."""
    for folder in (f"{library}/ensurepip/_bundled", WHEELS):
        found = [f"{folder}/{name}" for name in listed(folder) if name.endswith(".whl")]
        if found:
            return found
    return []


def _supporting(base: Interpreter, files: list[str]) -> list[str]:
    """The newest of these wheels that support an interpreter: pip, and like ensurepip up to Python
    3.11 setuptools. Empty without pip.
    """
    best: dict[str, tuple[list[int], str]] = {}
    for file in files:
        project, version = _project_and_version(file)
        known = best.get(project)
        rank = [int(part) if part.isdigit() else -1 for part in version.split(".")]
        if (known is None or rank > known[0]) and _supports(file, base):
            best[project] = rank, file
    if "pip" not in best:
        return []
    projects = ("pip", "setuptools") if base.version < (3, 12) else ("pip",)
    return [best[project][1] for project in projects if project in best]


def cached_wheels(cache: str) -> list[str]:
    """The wheels in the seeds of the cache."""
    from glob import escape, glob

    found = sorted(glob(f"{escape(cache)}/seeds/*/wheels/*.whl"))
    return [file for file in found if is_own_below(cache, file)]


def _project_and_version(file: str) -> tuple[str, str]:
    """`pip` and `24.0` of pip-24.0-py3-none-any.whl."""
    project, _, rest = os.path.basename(file).partition("-")
    return project, rest.partition("-")[0]


def pip_in(files: list[str]) -> str | None:
    """The version of pip among these wheels; None without one."""
    found = dict(map(_project_and_version, files))
    return found.get("pip")


def _supports(file: str, base: Interpreter) -> bool:
    """Whether the Requires-Python of a wheel (PEP 345) matches an interpreter."""
    from zipfile import BadZipFile, ZipFile

    info = "-".join(_project_and_version(file)) + ".dist-info"
    try:
        with opened(file) as data, ZipFile(data) as wheel, wheel.open(f"{info}/METADATA") as text:
            fields = header_fields(text.read(1 << 16))
    except (OSError, KeyError, BadZipFile):
        return False
    for name, value in fields:
        if name.lower() == "requires-python":
            wanted = parse_specifier(value)
            return wanted is not None and matches(
                wanted, base.text.rstrip("+"), base.implementation, wanted.threads
            )
    return True


# ---- the installer -------------------------------------------------------------------------------


def chosen_installer(
    environ: Mapping[str, str],
    folder: str,
    version: Version | None = None,
    has_arguments: bool = False,
) -> list[str]:
    """The command of uv, or nothing for pip, to install into an environment. folder: of that; pip
    reads a configuration there. version: of its Python, if known by now. has_arguments: whether
    the user gave arguments for pip, which count as its configuration. Raises Failure.

    $MULTIVENV_INSTALLER decides. Without it, uv installs if it is on PATH, supports the interpreter
    and finds the same packages: that is unknown if the user has configured pip.
    """
    name = environ.get("MULTIVENV_INSTALLER") or ""
    if name not in ("", "pip", "uv"):
        raise Failure(f"MULTIVENV_INSTALLER is {quoted(name)}", "set it to pip or uv")
    if name == "pip":
        return []
    command = on_path("uv", environ, folder)
    if name == "uv":
        if command is None:
            raise Failure("MULTIVENV_INSTALLER is 'uv', but uv is not on PATH")
        return [command]
    supported = version is None or version >= _OLDEST_OF_UV
    configured = has_arguments or _configures_pip(environ, folder)
    return [command] if command and supported and not configured else []


_OLDEST_OF_UV = (3, 8)


def _configures_pip(environ: Mapping[str, str], folder: str) -> bool:
    """Whether the user has configured pip: a variable PIP_*, or a file that pip reads."""
    settings = {key: value for key, value in environ.items() if key.startswith("PIP_")}
    no_files = settings.pop("PIP_CONFIG_FILE", "") == os.devnull  # as pip takes that
    return any(settings.values()) or (
        not no_files and any(map(os.path.lexists, pip_configurations(environ, folder)))
    )


def pip_configurations(environ: Mapping[str, str], folder: str) -> list[str]:
    """The configuration files that pip reads in an environment, if they exist."""
    home = environ.get("HOME", "")
    support = "Library/Application Support/pip/pip.conf"
    folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    files = [environ.get("PIP_CONFIG_FILE", ""), f"{folder}/pip.conf", "/etc/pip.conf"]
    files += [f"{each}/pip/pip.conf" for each in folders if each.startswith("/")]
    files.append(f"{environ.get('XDG_CONFIG_HOME') or f'{home}/.config'}/pip/pip.conf")
    files += [f"{home}/.pip/pip.conf", f"{home}/{support}", f"/{support}"]
    return [file for file in files if file.startswith("/")]
