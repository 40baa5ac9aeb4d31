"""The check at the end of a repair: the interpreter is the planned one, and finds all modules.

The modules are read from the folders before the repair, since the old interpreter may not start.
The new interpreter starts once, and searches for them without importing them.
"""

from __future__ import annotations

import json
import os
import re

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import first_line, listed, read_or_nothing
from helper.base.formats import LARGEST, normalized, recorded_files, version_of
from helper.base.messages import counted, quoted, shown
from helper.inspection.distributions import installed
from helper.making.installer import isolated

if TYPE_CHECKING:
    from typing import Collection, Iterable, Iterator

    from helper.base.formats import Version
    from helper.inspection.facts import Facts
    from helper.interpreters.query import Interpreter
    from helper.making.context import Context

TIME_LIMIT = 120
"""Seconds for an interpreter to start and to search. A `.pth` may import whole packages."""

_MOST_NAMES = 5

# For Python 2.7 and newer. A `.pth` may print too, so a mark starts the answer
_QUESTION = """\
import json, os, sys
try:
    from importlib.util import find_spec
except ImportError:
    from pkgutil import find_loader as find_spec
def is_lost(name):
    try:
        return name not in sys.modules and find_spec(name) is None
    except ImportError:
        return True
    except Exception:
        return False
lost = [name for name in json.loads(sys.stdin.read()) if is_lost(name)]
implementation = (hasattr(sys, "implementation") and sys.implementation.name
    or ("__pypy__" in sys.builtin_module_names and "pypy" or "cpython"))
ours = os.path.exists(sys.prefix) and os.path.samefile(sys.prefix, sys.argv[1])
threads = "t" in getattr(sys, "abiflags", "")
answer = [ours, sys.version.split()[0], implementation, threads, lost]
sys.stdout.write("\\n\\0" + json.dumps(answer))
"""


def check(
    context: Context, path: str, base: Interpreter | None, version: Version, modules: Iterable[str]
) -> None:
    """Start the interpreter of an environment once. base: the planned one, None if it stays.
    version: that of the environment's Python. modules: those that it has to find. Raises Failure.
    """
    context.progress.show(f"checking {quoted(os.path.basename(path))}")
    answer = _ask(context, path, version, sorted(modules))
    ours, text, implementation, threads, lost = answer
    if not ours:
        raise Failure("its interpreter no longer uses it as its prefix")
    if base is not None:
        wanted = (base.text, base.implementation, "t" in base.flags)
        if (text, implementation, threads) != wanted:
            starts = f"{implementation} {text}{'t' if threads else ''}"
            raise Failure(f"it starts {shown(starts)} instead of {base.called}")
    if lost:
        names = ", ".join(map(shown, lost[:_MOST_NAMES])) + (", ..." if lost[_MOST_NAMES:] else "")
        raise Failure(f"it no longer finds {counted(len(lost), 'module')}: {names}")


def _ask(
    context: Context, path: str, version: Version, modules: list[str]
) -> tuple[bool, str, str, bool, list[str]]:
    import subprocess

    try:
        ended = subprocess.run(
            [f"{path}/bin/python", *isolated(version), "-B", "-c", _QUESTION, path],
            input=json.dumps(modules).encode(),
            capture_output=True,
            env={key: context.environ[key] for key in _VARIABLES if key in context.environ},
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"its interpreter did not start within {TIME_LIMIT} seconds") from None
    except OSError as error:
        raise Failure(f"its interpreter does not start: {error.strerror}") from error
    try:
        prefix, text, implementation, threads, lost = json.loads(ended.stdout.rpartition(b"\0")[2])
    except ValueError:
        last_line = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].strip()
        why = shown(last_line) or f"exit status {ended.returncode}"
        raise Failure(f"its interpreter does not start: {why}") from None
    return prefix is True, str(text), str(implementation), threads is True, list(map(str, lost))


_VARIABLES = ("HOME", "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH")


# ---- the modules before a repair -----------------------------------------------------------------


def modules_of(facts: Facts, again: Collection[str] | None = None) -> set[str]:
    """The top-level modules that an environment can import by what is in its folders. again: the
    normalized names of the distributions that a new environment gets from an index; None if the
    files stay as they are. Empty if they cannot be read.
    """
    if facts.library is None:
        return set()
    found = _modules_in(facts.site_packages, facts.library)
    owners = _owners(facts.site_packages) if again is not None else {}
    for name in listed(facts.site_packages):
        if name.endswith(".pth") and name not in owners and not (again and name in _DEVELOPS):
            for folder in _folders_in(f"{facts.site_packages}/{name}", facts.site_packages):
                found |= _modules_in(folder, facts.library)
    if again is None:
        return found
    return {name for name in found if _is_again(name, owners.get(name), again)}


_DEVELOPS = ("easy-install.pth", "setuptools.pth")
"""What `setup.py develop` writes the paths of projects into."""


def _is_again(module: str, owner: str | None, again: Collection[str]) -> bool:
    """Whether a module has to be in the new environment too. The helpers of compiled modules have
    other names in other wheels of a version.
    """
    if owner is None:
        return module not in ("pip", "setuptools", "pkg_resources", "easy_install", "_virtualenv")
    return owner in again and not module.startswith("_") and not module.endswith("__mypyc")


def _owners(site: str) -> dict[str, str]:
    """The distribution of each top-level name in a site-packages folder."""
    found = {}
    try:
        distributions = installed(site)
    except OSError:
        return {}
    for each in distributions:
        names = read_or_nothing(f"{each.path}/top_level.txt").decode("utf-8", "replace").split()
        record = recorded_files(read_or_nothing(f"{each.path}/RECORD", LARGEST))
        names += [path.partition("/")[0] for path in record]
        for name in names:
            found[name] = normalized(each.name)
            found.setdefault(name.partition(".")[0], normalized(each.name))
    return found


def _modules_in(folder: str, library: str) -> set[str]:
    """The modules in a folder of sys.path, for the Python whose packages are in lib/LIBRARY."""
    found = set()
    for name in listed(folder):
        stem, *middle = name.split(".")
        if not stem.isidentifier() or stem == "__pycache__":
            continue
        ending = middle.pop() if middle else None
        if ending is None:
            known = _is_package(f"{folder}/{name}", library)
        elif ending == "so":
            known = not middle or _is_for(".".join(middle), library)
        else:
            known = ending in ("py", "pyc") and not middle
        if known:
            found.add(stem)
    return found


def _is_for(tag: str, library: str) -> bool:
    """Whether an extension module with a tag is for that Python (PEP 3149)."""
    version = version_of(library)
    digits = "".join(map(str, version[:2]))
    if tag.startswith("abi3"):
        return not library.endswith("t")
    if library.startswith("pypy"):
        return tag.startswith(f"pypy{digits}-")
    flags = re.sub(r"python[\d.]*", "", library)
    return re.match(rf"cpython-{digits}{flags or '[mu]*'}(-|$)", tag) is not None


def _is_package(folder: str, library: str) -> bool:
    """Whether a folder is a package; since Python 3.3 it needs no __init__.py, but a module."""
    names = listed(folder)
    if any(name.startswith("__init__.") for name in names):
        return True
    if version_of(library) < (3, 3):
        return False
    inner = [each for name in names if name.isidentifier() for each in listed(f"{folder}/{name}")]
    return any(name.endswith((".py", ".so")) for name in [*names, *inner])


def _folders_in(file: str, site: str) -> Iterator[str]:
    """The existing folders that a path configuration file adds to sys.path."""
    text = os.fsdecode(read_or_nothing(file))
    for line in map(str.rstrip, text.split("\n")):
        if line and not line.startswith(("#", "import ", "import\t")):
            folder = os.path.join(site, line)
            if "\0" not in folder and os.path.isdir(folder) and first_line(folder) is None:
                yield folder
