"""Where other tools keep environments, and the search for more of them below a folder.

Nothing is started here, and what is found may be damaged. The folders of each tool, and the names
that pipenv gives to environments, are those of its documentation and source.
"""

from __future__ import annotations

import os
import re
from collections import deque
from glob import escape, glob

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import expanded, first_line, listed, listed_strictly, read_or_nothing
from helper.base.formats import parse_version
from helper.inspection.facts import Reader
from helper.inspection.verdict import Verdict, judge
from helper.interpreters.search import conda_prefixes, pyenv_root
from helper.store.home import PROJECT, RECORD, Home

if TYPE_CHECKING:
    from typing import Iterable, Iterator, Mapping, Optional, Tuple

    from helper.inspection.facts import Facts, Machine

    Found = Tuple[Optional[str], str]
    """The tool of an environment, None if only its creator is known, and its path."""

MOST = 1_000_000
"""How many files and folders are examined below the folders that the user names."""

_NOT_ENTERED = frozenset(
    ("node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn", ".bzr")
)
"""Folders that are large and hold no environments of the user."""

_IN_PROJECTS = frozenset((".venv", "venv", ".env", "env", ".virtualenv", "virtualenv"))
"""Names of environments that are in the folder of their project."""

_MARKS = (("pipx_metadata.json", "pipx"), ("uv-receipt.toml", "uv"), (RECORD, "multivenv"))
"""Files that a tool writes into the root of its environments."""

_RUNNERS = {".tox": "tox", ".nox": "nox"}
"""Folders in projects in which tools create environments."""


PYENV = "pyenv-virtualenv"
TOOLS = (
    *("virtualenvwrapper", "pew", "pipenv", PYENV, "pipx", "uv", "poetry", "hatch", "pdm"),
    *("venv", "virtualenv", "tox", "nox", "multivenv"),
)
"""The tools of the environments that can be adopted."""

_PIN = ".python-version"


class Other(NamedTuple):
    """An environment of another tool."""

    tool: str
    path: str
    facts: Facts | None
    """None for an environment of conda without a Python."""
    verdict: Verdict | None
    """None for an environment of conda, which multivenv does not judge."""


class Walk:
    """A search in the folders of other tools, and below folders: it follows no symlinks there, and
    enters no environments.
    """

    def __init__(self) -> None:
        self._left = MOST
        self.stopped: str | None = None
        """The folder in which the search stopped, because there were too many files."""
        self.unread: list[str] = []
        """The folders that cannot be read, and so may contain environments."""
        self.pinned: list[str] = []
        """The folders with a .python-version."""

    def inside(self, folder: str, depth: int) -> Iterator[str]:
        """The environments so many levels below a folder of a tool, symlinks after the others."""
        paths = [f"{folder}/{name}" for name in self._names(folder)]
        for path in sorted(paths, key=os.path.islink):
            names = ("pyvenv.cfg", "conda-meta", "bin")
            if _has_environment(path, {each for each in names if os.path.exists(f"{path}/{each}")}):
                yield path
            elif depth > 1 and not os.path.islink(path):
                yield from self.inside(path, depth - 1)
            elif not os.access(path, os.X_OK) and os.path.isdir(path):
                self.unread.append(path)

    def _names(self, folder: str) -> list[str]:
        try:
            return listed_strictly(folder)
        except OSError:
            self.unread.append(folder)
            return []

    def below(self, root: str, avoided: str) -> Iterator[str]:
        """The environments in a folder, or the folder itself, the nearest first. avoided: the real
        path of a folder not to enter. What cannot be read is skipped.
        """
        real, folders = os.path.realpath(root), deque([root])
        while folders and self.stopped is None:
            folder = folders.popleft()
            if real + folder[len(root) :] == avoided:
                continue
            names, inside = self._read(folder)
            if _PIN in names:
                self.pinned.append(folder)
            if _has_environment(folder, names):
                yield folder
            else:
                folders += (os.path.join(folder, name) for name in sorted(inside))

    def _read(self, folder: str) -> tuple[set[str], list[str]]:
        """The names in a folder, and those of the folders in it to enter."""
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
            self.unread.append(folder)
        return names, folders


def find_others(
    home: Home, environ: Mapping[str, str], folders: Iterable[str], walk: Walk
) -> Iterator[Found]:
    """The environments of other tools, and those that the walk finds below folders. Each is found
    once, whatever paths lead to it; those in the home are left out.
    """
    own, seen = os.path.realpath(home.path), set()

    def found() -> Iterator[Found]:
        for tool, depth, places in _places(environ):
            for place in places:
                yield from ((_tool_of(path, tool), path) for path in walk.inside(place, depth))
        yield from (("conda", path) for path in conda_prefixes(environ))
        for folder in folders:
            yield from ((_tool_of(path, None), path) for path in walk.below(folder, own))

    for tool, path in found():
        real = os.path.realpath(path)
        if real not in seen and not real.startswith(f"{own}/"):
            seen.add(real)
            yield tool, path


def read_others(home: Home, found: Iterable[Found], here: Machine) -> tuple[list[Other], list[str]]:
    """The environments that were found, by tool and path, with facts and verdicts; and the names of
    those that are already adopted, which are left out. So are those that were removed meanwhile.
    """
    children = home.children()
    links = {os.path.realpath(home.environment(name)): name for name, link in children if link}
    readers: dict[str, Reader] = {}
    others, adopted = [], []
    for tool, path in found:
        name, (folder, base) = links.get(os.path.realpath(path)), os.path.split(path)
        if name is not None:
            adopted.append(name)
            continue
        facts = readers.setdefault(folder, Reader(Home(folder))).read(base, False)
        if tool == "conda":
            others.append(Other(tool, path, facts and _of_conda(facts), None))
        elif facts is not None:
            owner = tool or (facts.config.creator or "unknown").split()[0]
            others.append(Other(owner, path, facts, judge(facts, here)))
    others.sort(key=lambda each: (each.tool, os.fsencode(each.path)))
    return others, adopted


def _of_conda(facts: Facts) -> Facts:
    """The facts with what conda knows. It writes no pyvenv.cfg."""
    version = parse_version(conda_version(facts.path) or "")
    config = facts.config._replace(problem=None, version=version, creator="conda")
    return facts._replace(config=config)


def is_conda(path: str) -> bool:
    """Whether a folder is an environment of conda, which is not a virtual environment."""
    return os.path.isdir(f"{path}/conda-meta") and not os.path.exists(f"{path}/pyvenv.cfg")


def conda_version(path: str) -> str | None:
    """The version of the Python in an environment of conda, which records what it installed in
    files such as conda-meta/python-3.12.4-h5148396_1.json; None if it has no Python.
    """
    names = listed(f"{path}/conda-meta")
    matches = [re.fullmatch(r"python-(\d[^-]*)-[^-]*\.json", name) for name in names]
    return next((match[1] for match in matches if match), None)


def pinned_by_pyenv(folder: str, environ: Mapping[str, str]) -> str | None:
    """The real path of the environment that the .python-version of a folder names, which has a name
    or a version and an environment of it in each line; None if it names none.
    """
    versions = f"{pyenv_root(environ)}/versions"
    for line in os.fsdecode(read_or_nothing(f"{folder}/{_PIN}")).split("\n"):
        name = line.strip()
        if re.fullmatch(r"[^./#\0][^/\0]*(?:/envs/[^./\0][^/\0]*)?", name):
            path = f"{versions}/{name}"
            if os.path.lexists(f"{path}/bin/python") and os.path.lexists(f"{path}/pyvenv.cfg"):
                return os.path.realpath(path)
    return None


def project_around(path: str) -> str | None:
    """The folder that an environment is in, if its name says that this is its project."""
    folder, name = os.path.split(path)
    return folder if name in _IN_PROJECTS else None


def _places(environ: Mapping[str, str]) -> list[tuple[str, int, list[str]]]:
    """The folders in which each tool keeps environments, by the user's settings and by default,
    and how many levels below them the environments are. On macOS, tools that use platformdirs have
    other folders.
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
    return [
        ("virtualenvwrapper", 1, [*_set(environ, "WORKON_HOME"), f"{user}/.virtualenvs"]),
        ("pew", 1, [f"{data[0]}/virtualenvs"]),
        (PYENV, 1, sorted(glob(f"{escape(pyenv)}/versions/*/envs"))),
        (PYENV, 1, [f"{pyenv}/versions"]),
        ("pipx", 1, [f"{each}/venvs" for each in pipx]),
        ("uv", 1, [*_set(environ, "UV_TOOL_DIR"), f"{data[0]}/uv/tools"]),
        ("uv", 1, [f"{each}/environments-v2" for each in uv]),
        ("poetry", 1, _set(environ, "POETRY_VIRTUALENVS_PATH")),
        ("poetry", 1, [f"{each}/virtualenvs" for each in poetry]),
        # by the project's name, then by a hash of its path
        ("hatch", 3, [f"{each}/env/virtual" for each in hatch]),
        ("pdm", 1, [f"{each}/pdm/venvs" for each in datas]),
    ]


def _set(environ: Mapping[str, str], variable: str) -> list[str]:
    """The folder that a variable names, if it is set to an absolute path."""
    folder = expanded(environ.get(variable, "")).rstrip("/")
    return [folder] if folder.startswith("/") else []


def _has_environment(path: str, names: set[str]) -> bool:
    """Whether a folder with these names in it is an environment, perhaps a damaged one. An
    installed Python is not one.
    """
    if "pyvenv.cfg" in names or "conda-meta" in names:
        return True
    scripts = "bin" in names and os.path.lexists(f"{path}/bin/python")
    return scripts and os.path.exists(f"{path}/bin/activate")


def _tool_of(path: str, tool: str | None) -> str | None:
    """The tool that an environment belongs to, by the files in and around it, or else the tool in
    whose folder it is.
    """
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
    """Whether an environment has a name as pipenv gives it: the first 42 characters of its
    project's folder, eight characters of a hash, and perhaps a Python.
    """
    project = first_line(f"{path}/{PROJECT}")
    if project is None:
        return False
    start = re.sub(r'[ &$`!*@"()\[\]\\\r\n\t]', "_", os.path.basename(project))[:42]
    hashed = re.escape(start) + r"-[A-Za-z0-9_-]{8}(?:-.*)?"
    return re.fullmatch(hashed, os.path.basename(path), re.DOTALL) is not None
