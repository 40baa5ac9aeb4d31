"""The code that the Python of an environment runs whenever it starts, read from disk.

Formats: `*.pth` as CPython's site.py reads them, whose lines that start with `import` are code;
sitecustomize and usercustomize of the module site; `*.start` of PEP 829, whose lines are entry
points. An attacker may have written them: they are read as data, and only up to a limit.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import listed, read_all
from helper.inspection.contents import owners

if TYPE_CHECKING:
    from typing import Iterator

    from helper.inspection.facts import Facts

LARGEST = 1 << 20
"""Bytes of the largest file that is read."""


class Start(NamedTuple):
    """Code that runs at every start, with the keys that it has in JSON."""

    file: str
    """Relative to site-packages; the whole path of one elsewhere."""
    line: int | None
    """None for a whole module."""
    code: str | None
    """The line; None for a whole module and for a file that cannot be read."""
    known: str | None = None
    """What it is, if a tool is known to write that line."""
    problem: str | None = None
    """Why it cannot be read, or does not run."""
    distribution: str | None = None
    """The normalized name of the distribution whose list of files contains the file."""


def startup_of(facts: Facts) -> list[Start] | None:
    """The code of an environment, by file and line; None if its site-packages cannot be read."""
    if facts.library is None:
        return None
    site = facts.site_packages
    try:
        names = sorted(os.listdir(site))
    except OSError:
        return None
    found: list[Start] = []
    folders = {site: ""}
    for name in names:
        if name.endswith(".pth"):
            found += _of_pth(site, name, folders)
        elif name.endswith(".start"):
            early = len(facts.minor) == 2 and facts.minor < (3, 15)
            found += _of_start(site, name, "not run before Python 3.15" if early else None)
    for folder, prefix in folders.items():
        found += [Start(prefix + name, None, None) for name in _customizations(folder)]
    owner = owners(site, {each.file for each in found})
    return [each._replace(distribution=owner.get(each.file)) for each in found]


def _of_pth(site: str, name: str, folders: dict[str, str]) -> Iterator[Start]:
    """The code in a *.pth. folders: gets the folders that it adds to the modules."""
    lines, problem = _lines(f"{site}/{name}")
    if problem is not None:
        yield Start(name, None, None, None, problem)
    for number, line in enumerate(lines, 1):
        if line.startswith(("import ", "import\t")):
            yield Start(name, number, line.rstrip(), _known(line.rstrip()))
        elif line.strip() and not line.startswith("#") and "\0" not in line:
            folder = os.path.normpath(os.path.join(site, line.rstrip()))
            if os.path.isdir(folder):
                folders.setdefault(folder, f"{folder}/")


def _of_start(site: str, name: str, note: str | None) -> Iterator[Start]:
    lines, problem = _lines(f"{site}/{name}")
    if problem is not None:
        yield Start(name, None, None, None, problem)
    for number, line in enumerate(map(str.strip, lines), 1):
        if line and not line.startswith("#"):
            yield Start(name, number, line, None, note)


def _lines(file: str) -> tuple[list[str], str | None]:
    """The lines of a file, and why it cannot be read. Newer Pythons end a line at more characters
    than older ones: what starts a line for one of them may be code.
    """
    try:
        data = read_all(file, LARGEST)
    except OSError as error:
        return [], f"cannot be read: {error.strerror}"
    return data.decode("utf-8-sig", "surrogateescape").splitlines(), None


def _customizations(folder: str) -> Iterator[str]:
    """The files of sitecustomize and usercustomize in a folder."""
    for name in listed(folder):
        stem, _, ending = name.partition(".")
        if stem in ("sitecustomize", "usercustomize"):
            if not ending and os.path.exists(f"{folder}/{name}/__init__.py"):
                yield f"{name}/__init__.py"
            elif ending in ("py", "pyc", "so") or ending.endswith(".so"):
                yield name


# ---- known code ----------------------------------------------------------------------------------
# Only whole lines count: anybody can give a file the name of a harmless one.

_DISTUTILS = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, '{}') == 'local'; "
    "enabled and __import__('_distutils_hack').add_shim();"
)
_KNOWN = {
    _DISTUTILS.format("local"): "the distutils of setuptools",
    _DISTUTILS.format("stdlib"): "the distutils of setuptools",
    "import _virtualenv": "the changes of virtualenv to distutils",
}
_FINDERS = (
    r"import (__editable___\w+_finder); \1\.install\(\)",
    r"import _editable_impl_\w+",
)


def _known(line: str) -> str | None:
    """What a line of code is, if tools are known to write it."""
    if any(re.fullmatch(pattern, line, re.ASCII) for pattern in _FINDERS):
        return "the finder of an editable install"
    return _KNOWN.get(line)
