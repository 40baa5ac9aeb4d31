"""Giving an environment another interpreter of the same minor version, and keeping its kind.

The names of the interpreter in bin are symlinks, or copies (venv --copies, virtualenv for Python
2.7). Up to Python 3.2 the prefix is where the standard library is, so virtualenv puts symlinks to
parts of that into lib, and a site.py of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.files import first_line, listed, walk
from helper.base.filesystems import has_symlinks

if TYPE_CHECKING:
    from typing import Iterator

    from helper.inspection.facts import Facts
    from helper.interpreters.query import Interpreter

_PYTHON = re.compile(r"python(?:\d(?:\.\d+)?t?)?|pypy(?:\d(?:\.\d+)?)?")
_LIBRARY = re.compile(r"libpypy\S*\.so[\d.]*")
"""The shared library of PyPy, which finds its interpreter beside itself."""


def is_copied(facts: Facts) -> bool:
    """Whether the interpreter in the bin of an environment is a copy of the base interpreter, and
    has to stay one. A virtualenv without pyvenv.cfg gets one from Python 3.3 on, which reads it.
    """
    if facts.minor < (3, 3) and (facts.library or "").startswith("python"):
        return True  # a link would start the base interpreter, with its prefix
    if facts.legacy:
        return False
    path, file = facts.path, f"{facts.path}/bin/python"
    for _ in range(8):
        try:
            link = os.readlink(file)
        except OSError:
            return os.path.isfile(file) or _others_copied(f"{path}/bin", file)
        if "/" in link:
            return False
        file = f"{path}/bin/{link}"
    return False


def _others_copied(folder: str, missing: str) -> bool:
    """Whether the other names of a missing interpreter are copies."""
    if os.path.lexists(missing):
        return False
    names = [name for name in listed(folder) if _PYTHON.fullmatch(name)]
    return any(_is_file(f"{folder}/{name}") for name in names)


def relink(facts: Facts, base: Interpreter) -> None:
    """Point the names of the interpreter to another one, or copy it again. Idempotent. Raises
    OSError.
    """
    folder = f"{facts.path}/bin"
    os.makedirs(folder, exist_ok=True)
    copied = is_copied(facts)
    for name in _names(folder, base):  # `python` first: the others lead to it
        file, new = f"{folder}/{name}", f"{folder}/.{name}.new"
        within = _leads_within(file)
        own = name == "python" or _is_file(file)
        if copied and not within and (own or not has_symlinks(os.path.dirname(facts.path))):
            clear(file)
            _copy(os.path.realpath(base.path), file, new)
        elif not (copied and within):
            target = base.path if name == "python" and not copied else "python"
            clear(file)
            files.replace_link(file, target, new)
    if copied:
        _copy_library(folder, os.path.dirname(os.path.realpath(base.path)))
    files.sync(folder)
    for link, target in _library_links(facts, base):
        files.replace_link(link, target)
    prefix = _prefix_file(facts)
    if prefix is not None:
        text = os.fsencode(os.path.dirname(os.path.dirname(base.path))) + b"\n"
        files.write(prefix, text, durable=True)


def touched(facts: Facts, base: Interpreter) -> list[str]:
    """The files that relink replaces or creates, relative to the environment."""
    folder = f"{facts.path}/bin"
    found = [f"{folder}/{name}" for name in _names(folder, base)]
    found += [f"{folder}/{name}" for name in listed(folder) if _LIBRARY.fullmatch(name)]
    found += [link for link, _ in _library_links(facts, base)]
    prefix = _prefix_file(facts)
    found += [prefix] if prefix is not None else []
    return [os.path.relpath(file, facts.path) for file in found]


def clear(path: str) -> None:
    """Rename a folder where a file belongs."""
    if os.path.isdir(path) and not os.path.islink(path):
        aside = f"{path}.old"
        while os.path.lexists(aside):
            aside += ".old"
        os.rename(path, aside)


def _names(folder: str, base: Interpreter) -> list[str]:
    names = {name for name in listed(folder) if _PYTHON.fullmatch(name)}
    names |= {"python", f"python{base.version[0]}", f"python{base.minor}"}
    return sorted(names, key=lambda name: (len(name), name))


def _leads_within(file: str) -> bool:
    """Whether a file is a symlink to a program in its folder."""
    if not os.path.islink(file) or "/" in os.readlink(file):
        return False
    return os.path.dirname(os.path.realpath(file)) == os.path.realpath(os.path.dirname(file))


def _is_file(file: str) -> bool:
    return os.path.isfile(file) and not os.path.islink(file)


def _copy(source: str, target: str, temporary: str) -> None:
    """Copy a file in one step, with its mode and times."""
    files.drop(temporary)
    try:
        shutil.copy2(source, temporary)
        os.chmod(temporary, stat.S_IMODE(os.stat(source).st_mode) | stat.S_IWUSR)
        os.replace(temporary, target)
    except OSError:
        files.drop(temporary)
        raise


def _copy_library(folder: str, source: str) -> None:
    for name in listed(folder):
        if _LIBRARY.fullmatch(name) and os.path.isfile(f"{source}/{name}"):
            _copy(f"{source}/{name}", f"{folder}/{name}", f"{folder}/.pypy.new")


# ---- the standard library ------------------------------------------------------------------------


def _prefix_file(facts: Facts) -> str | None:
    """The file that names the base's prefix, in an environment without pyvenv.cfg."""
    file = f"{facts.path}/lib/{facts.library}/orig-prefix.txt"
    return file if facts.minor < (3, 3) and os.path.lexists(file) else None


def _library_links(facts: Facts, base: Interpreter) -> Iterator[tuple[str, str]]:
    """The symlinks to files of the old base interpreter, with their new targets."""
    if facts.minor >= (3, 3):
        return
    olds = _old_prefixes(facts)
    new, library = os.path.dirname(os.path.dirname(base.path)), f"/lib/{facts.library}/"
    for top in ("lib", "lib64", "lib-python", "lib_pypy", "include"):
        if not os.path.isdir(f"{facts.path}/{top}") or os.path.islink(f"{facts.path}/{top}"):
            continue
        for folder, names in walk(f"{facts.path}/{top}"):
            if "/site-packages" in folder:
                continue
            for name in names:
                file = f"{facts.path}/{top}{folder}/{name}"
                target = os.readlink(file) if os.path.islink(file) else ""
                for old in olds:
                    rest = target[len(old) :]
                    if not target.startswith(f"{old}/"):
                        continue
                    inside = rest.startswith(library)
                    moved = f"{base.library}/{rest[len(library) :]}" if inside else f"{new}{rest}"
                    if moved != target and os.path.lexists(moved):
                        yield file, moved
                    break


def _old_prefixes(facts: Facts) -> list[str]:
    found = []
    home = facts.config.home
    if home and home.startswith("/"):
        found.append(os.path.dirname(home))
    recorded = first_line(f"{facts.path}/lib/{facts.library}/orig-prefix.txt")
    if recorded and recorded.startswith("/"):
        found.append(recorded)
    file = f"{facts.path}/lib/{facts.library}/os.py"
    ending = f"/lib/{facts.library}/os.py"
    if os.path.islink(file) and os.readlink(file).endswith(ending):
        found.append(os.readlink(file)[: -len(ending)])
    return sorted({path.rstrip("/") for path in found} - {""}, key=len, reverse=True)
