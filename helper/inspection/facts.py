"""Reads the facts about an environment from disk. Judges nothing and starts no process."""

from __future__ import annotations

import errno
import os
import stat
from functools import lru_cache

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import (
    first_line,
    is_fault,
    is_gone,
    is_lost,
    listed,
    modified,
    read,
    read_or_nothing,
    same,
)
from helper.base.formats import (
    Config,
    normalized,
    parse_config,
    parse_version,
    version_of,
    version_text,
)
from helper.base.messages import shown
from helper.inspection.damage import MARKS, Contents, Damage, combined, damages_in
from helper.inspection.programs import HEAD, is_program, lost_library, machine_in, machine_of
from helper.store import records
from helper.store.bindings import bound
from helper.store.home import LAST_USED, RECORD, UNFINISHED, USED, Home, is_environment

if TYPE_CHECKING:
    from typing import Iterator

    from helper.base.formats import Version


class Base(NamedTuple):
    """A base interpreter."""

    path: str
    """The file itself, every link resolved."""
    version: Version
    machine: str | None
    """Processor and system that the file is built for, such as `x86-64 ELF`; None if unknown."""
    problem: str | None = None
    """Why it cannot start, as its files show."""


class Facts(NamedTuple):
    """An environment as it is on disk."""

    name: str
    path: str
    target: str | None
    """The real path of a symlinked environment, None for a plain one."""
    target_exists: bool
    unfinished: bool
    owner: str | None
    """The process that is creating it, as its lock says."""
    config: Config
    legacy: bool
    """Whether a virtualenv before 20 created it, which wrote no pyvenv.cfg."""
    windows: bool
    """Whether it has the folders of an environment created on Windows."""
    python: str
    """State of bin/python: "ok", "missing", "dangling", "orphaned" (a copy of an interpreter that
    no longer exists), "loop", "directory", "empty", "not executable" or "unreadable"."""
    python_target: str
    """The file that bin/python points to, which need not exist."""
    home_exists: bool
    """Whether the folder that pyvenv.cfg names as `home` contains an interpreter."""
    base: Base | None
    """The interpreter that bin/python starts or is a copy of."""
    library: str | None
    """The folder in lib/ that contains its packages, such as python3.12."""
    packages: int | None
    made_at: str | None
    """The path that its own scripts contain."""
    made_here: bool
    """Whether that is its path; true if the scripts contain none."""
    damaged: str | None
    """Which of its own files a crash of the machine has emptied or cut off, if any."""
    damage: Damage | None
    """The missing or unusable part of its contents."""
    fault: str | None
    """Which of its files and folders the machine failed to read, and why."""
    record: records.Record | None
    project: str | None
    """The directory that it is bound to; the first one, if there are several."""
    project_gone: bool
    last_used: float | None
    """Seconds since the epoch."""
    others: tuple[str, ...] = ()
    """The other directories that it is bound to."""
    gone: tuple[str, ...] = ()
    """Those of the others that no longer exist."""

    @property
    def projects(self) -> tuple[str, ...]:
        """All directories that it is bound to."""
        return (self.project, *self.others) if self.project else self.others

    @property
    def held(self) -> list[str]:
        """The normalized names of the packages that upvenv leaves alone."""
        return [normalized(each) for each in records.texts(self.record or {}, records.HELD)]

    @property
    def site_packages(self) -> str:
        """The folder of its packages; library must not be None."""
        return f"{self.path}/lib/{self.library}/site-packages"

    @property
    def minor(self) -> Version:
        """Major and minor version of the Python that its packages are for, () if unknown."""
        config = self.config
        return version_of(self.library or "")[:2] or config.packages_for or config.version[:2]


class _Program(NamedTuple):
    """What the interpreter of an environment is."""

    state: str
    """As Facts.python."""
    path: str
    """The file that it is or points to, which need not exist."""
    base: Base | None = None
    fault: str | None = None
    """Why it cannot be read."""
    problem: str | None = None
    """Why a copy of the base interpreter cannot start."""


class _Scripts(NamedTuple):
    """What bin/pip and bin/activate say."""

    made_at: str | None = None
    damaged: str | None = None
    starts_pip: bool = False


class Machine(NamedTuple):
    """The machine that the facts are judged on."""

    system: str
    processor: str
    """As uname -s and -m print them."""
    binary: str | None
    """Base.machine of its own interpreters."""


class Reader:
    """Reads the facts. Reads the base interpreters, which environments share, only once."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._program_in = lru_cache(maxsize=None)(_program_in)
        self._is_lost = lru_cache(maxsize=None)(is_lost)

    def read(self, name: str, link: bool) -> Facts | None:
        """The facts of one of the home's children; None if it is not an environment. Damage is a
        fact, not an error.
        """
        path = self.home.environment(name)
        # read this first: if the creation ends meanwhile, the rest may be from before
        record = records.read(f"{path}/{RECORD}")
        unfinished = record is None and os.path.exists(f"{path}/{UNFINISHED}")
        faults: list[str] = []
        config, legacy = self._config(path, faults)
        if config.problem and not is_environment(path, link):
            return None
        owner = None
        if unfinished:
            from helper.store.locks import holder  # start-up time

            owner = holder(self.home, name)
        python = self._python(path, config)
        base = python.base
        if python.fault:
            faults.append(python.fault)
        library, names = _site_packages_in(
            path, config.packages_for or config.version or (base.version if base else ()), faults
        )
        marked = [each for each in names if each.endswith(MARKS)]
        packages = sum([each.endswith(_DISTRIBUTIONS) for each in marked])
        scripts = _read_scripts(path)
        made_at, damaged = scripts.made_at, scripts.damaged
        if record is None and not unfinished and os.path.lexists(f"{path}/{RECORD}"):
            damaged = damaged or RECORD
        home_exists, found = self._home(config, python)
        pip = scripts.starts_pip
        if packages < len(marked) or not packages or (pip and "pip" not in names):  # else healthy
            contents = Contents(path, library or "", names, packages, pip, config.system_site)
            found += damages_in(contents, record) if library else []
        project, *others = bound(path) or (None,)
        return Facts(
            name=name,
            path=path,
            target=os.path.realpath(path) if link else None,
            target_exists=not link or os.path.exists(path),
            unfinished=unfinished,
            owner=owner,
            config=config,
            legacy=legacy,
            windows=python.state == "missing" and os.path.exists(f"{path}/Scripts/python.exe"),
            python=python.state,
            python_target=python.path,
            home_exists=home_exists or (legacy and os.path.exists(f"{path}/lib/{library}/os.py")),
            base=base,
            library=library,
            packages=None if library is None else packages,
            made_at=made_at,
            made_here=made_at is None or made_at == path or same(made_at, path),
            damaged=damaged,
            damage=combined(found) if found else None,
            fault=faults[0] if faults else None,
            record=records.read(f"{path}/{UNFINISHED}") if unfinished else record,
            project=project,
            project_gone=project is not None and project[0] == "/" and is_gone(project),
            last_used=modified(self.home.state(USED, name) if link else f"{path}/{LAST_USED}"),
            others=tuple(filter(None, others)),
            gone=tuple(each for each in others if each and is_gone(each)),
        )

    def _config(self, path: str, faults: list[str]) -> tuple[Config, bool]:
        """pyvenv.cfg, and whether a virtualenv before 20 created the environment without one."""
        try:
            return parse_config(os.fsdecode(read(f"{path}/pyvenv.cfg"))), False
        except FileNotFoundError:
            problem = "pyvenv.cfg is missing"
        except OSError as error:
            problem = f"cannot read pyvenv.cfg: {error.strerror}"
            faults += [problem] if is_fault(error) else []
        for folder in _library_folders(path):
            prefix = first_line(f"{path}/lib/{folder}/orig-prefix.txt")
            if prefix:
                home, version = f"{prefix}/bin", version_of(folder)
                return Config(None, home, version, None, False, "virtualenv"), True
        return Config(problem, None, (), None, False), False

    def _python(self, path: str, config: Config) -> _Program:
        """What bin/python is."""
        file = f"{path}/bin/python"
        for _ in range(8):  # python -> python3 -> python3.12, within bin
            try:
                link = os.readlink(file)
            except FileNotFoundError:
                state = "missing" if file == f"{path}/bin/python" else "dangling"
                return _Program(state, file)
            except OSError:  # not a symlink
                return self._copy(path, file, config)
            if link.startswith("/"):
                return self._program_in(link)
            file = os.path.join(os.path.dirname(file), link)
        return _Program("loop", file)

    def _copy(self, path: str, file: str, config: Config) -> _Program:
        """The same for a copy of the base interpreter, which uses the library of the original."""
        copy, head, size = _opened(file)
        minor = config.version[:2]
        if copy.state != "ok" or not config.home or len(minor) < 2:
            return copy
        names = _names(path, config)
        found = {name: self._program_in(f"{config.home}/{name}") for name in names}
        fault = next((each for each in found.values() if each.fault), None)
        if fault is not None:
            return fault
        right = {
            name: each.base
            for name, each in found.items()
            if each.base and each.base.version[:2] in (minor, ())
        }
        library = f"{os.path.dirname(config.home)}/lib/{names[0]}/os.py"
        if not right and self._is_lost(library):
            return found[names[0]]._replace(state="orphaned", base=None)
        name = next(iter(right), names[0])
        original = f"{config.home}/{name}"
        base = right.get(name) or Base(original, (), None)
        problem = None if is_program(head, size) else f"bin/python is {_NO_PROGRAM}"
        return copy._replace(
            path=original, base=base._replace(machine=machine_in(head)), problem=problem
        )

    def _home(self, config: Config, python: _Program) -> tuple[bool, list[Damage]]:
        """Whether the folder that pyvenv.cfg names contains an interpreter, and what is wrong with
        that and the one that bin/python starts.
        """
        found = []
        base = python.base
        if base is not None and base.problem:
            found.append(Damage(base.problem, base=True))
        if python.problem:
            found.append(Damage(python.problem, relink=True))
        if not config.home:
            return False, found
        if not self._is_lost(config.home + python.path[python.path.rfind("/") :]):
            return True, found
        if not self._is_lost(f"{config.home}/{_versioned(config)}"):
            return True, found
        for name in ("python3", "python"):
            if not self._is_lost(f"{config.home}/{name}"):
                other = self._program_in(f"{config.home}/{name}").base
                theirs, ours = (each.version[:2] if each else () for each in (other, base))
                if theirs != ours and len(theirs) == len(ours) == 2:
                    reason = f"pyvenv.cfg names {shown(config.home)}, which contains Python "
                    reason += f"{version_text(theirs)}, but bin/python starts Python "
                    found.append(Damage(reason + version_text(ours), relink=True))
                return True, found
        return False, found


def _versioned(config: Config) -> str:
    """The name of the base interpreter with its version, such as python3.12."""
    start = "pypy" if (config.implementation or "").lower() == "pypy" else "python"
    return start + version_text(config.version[:2])


def _names(path: str, config: Config) -> list[str]:
    """The names that the original of a copied interpreter may have, the most exact one first."""
    start = _versioned(config).rstrip("0123456789.")
    if config.implementation is None and any(
        name.startswith("pypy") for name in _library_folders(path)
    ):
        start = "pypy"  # venv does not write the implementation
    return [start + version_text(config.version[:parts]) for parts in (2, 1, 0)]


def read_one(home: Home, name: str) -> Facts | None:
    """The facts of one environment; None if the home has none of that name."""
    return Reader(home).read(name, os.path.islink(home.environment(name)))


def read_at(path: str) -> Facts | None:
    """The facts of the environment at an absolute path, in the home or not; None if not one."""
    folder, name = os.path.split(path)
    return read_one(Home(folder), name)


def machine(interpreter: str) -> Machine:
    """The current machine. interpreter: one that runs on it."""
    uname = os.uname()
    return Machine(uname.sysname, uname.machine, machine_of(os.path.realpath(interpreter)))


def _program_in(file: str) -> _Program:
    """The base interpreter in a file."""
    program, head, size = _opened(file)
    if program.state != "ok":
        return program
    path = program.path
    version, built_for = _base_version(path), machine_in(head)
    problem = None if is_program(head, size) else f"{shown(path)} is {_NO_PROGRAM}"
    if problem is None and built_for:  # a script may lead anywhere
        lost = lost_library(path, version)
        problem = lost and f"its base interpreter needs {shown(lost)}, which no longer exists"
    return program._replace(base=Base(path, version, built_for, problem))


_NO_PROGRAM = "not a program, or a part of it is missing"


def _opened(file: str) -> tuple[_Program, bytes, int]:
    """The interpreter in a file without its base, its first bytes, and its size in bytes."""
    path, head, size = file, b"", 0
    fault = None
    try:
        found = os.stat(file)
    except OSError as error:
        state = _STATES.get(error.errno or 0, "unreadable")
        if state == "unreadable":
            fault = f"cannot read {shown(file)}: {error.strerror}"
        elif state == "dangling":
            path = os.path.realpath(file)
    else:
        path, size = os.path.realpath(file), found.st_size
        if stat.S_ISDIR(found.st_mode):
            state = "directory"
        elif size == 0:
            state = "empty"
        elif not os.access(path, os.X_OK):
            state = "not executable"
        else:
            state, head = "ok", read_or_nothing(path, HEAD)
    return _Program(state, path, fault=fault), head, size


_STATES = {errno.ENOENT: "dangling", errno.ENOTDIR: "dangling", errno.ELOOP: "loop"}


def _base_version(path: str) -> Version:
    """Version of the interpreter in a file, by the files around it.

    patchlevel.h (CPython, PyPy) contains the patch version; so does the name of the folder, with
    pyenv, uv and Homebrew. The names of the file and of the folder in lib have the minor version.
    """
    prefix, name = os.path.dirname(os.path.dirname(path)), os.path.basename(path)
    if len(version_of(name)) < 2:
        folders = _library_folders(prefix)
        name = folders[0] if len(folders) == 1 else name
    minor = version_of(name)[:2]
    if len(minor) < 2:
        return ()
    for flags in ("", "m"):  # python3.7 has its headers in python3.7m
        header = read_or_nothing(f"{prefix}/include/{name}{flags}/patchlevel.h")
        for line in header.split(b"\n"):
            words = line.split()
            if words[:2] == [b"#define", b"PY_VERSION"] and len(words) > 2:
                return parse_version(os.fsdecode(words[2].strip(b'"')))
    return minor if name.startswith("pypy") else _version_in_folder(prefix, minor)


def _version_in_folder(prefix: str, minor: Version) -> Version:
    """The patch version of minor in the name of a folder above an interpreter, else minor."""
    for folder in reversed(prefix.split("/")):
        for part in folder.split("-"):  # cpython-3.12.4-linux-x86_64-gnu
            version = parse_version(part)
            if len(version) == 3 and version[:2] == minor:
                return version
    return minor


def _library_folders(prefix: str) -> list[str]:
    return [name for name in listed(f"{prefix}/lib") if name.startswith(("python", "pypy"))]


_DISTRIBUTIONS = (".dist-info", ".egg-info", ".egg-link")


def _site_packages_in(
    path: str, version: Version, faults: list[str]
) -> tuple[str | None, list[str]]:
    """The folder in lib that contains the packages, and the names in its site-packages."""
    for folder in _libraries(path, version):
        try:
            return folder, os.listdir(f"{path}/lib/{folder}/site-packages")
        except OSError as error:
            if is_fault(error):
                faults.append(f"cannot read lib/{folder}/site-packages: {error.strerror}")
    return None, []


def _libraries(path: str, version: Version) -> Iterator[str]:
    """The folders in lib that may contain the packages, the most likely one first."""
    if len(version) > 1:
        yield f"python{version[0]}.{version[1]}"
    yield from _library_folders(path)  # pypy3.10, or python3.13t


def _read_scripts(path: str) -> _Scripts:
    """The path of the environment in its scripts: bin/pip, or else bin/activate; which of the two
    is damaged; and whether bin/pip starts pip.

    A script starts with `#!/path/bin/python` or, if that would be too long or contains a space,
    with `#!/bin/sh` and `'''exec' "/path/bin/python" "$0" "$@"`. It ends with a newline.
    """
    activate = f"{path}/bin/activate"
    lost = "bin/activate" if _is_empty(activate) else None
    script = _read_script(f"{path}/bin/pip")
    starts_pip = script is not None and any(each in script for each in _STARTS_PIP)
    if script is not None:
        lines = script.split(b"\n")
        line = lines[0][2:].strip() if lines[0].startswith(b"#!") else b""
        if line == b"/bin/sh" and len(lines) > 1:
            line = _unquoted(lines[1].partition(b"exec' ")[2].partition(b' "$0"')[0])
        where, found, program = line.rpartition(b"/bin/")
        found = found if program.startswith((b"python", b"pypy", b"graalpy")) else b""
        cut_off = len(lines) == 1 if not found else lines[-1] and len(script) < _SCRIPT
        if script[:1] in (b"", b"\0") or (cut_off and script[:2] == b"#!"):
            return _Scripts(None, "bin/pip")
        if found and where.startswith(b"/"):
            return _Scripts(os.fsdecode(where), lost, starts_pip)
    for line in read_or_nothing(activate).split(b"\n"):
        where = _unquoted(line.partition(b"VIRTUAL_ENV=")[2].strip())
        if where.startswith(b"/"):
            return _Scripts(os.fsdecode(where), lost, starts_pip)
    return _Scripts(None, lost, starts_pip)


_STARTS_PIP = (b"\nfrom pip", b"\n    from pip")
"""virtualenv indents it."""

_SCRIPT = 1024
"""Bytes that are read of bin/pip, which is smaller."""


def _read_script(file: str) -> bytes | None:
    """The start of a script; None if it does not exist or is not a file."""
    try:
        return read(file, _SCRIPT)
    except OSError:
        return None


def _is_empty(file: str) -> bool:
    try:
        found = os.stat(file)
    except OSError:
        return False
    return found.st_size == 0 and stat.S_ISREG(found.st_mode)


def _unquoted(value: bytes) -> bytes:
    """A word as tools write it into scripts: plain, between "", or quoted for the shell."""
    if value[:1] == b'"':
        return value[1:-1] if value[1:].endswith(b'"') else b""  # a path with a newline
    if value[:1] == b"'" and value.count(b"'") == 2:
        return value[1:-1]
    if value[:1] != b"'":
        return value
    import shlex  # an apostrophe in the path: '/home/it'"'"'s'

    try:
        return os.fsencode("".join(shlex.split(os.fsdecode(value))[:1]))
    except ValueError:
        return b""
