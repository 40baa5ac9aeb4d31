"""Where interpreters are: folders of version managers, distributions and package managers.

This module starts nothing, so a file that it finds need not be a working interpreter.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import listed, read_or_nothing
from helper.base.messages import quoted, short, typed

if TYPE_CHECKING:
    from typing import Iterator, Mapping

_NAME = r"(?:python|pypy|graalpy)(?:[23](?:\.\d+)?t?)?"
_INSTALLATIONS = {
    "pyenv": "versions/*",
    "asdf": "installs/python/*",
    "mise": "installs/python/*",
    "uv": "*",
}
"""Where each version manager installs interpreters, below its folder."""


def candidates(environ: Mapping[str, str], shims: bool) -> Iterator[tuple[str, str]]:
    """The files that may be interpreters, those of version managers first, each with its source:
    PATH, pyenv, asdf, mise, uv, Homebrew, framework, conda or system. shims: whether to include
    `python3` and `python` of version managers, each of which starts dozens of processes.
    """
    for source, folder in _folders(environ):
        for file in named(folder):
            yield file, source
    of_shims = [f"{folder}/shims" for folder in manager_folders(environ).values()]
    for folder in path_folders(environ):
        for file in named(folder):
            # shims only add what `python3` means: the loop above found the versions behind them
            asks = shims and os.path.basename(file) in ("python3", "python")
            if asks or folder not in of_shims:
                yield file, "PATH"


def path_folders(environ: Mapping[str, str]) -> list[str]:
    """The folders on PATH, without the /usr/bin of a macOS whose python3 is only an installer."""
    folders = [folder for folder in environ.get("PATH", "").split(":") if folder.startswith("/")]
    if _is_bare_macos():
        folders = [folder for folder in folders if folder != "/usr/bin"]
    return list(dict.fromkeys(folder.rstrip("/") or "/" for folder in folders))


def half_active(environ: Mapping[str, str]) -> Failure | None:
    """Whether VIRTUAL_ENV names an environment although `python` starts another interpreter: in a
    login shell or a terminal that inherited the variable and rebuilt PATH.
    """
    active = environ.get("VIRTUAL_ENV", "").rstrip("/")
    if not active:
        return None
    python = "not its own"
    for folder in path_folders(environ):
        if folder == f"{active}/bin":
            return None
        found = _programs(f"{folder}/{name}" for name in ("python", "python3"))
        if found:
            python = short(found[0])
            break
    name = os.path.basename(active)
    what = f"{quoted(name)} is only half active: PATH leads to another Python ({python})"
    return Failure(what, f"usevenv {typed(name)}")


def all_on_path(name: str, environ: Mapping[str, str]) -> list[str]:
    """The programs of that name on PATH."""
    return _programs(f"{folder}/{name}" for folder in path_folders(environ))


def on_path(name: str, environ: Mapping[str, str], outside: str | None = None) -> str | None:
    """The first program of that name on PATH. outside: a folder to leave out, such as that of an
    active environment which is rebuilt.
    """
    for file in all_on_path(name, environ):
        if outside is None or not file.startswith(f"{outside}/"):
            return file
    return None


def named(folder: str) -> list[str]:
    """The programs in a folder with the name of an interpreter, those with a version first."""
    is_name = re.compile(_NAME).fullmatch  # /usr/bin has thousands of names
    names = sorted(filter(is_name, listed(folder)), key=len, reverse=True)
    return _programs(f"{folder}/{name}" for name in names)


def _programs(files: Iterator[str]) -> list[str]:
    return [file for file in files if os.path.isfile(file) and os.access(file, os.X_OK)]


def _is_bare_macos() -> bool:
    tools = ("/Library/Developer/CommandLineTools", "/Applications/Xcode.app")
    return os.path.exists("/System/Library") and not any(map(os.path.exists, tools))


def _folders(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each source with a folder of its programs."""
    from glob import escape, glob

    for source, folder in manager_folders(environ).items():
        found = glob(f"{escape(folder)}/{_INSTALLATIONS[source]}/bin")
        # folders before links to them, such as 3.12 -> 3.12.4
        found.sort(key=lambda path: os.path.islink(os.path.dirname(path)))
        yield from ((source, path) for path in found)
    brew = environ.get("HOMEBREW_PREFIX")
    for prefix in filter(None, (brew, "/opt/homebrew", "/home/linuxbrew/.linuxbrew")):
        for path in (f"{prefix}/bin", *sorted(glob(f"{escape(prefix)}/opt/python@*/bin"))):
            yield "Homebrew", path
    for path in sorted(glob("/Library/Frameworks/Python.framework/Versions/[0-9]*/bin")):
        yield "framework", path
    for prefix in conda_prefixes(environ):
        yield "conda", f"{prefix}/bin"
    if not _is_bare_macos():
        yield "system", "/usr/bin"
    yield "system", "/usr/local/bin"


def conda_prefixes(environ: Mapping[str, str]) -> list[str]:
    """The folders of conda and of its environments, some of which a file of conda lists."""
    from glob import escape, glob

    home = environ.get("HOME", "")
    lines = os.fsdecode(read_or_nothing(f"{home}/.conda/environments.txt", 1 << 16)).split("\n")
    prefixes = [line for line in lines if line.startswith("/")]
    conda = environ.get("CONDA_EXE", "")
    if conda.startswith("/"):
        prefixes.append(os.path.dirname(os.path.dirname(conda)))
    names = ("miniconda3", "anaconda3", "miniforge3", "mambaforge")
    for root in (*(f"{home}/{name}" for name in names), "/opt/conda", "/opt/miniconda3"):
        prefixes += [root, *sorted(glob(f"{escape(root)}/envs/*"))]
    # conda also lists environments that no longer exist
    return [prefix for prefix in dict.fromkeys(prefixes) if os.path.isdir(f"{prefix}/conda-meta")]


def manager_folders(environ: Mapping[str, str]) -> dict[str, str]:
    """The folder of each version manager. It need not exist."""
    home = environ.get("HOME", "").rstrip("/")
    data = environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    folders = {
        "pyenv": environ.get("PYENV_ROOT") or _pyenv_on_path(environ) or f"{home}/.pyenv",
        "asdf": environ.get("ASDF_DATA_DIR") or f"{home}/.asdf",
        "mise": environ.get("MISE_DATA_DIR") or f"{data}/mise",
        "uv": environ.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python",
    }
    return {name: folder.rstrip("/") for name, folder in folders.items()}


def _pyenv_on_path(environ: Mapping[str, str]) -> str | None:
    """The folder of the pyenv whose shims are on PATH: not everybody exports PYENV_ROOT."""
    for folder in environ.get("PATH", "").split(":"):
        root, name = os.path.split(folder.rstrip("/"))
        if name == "shims" and root.startswith("/") and os.path.isdir(f"{root}/versions"):
            return root
    return None


def pyenv_root(environ: Mapping[str, str]) -> str:
    """The folder of pyenv."""
    return manager_folders(environ)["pyenv"]
