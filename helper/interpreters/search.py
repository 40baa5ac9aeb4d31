"""Where interpreters lie: the places of version managers, distributions and package managers.

Nothing is started here, and what is found need not be an interpreter that works.
"""

from __future__ import annotations

import os
import re
from glob import escape, glob

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import read_or_nothing

if TYPE_CHECKING:
    from typing import Iterator, Mapping

_NAME = re.compile(r"(?:python|pypy|graalpy)(?:[23](?:\.\d+)?t?)?")


class Candidate(NamedTuple):
    """A file that may be an interpreter."""

    file: str
    source: str
    """What it was found by: PATH, pyenv, asdf, mise, uv, Homebrew, framework, conda, system."""


def candidates(environ: Mapping[str, str]) -> Iterator[Candidate]:
    """All files that may be interpreters, the managers' own first."""
    for source, folder in _folders(environ):
        for file in named(folder):
            yield Candidate(file, source)
    shims = _shims(environ)
    for folder in path_folders(environ):
        # the versions behind these shims are in the managers' places; which of them `python3`
        # means is all that the shims add
        names = ("python3", "python") if folder in shims else None
        for file in named(folder):
            if names is None or os.path.basename(file) in names:
                yield Candidate(file, "PATH")


def path_folders(environ: Mapping[str, str]) -> list[str]:
    """The folders on PATH, without macOS' /usr/bin/python3 that asks to install the real one."""
    folders = [folder for folder in environ.get("PATH", "").split(":") if folder.startswith("/")]
    if _is_bare_macos():
        folders = [folder for folder in folders if folder != "/usr/bin"]
    return list(dict.fromkeys(folder.rstrip("/") or "/" for folder in folders))


def all_on_path(name: str, environ: Mapping[str, str]) -> list[str]:
    """The programs of that name on PATH."""
    files = [f"{folder}/{name}" for folder in path_folders(environ)]
    return [file for file in files if os.path.isfile(file) and os.access(file, os.X_OK)]


def on_path(name: str, environ: Mapping[str, str]) -> str | None:
    """The first of them."""
    return next(iter(all_on_path(name, environ)), None)


def _is_bare_macos() -> bool:
    tools = ("/Library/Developer/CommandLineTools", "/Applications/Xcode.app")
    return os.path.exists("/System/Library") and not any(map(os.path.exists, tools))


def _folders(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each place, by what it belongs to."""
    home = environ.get("HOME", "")
    data = environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    pyenv = pyenv_root(environ)
    uv = environ.get("UV_PYTHON_INSTALL_DIR") or f"{data}/uv/python"
    for source, pattern in (
        ("pyenv", f"{escape(pyenv)}/versions/*/bin"),
        ("asdf", f"{escape(_asdf(environ))}/installs/python/*/bin"),
        ("mise", f"{escape(_mise(environ))}/installs/python/*/bin"),
        ("uv", f"{escape(uv)}/*/bin"),
    ):
        # the folders themselves before links to them, as in 3.12 -> 3.12.4
        found = sorted(glob(pattern), key=lambda folder: os.path.islink(os.path.dirname(folder)))
        yield from ((source, folder) for folder in found)
    brew = environ.get("HOMEBREW_PREFIX")
    for prefix in filter(None, (brew, "/opt/homebrew", "/home/linuxbrew/.linuxbrew")):
        for folder in (f"{prefix}/bin", *sorted(glob(f"{escape(prefix)}/opt/python@*/bin"))):
            yield "Homebrew", folder
    for folder in sorted(glob("/Library/Frameworks/Python.framework/Versions/[0-9]*/bin")):
        yield "framework", folder
    for prefix in conda_prefixes(environ):
        yield "conda", f"{prefix}/bin"
    for folder in ("/usr/bin", "/usr/local/bin"):
        if folder != "/usr/bin" or not _is_bare_macos():
            yield "system", folder


def conda_prefixes(environ: Mapping[str, str]) -> list[str]:
    """conda's own prefix and those of its environments, which it lists in one file."""
    home = environ.get("HOME", "")
    listed = os.fsdecode(read_or_nothing(f"{home}/.conda/environments.txt", 1 << 16))
    prefixes = [line for line in listed.split("\n") if line.startswith("/")]
    conda = environ.get("CONDA_EXE", "")
    if conda.startswith("/"):
        prefixes.append(os.path.dirname(os.path.dirname(conda)))
    names = ("miniconda3", "anaconda3", "miniforge3", "mambaforge")
    roots = [*(f"{home}/{name}" for name in names), "/opt/conda", "/opt/miniconda3"]
    for root in roots:
        prefixes += [root, *sorted(glob(f"{escape(root)}/envs/*"))]
    # an environment in the folder of a project may be listed, and be gone
    return [prefix for prefix in dict.fromkeys(prefixes) if os.path.isdir(f"{prefix}/conda-meta")]


def _shims(environ: Mapping[str, str]) -> list[str]:
    return [f"{root}/shims" for root in (pyenv_root(environ), _asdf(environ), _mise(environ))]


def pyenv_root(environ: Mapping[str, str]) -> str:
    """The folder that pyenv keeps its versions in, there or not."""
    return _folder(environ, "PYENV_ROOT", f"{environ.get('HOME', '')}/.pyenv")


def _asdf(environ: Mapping[str, str]) -> str:
    return _folder(environ, "ASDF_DATA_DIR", f"{environ.get('HOME', '')}/.asdf")


def _mise(environ: Mapping[str, str]) -> str:
    data = environ.get("XDG_DATA_HOME") or f"{environ.get('HOME', '')}/.local/share"
    return _folder(environ, "MISE_DATA_DIR", f"{data}/mise")


def _folder(environ: Mapping[str, str], variable: str, default: str) -> str:
    return (environ.get(variable) or default).rstrip("/")


def named(folder: str) -> list[str]:
    """The programs in a folder that are called like interpreters, those with a version first."""
    try:
        names = [name for name in os.listdir(folder) if _NAME.fullmatch(name)]
    except OSError:
        return []
    names.sort(key=lambda name: (-len(name), name))
    files = [f"{folder}/{name}" for name in names]
    return [file for file in files if os.path.isfile(file) and os.access(file, os.X_OK)]
