"""Reads the facts about an environment from disk. Judges nothing and starts no process."""

from __future__ import annotations

import os
import stat
from functools import lru_cache

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import (
    first_line,
    is_fault,
    is_gone,
    listed,
    modified,
    read,
    read_or_nothing,
    same,
)
from helper.base.formats import Config, parse_config, parse_version, version_of
from helper.store import records
from helper.store.home import LAST_USED, PROJECT, RECORD, UNFINISHED, USED, Home, is_environment

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
    no longer exists), "loop", "directory", "empty" or "not executable"."""
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
    fault: str | None
    """Which of its files and folders the machine failed to read, and why."""
    record: records.Record | None
    project: str | None
    """The directory that it is bound to."""
    project_gone: bool
    last_used: float | None
    """Seconds since the epoch."""

    @property
    def site_packages(self) -> str:
        """The folder of its packages; library must not be None."""
        return f"{self.path}/lib/{self.library}/site-packages"

    @property
    def minor(self) -> Version:
        """Major and minor version of the Python that its packages are for, () if unknown."""
        return version_of(self.library or "")[:2] or self.config.version[:2]


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
        self._base_in = lru_cache(maxsize=None)(_base_in)
        self._exists = lru_cache(maxsize=None)(os.path.exists)

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
        python, python_target, base = self._python(path, config)
        library, packages = _packages_in(
            path, config.version or (base.version if base else ()), faults
        )
        made_at, damaged = _made_at(path)
        if record is None and not unfinished and os.path.lexists(f"{path}/{RECORD}"):
            damaged = damaged or RECORD
        project = first_line(f"{path}/{PROJECT}")
        return Facts(
            name=name,
            path=path,
            target=os.path.realpath(path) if link else None,
            target_exists=not link or os.path.exists(path),
            unfinished=unfinished,
            owner=owner,
            config=config,
            legacy=legacy,
            windows=python == "missing" and os.path.exists(f"{path}/Scripts/python.exe"),
            python=python,
            python_target=python_target,
            home_exists=self._has_interpreter(config, python_target)
            or (legacy and os.path.exists(f"{path}/lib/{library}/os.py")),
            base=base,
            library=library,
            packages=packages,
            made_at=made_at,
            made_here=made_at is None or made_at == path or same(made_at, path),
            damaged=damaged,
            fault=faults[0] if faults else None,
            record=records.read(f"{path}/{UNFINISHED}") if unfinished else record,
            project=project,
            project_gone=project is not None and project[0] == "/" and is_gone(project),
            last_used=modified(self.home.state(USED, name) if link else f"{path}/{LAST_USED}"),
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
                return Config(None, f"{prefix}/bin", version_of(folder), None, False), True
        return Config(problem, None, (), None, False), False

    def _python(self, path: str, config: Config) -> tuple[str, str, Base | None]:
        """State of bin/python, the file that it points to, and the interpreter there."""
        file = f"{path}/bin/python"
        for _ in range(8):  # python -> python3 -> python3.12, within bin
            try:
                link = os.readlink(file)
            except FileNotFoundError:
                return "missing" if file == f"{path}/bin/python" else "dangling", file, None
            except OSError:  # not a symlink
                return self._copy(file, config)
            if link.startswith("/"):
                return self._base_in(link)
            file = os.path.join(os.path.dirname(file), link)
        return "loop", file, None

    def _copy(self, file: str, config: Config) -> tuple[str, str, Base | None]:
        """The same for a copy of the base interpreter, which uses the library of the original."""
        state, path, _ = _base_in(file)
        if state != "ok" or not config.home or len(config.version) < 2:
            return state, path, None
        original = f"{config.home}/{_versioned(config)}"
        base = self._base_in(original)[2]
        prefix = os.path.dirname(os.path.dirname(original))
        if base is None and not self._exists(f"{prefix}/lib/{_versioned(config)}/os.py"):
            return "orphaned", original, None
        return state, original, Base(original, base.version if base else (), _binary(path))

    def _has_interpreter(self, config: Config, python: str) -> bool:
        if not config.home:
            return False
        if self._exists(config.home + python[python.rfind("/") :]):
            return True
        names = (_versioned(config), "python3", "python")
        return any(self._exists(f"{config.home}/{name}") for name in names)


def _versioned(config: Config) -> str:
    """The name of the base interpreter with its version, such as python3.12."""
    start = "pypy" if (config.implementation or "").lower() == "pypy" else "python"
    return start + ".".join(map(str, config.version[:2]))


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
    return Machine(uname.sysname, uname.machine, _binary(os.path.realpath(interpreter)))


def _base_in(file: str) -> tuple[str, str, Base | None]:
    """State, real path and facts of the interpreter in a file."""
    try:
        found = os.stat(file)
        mode, size = found.st_mode, found.st_size
    except FileNotFoundError:
        return "dangling", os.path.realpath(file), None
    except OSError:  # ELOOP, or a folder on the way without permission to enter
        return "loop" if os.path.islink(file) else "dangling", file, None
    path = os.path.realpath(file)
    if stat.S_ISDIR(mode):
        return "directory", path, None
    if size == 0:
        return "empty", path, None
    if not os.access(path, os.X_OK):
        return "not executable", path, None
    return "ok", path, Base(path, _base_version(path), _binary(path))


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


_ELF = {
    3: "x86",
    21: "PowerPC",
    22: "S/390",
    40: "ARM",
    62: "x86-64",
    183: "AArch64",
    243: "RISC-V",
}
_MACH_O = {0x01000007: "x86-64", 0x0100000C: "AArch64"}


def _binary(path: str) -> str | None:
    """Processor and system that an executable is built for, by its first bytes; None if unknown,
    as for a script and a file for several processors.

    ELF: e_ident and e_machine of the System V ABI. Mach-O: cputype of <mach-o/loader.h>.
    """
    head = read_or_nothing(path, 20)
    if head[:4] == b"\x7fELF" and len(head) == 20:
        machine_id = int.from_bytes(head[18:20], "little" if head[5] == 1 else "big")
        return f"{_ELF.get(machine_id, machine_id)} ELF"
    if head[:4] == b"\xcf\xfa\xed\xfe" and len(head) >= 8:
        cpu = int.from_bytes(head[4:8], "little")
        return f"{_MACH_O.get(cpu, cpu)} Mach-O"
    if head[:2] == b"MZ":
        return "Windows"
    return None


def _library_folders(prefix: str) -> list[str]:
    return [name for name in listed(f"{prefix}/lib") if name.startswith(("python", "pypy"))]


def _packages_in(path: str, version: Version, faults: list[str]) -> tuple[str | None, int | None]:
    """The folder in lib that contains the packages, and the number of distributions there."""
    for folder in _libraries(path, version):
        try:
            names = os.listdir(f"{path}/lib/{folder}/site-packages")
        except OSError as error:
            if is_fault(error):
                faults.append(f"cannot read lib/{folder}/site-packages: {error.strerror}")
            continue
        endings = (".dist-info", ".egg-info", ".egg-link")
        return folder, sum([name.endswith(endings) for name in names])
    return None, None


def _libraries(path: str, version: Version) -> Iterator[str]:
    """The folders in lib that may contain the packages, the most likely one first."""
    if len(version) > 1:
        yield f"python{version[0]}.{version[1]}"
    yield from _library_folders(path)  # pypy3.10, or python3.13t


def _made_at(path: str) -> tuple[str | None, str | None]:
    """The path of the environment in its scripts: bin/pip, or else bin/activate; and which of the
    two is damaged.

    A script starts with `#!/path/bin/python` or, if that would be too long or contains a space,
    with `#!/bin/sh` and `'''exec' "/path/bin/python" "$0" "$@"`. It ends with a newline.
    """
    activate = f"{path}/bin/activate"
    lost = "bin/activate" if _is_empty(activate) else None
    script = _read_script(f"{path}/bin/pip")
    if script is not None:
        lines = script.split(b"\n")
        line = lines[0][2:].strip() if lines[0].startswith(b"#!") else b""
        if line == b"/bin/sh" and len(lines) > 1:
            line = _unquoted(lines[1].partition(b"exec' ")[2].partition(b' "$0"')[0])
        where, found, _ = line.partition(b"/bin/python")
        cut_off = len(lines) == 1 if not found else lines[-1] and len(script) < _SCRIPT
        if script[:1] in (b"", b"\0") or (cut_off and script[:2] == b"#!"):
            return None, "bin/pip"
        return (os.fsdecode(where) if found and where.startswith(b"/") else None), lost
    for line in read_or_nothing(activate).split(b"\n"):
        where = _unquoted(line.partition(b"VIRTUAL_ENV=")[2].strip())
        if where.startswith(b"/"):
            return os.fsdecode(where), lost
    return None, lost


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
    if value[:1] == b'"' or (value[:1] == b"'" and value.count(b"'") == 2):
        return value[1:-1]
    if value[:1] != b"'":
        return value
    import shlex  # an apostrophe in the path: '/home/it'"'"'s'

    try:
        return os.fsencode("".join(shlex.split(os.fsdecode(value))[:1]))
    except ValueError:
        return b""
