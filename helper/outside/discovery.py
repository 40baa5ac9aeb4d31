"""Where other tools keep environments, and looking for more of them below a folder.

Nothing is started here, and what is found may be damaged. Where each tool has its environments is
as its own documentation and source have it; so are the names that pipenv gives them.
"""

from __future__ import annotations

import os
import re
from collections import deque
from glob import escape, glob

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import expanded, first_line
from helper.interpreters.search import conda_prefixes, pyenv_root
from helper.store.home import PROJECT, RECORD, Home

if TYPE_CHECKING:
    from typing import Iterable, Iterator, Mapping

MOST = 1_000_000
"""How many files and folders are looked at below the folders that the user names."""

_NOT_ENTERED = frozenset(
    ("node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn", ".bzr")
)
"""Folders that are large, and have no environments of the user's."""

_IN_PROJECTS = frozenset((".venv", "venv", ".env", "env", ".virtualenv", "virtualenv"))
"""What environments are called that are in the folder of their project."""

_MARKS = (("pipx_metadata.json", "pipx"), ("uv-receipt.toml", "uv"), (RECORD, "multivenv"))
"""Files that a tool puts into its environments, in their root."""

_RUNNERS = {".tox": "tox", ".nox": "nox"}
"""Folders in projects in which tools make environments."""


class Place(NamedTuple):
    """A folder in which a tool keeps environments."""

    tool: str
    folder: str
    depth: int = 1
    """How many folders further down they may be."""


class Other(NamedTuple):
    """An environment that is not of the home."""

    tool: str | None
    """Whose it is; None if that is only told by what made it."""
    path: str


class Walk:
    """Looks for environments below folders; symlinks are not followed, and environments not
    entered.
    """

    def __init__(self, most: int = MOST) -> None:
        self._left = most
        self.stopped: str | None = None
        """Where it stopped, because there was too much to look at."""

    def below(self, root: str, avoided: str) -> Iterator[str]:
        """The environments in a folder, or itself, the nearest first; avoided is the real path of a
        folder that is not entered. What cannot be read is passed over.
        """
        real, folders = os.path.realpath(root), deque([root])
        while folders and self.stopped is None:
            folder = folders.popleft()
            if real + folder[len(root) :] == avoided:
                continue
            names, inside = self._read(folder)
            if _is_known_by(folder, names):
                yield folder
            else:
                folders += (os.path.join(folder, name) for name in sorted(inside))

    def _read(self, folder: str) -> tuple[set[str], list[str]]:
        """The names in a folder, and those of the folders in it that are to be entered."""
        names, folders = set(), []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._left -= 1
                    if self._left < 0:
                        self.stopped = folder
                        break
                    names.add(entry.name)
                    if entry.name not in _NOT_ENTERED and entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
        except OSError:
            pass
        return names, folders


def find(
    home: Home, environ: Mapping[str, str], folders: Iterable[str], walk: Walk
) -> Iterator[Other]:
    """The environments of other tools, and what the walk finds below folders that are there. Each
    is found once, by whatever paths, and those of the home are not.
    """
    own, seen = os.path.realpath(home.path), set()
    for each in _all(environ, folders, walk, own):
        real = os.path.realpath(each.path)
        if real not in seen and not real.startswith(f"{own}/"):
            seen.add(real)
            yield each


def is_conda(path: str) -> bool:
    """Whether a folder is an environment of conda's, which is no virtual environment."""
    return os.path.isdir(f"{path}/conda-meta") and not os.path.exists(f"{path}/pyvenv.cfg")


def conda_version(path: str) -> str | None:
    """The version of the Python in an environment of conda's, which notes what it has installed in
    files such as conda-meta/python-3.12.4-h5148396_1.json; None if there is none.
    """
    try:
        names = os.listdir(f"{path}/conda-meta")
    except OSError:
        return None
    matches = [re.fullmatch(r"python-(\d[^-]*)-[^-]*\.json", name) for name in sorted(names)]
    return next((match[1] for match in matches if match), None)


def project_around(path: str) -> str | None:
    """The folder that an environment is in, if that is its project, as its name tells."""
    folder, name = os.path.split(path)
    return folder if name in _IN_PROJECTS else None


def _all(
    environ: Mapping[str, str], folders: Iterable[str], walk: Walk, own: str
) -> Iterator[Other]:
    for place in _places(environ):
        for path in _inside(place.folder, place.depth):
            yield Other(_named_by(path, place.tool), path)
    for path in conda_prefixes(environ):
        yield Other("conda", path)
    for folder in folders:
        for path in walk.below(folder, own):
            yield Other(_named_by(path, None), path)


def _places(environ: Mapping[str, str]) -> Iterator[Place]:
    """Where tools keep environments, as the user has set it and as it is if nothing is set. On
    macOS those that go by platformdirs have other folders.
    """
    user = environ.get("HOME", "")
    data = _set(environ, "XDG_DATA_HOME") or [f"{user}/.local/share"]
    cache = _set(environ, "XDG_CACHE_HOME") or [f"{user}/.cache"]
    datas = [*data, f"{user}/Library/Application Support"]
    caches = [*cache, f"{user}/Library/Caches"]
    pyenv = pyenv_root(environ)
    poetry = [*_set(environ, "POETRY_CACHE_DIR"), *(f"{each}/pypoetry" for each in caches)]
    pipx = [*_set(environ, "PIPX_HOME"), *(f"{each}/pipx" for each in datas), f"{user}/.local/pipx"]
    hatch = [*_set(environ, "HATCH_DATA_DIR"), *(f"{each}/hatch" for each in datas)]
    uv = [*_set(environ, "UV_CACHE_DIR"), f"{cache[0]}/uv"]
    for tool, depth, folders in (
        ("virtualenvwrapper", 1, [*_set(environ, "WORKON_HOME"), f"{user}/.virtualenvs"]),
        ("pew", 1, [f"{data[0]}/virtualenvs"]),
        ("pyenv-virtualenv", 1, sorted(glob(f"{escape(pyenv)}/versions/*/envs"))),
        ("pyenv-virtualenv", 1, [f"{pyenv}/versions"]),
        ("pipx", 1, [f"{each}/venvs" for each in pipx]),
        ("uv", 1, [*_set(environ, "UV_TOOL_DIR"), f"{data[0]}/uv/tools"]),
        ("uv", 1, [f"{each}/environments-v2" for each in uv]),
        ("poetry", 1, _set(environ, "POETRY_VIRTUALENVS_PATH")),
        ("poetry", 1, [f"{each}/virtualenvs" for each in poetry]),
        # by the project's name, then by its path
        ("hatch", 3, [f"{each}/env/virtual" for each in hatch]),
        ("pdm", 1, [f"{each}/pdm/venvs" for each in datas]),
    ):
        yield from (Place(tool, folder, depth) for folder in folders)


def _set(environ: Mapping[str, str], variable: str) -> list[str]:
    """The folder that a variable names, if it is set to an absolute path."""
    folder = expanded(environ.get(variable, "")).rstrip("/")
    return [folder] if folder.startswith("/") else []


def _inside(folder: str, depth: int) -> Iterator[str]:
    """The environments in a folder, those that are links after the others."""
    try:
        paths = [f"{folder}/{name}" for name in sorted(os.listdir(folder))]
    except OSError:
        return
    for path in sorted(paths, key=os.path.islink):
        if _is_environment(path):
            yield path
        elif depth > 1 and not os.path.islink(path):
            yield from _inside(path, depth - 1)


def _is_environment(path: str) -> bool:
    """Whether a folder is an environment, be it a damaged one; an installed Python is none."""
    names = ("pyvenv.cfg", "conda-meta", "bin")
    return _is_known_by(path, {name for name in names if os.path.exists(f"{path}/{name}")})


def _is_known_by(path: str, names: set[str]) -> bool:
    """The same by the names in it."""
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return True
    scripts = "bin" in names and os.path.lexists(f"{path}/bin/python")
    return scripts and os.path.exists(f"{path}/bin/activate")


def _named_by(path: str, tool: str | None) -> str | None:
    """Whose an environment is by what is in it and around it, or else that tool's."""
    if is_conda(path):
        return "conda"
    if tool in (None, "virtualenvwrapper", "pew") and _is_pipenv(path):
        return "pipenv"
    if tool is not None:
        return tool
    for mark, owner in _MARKS:
        if os.path.exists(f"{path}/{mark}"):
            return owner
    return _RUNNERS.get(os.path.basename(os.path.dirname(path)))


def _is_pipenv(path: str) -> bool:
    """Whether an environment is called as pipenv does it: the name of the project's folder, of
    which 42 characters are left, and eight of a hash; behind them may be a Python's.
    """
    project = first_line(f"{path}/{PROJECT}")
    if project is None:
        return False
    start = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", os.path.basename(project))[:42]
    hashed = re.escape(start) + r"-[A-Za-z0-9_-]{8}(?:-.*)?"
    return re.fullmatch(hashed, os.path.basename(path), re.DOTALL) is not None
