"""What can be read of an environment from disk. Nothing is judged here and no process started.

The format of pyvenv.cfg is that of PEP 405, read as CPython's site.py reads it. Who writes which
keys differs: venv writes `version`, uv `version_info`, virtualenv both.
"""

from __future__ import annotations

import os
import stat
from typing import Dict, NamedTuple, Tuple

from files import first_line, modified, read, read_or_nothing, same
from home import LAST_USED, PROJECT, RECORD, UNFINISHED, Home, is_environment
from records import Record, read as read_record

Version = Tuple[int, ...]
"""As many parts of a version as are known: (3, 12, 4), (3, 12) or ()."""


class Base(NamedTuple):
    """A base interpreter, as its files tell."""

    path: str
    """The file itself, every link resolved."""
    version: Version
    machine: str | None
    """What processor and system the file is for, such as `x86-64 ELF`; None if not known."""


class Config(NamedTuple):
    """pyvenv.cfg"""

    problem: str | None
    """Why it could not be read, None if it could."""
    home: str | None
    version: Version
    implementation: str | None
    system_site: bool


class Facts(NamedTuple):
    """An environment as it lies on disk."""

    name: str
    path: str
    target: str | None
    """Where a symlinked environment leads, None for a plain one."""
    target_exists: bool
    unfinished: bool
    """Its creation has not come to its end."""
    owner: str | None
    """Who is at work on it right now, as its lock says."""
    config: Config
    legacy: bool
    """Made by a virtualenv older than 20, which wrote no pyvenv.cfg."""
    windows: bool
    """It has the folders of an environment made on Windows."""
    python: str
    """bin/python: "ok", "missing", "dangling", "loop", "directory" or "not executable"."""
    python_target: str
    """The file that bin/python leads to, there or not."""
    home_exists: bool
    """Whether the folder of the base interpreter is there."""
    base: Base | None
    """The interpreter that bin/python starts."""
    library: str | None
    """The folder in lib/ that has its packages, such as python3.12."""
    packages: int | None
    """How many distributions it has."""
    made_at: str | None
    """Where its own scripts say that it stands."""
    made_here: bool
    """Whether that is where it does stand; true if they say nothing."""
    record: Record | None
    project: str | None
    last_used: float | None
    """Seconds since the epoch."""


class Machine(NamedTuple):
    """The machine that the facts are judged on."""

    system: str
    """As uname -s has it."""
    binary: str | None
    """What its own interpreters are for, in the words of Base.machine."""


class Reader:
    """Reads the facts. What environments share, their base interpreters, is read once."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._bases: Dict[str, tuple[str, str, Base | None]] = {}
        self._folders: Dict[str, bool] = {}

    def read(self, name: str, link: bool) -> Facts:
        """The facts of one environment of the home. Whatever is damaged is a fact, no error."""
        path = self.home.environment(name)
        target = os.path.realpath(path) if link else None
        config, legacy = self._config(path)
        python, python_target, base = self._python(path)
        library, packages = _library(path, config.version)
        made_at = _made_at(path)
        unfinished = os.path.exists(f"{path}/{UNFINISHED}")
        return Facts(
            name=name,
            path=path,
            target=target,
            target_exists=not link or os.path.exists(path),
            unfinished=unfinished,
            owner=_lock_owner(self.home.state("locks", name)) if unfinished else None,
            config=config,
            legacy=legacy,
            windows=python == "missing" and os.path.exists(f"{path}/Scripts/python.exe"),
            python=python,
            python_target=python_target,
            home_exists=config.home is not None and self._folder(config.home),
            base=base,
            library=library,
            packages=packages,
            made_at=made_at,
            made_here=made_at is None or made_at == path or same(made_at, path),
            record=read_record(f"{path}/{UNFINISHED if unfinished else RECORD}"),
            project=first_line(f"{path}/{PROJECT}"),
            last_used=modified(f"{path}/{LAST_USED}"),
        )

    def _config(self, path: str) -> tuple[Config, bool]:
        file = f"{path}/pyvenv.cfg"
        try:
            text = read(file)
        except FileNotFoundError:
            prefix = _first_line_below_lib(path, "orig-prefix.txt")
            if prefix:
                return Config(None, f"{prefix}/bin", (), None, False), True
            return Config("there is no pyvenv.cfg", None, (), None, False), False
        except OSError as error:
            problem = f"pyvenv.cfg cannot be read: {error.strerror}"
            return Config(problem, None, (), None, False), False
        return parse_config(os.fsdecode(text)), False

    def _python(self, path: str) -> tuple[str, str, Base | None]:
        """State of bin/python, where it leads, and the interpreter there."""
        file = f"{path}/bin/python"
        for _ in range(8):  # python -> python3 -> python3.12, within bin
            try:
                link = os.readlink(file)
            except FileNotFoundError:
                lost = file != f"{path}/bin/python"
                return ("dangling" if lost else "missing"), file, None
            except OSError:  # no link, so a copy of the interpreter
                return self._interpreter(file)
            if link.startswith("/"):
                return self._interpreter(link)
            file = os.path.join(os.path.dirname(file), link)
        return "loop", file, None

    def _interpreter(self, file: str) -> tuple[str, str, Base | None]:
        known = self._bases.get(file)
        if known is None:
            known = self._bases[file] = _interpreter(file)
        return known

    def _folder(self, path: str) -> bool:
        known = self._folders.get(path)
        if known is None:
            known = self._folders[path] = os.path.isdir(path)
        return known


def read_one(home: Home, name: str) -> Facts | None:
    """The facts of one environment by its name, None if there is no such environment."""
    path = home.environment(name)
    link = os.path.islink(path)
    return Reader(home).read(name, link) if is_environment(path, link) else None


def machine(interpreter: str) -> Machine:
    """The machine this runs on, told by an interpreter that does run here."""
    return Machine(os.uname().sysname, _binary(os.path.realpath(interpreter)))


def parse_config(text: str) -> Config:
    """Read the text of a pyvenv.cfg. Lines without `=` and unknown keys are passed over."""
    keys = {}
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        if equals:
            keys[key.strip().lower()] = value.strip()
    return Config(
        problem=None,
        home=keys.get("home") or None,
        version=parse_version(keys.get("version") or keys.get("version_info") or ""),
        implementation=keys.get("implementation"),
        system_site=keys.get("include-system-site-packages", "").lower() == "true",
    )


def parse_version(text: str) -> Version:
    """The leading numbers of a version, three at most: `3.12.4.final.0` is (3, 12, 4)."""
    parts = []
    for part in text.strip().split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        parts.append(int(digits))
        if digits != part:  # 3.14.0rc1
            break
    return tuple(parts)


def _first_line_below_lib(path: str, name: str) -> str | None:
    for folder in _library_folders(path):
        line = first_line(f"{path}/lib/{folder}/{name}")
        if line:
            return line
    return None


def _interpreter(file: str) -> tuple[str, str, Base | None]:
    try:
        mode = os.stat(file).st_mode
    except FileNotFoundError:
        return "dangling", os.path.realpath(file), None
    except OSError:  # ELOOP, or a folder on the way that may not be entered
        return "loop" if os.path.islink(file) else "dangling", file, None
    path = os.path.realpath(file)
    if stat.S_ISDIR(mode):
        return "directory", path, None
    if not os.access(path, os.X_OK):
        return "not executable", path, None
    return "ok", path, Base(path, _base_version(path), _binary(path))


def _base_version(path: str) -> Version:
    """Version of the interpreter in a file, by what lies around it.

    The patch version stands in patchlevel.h (CPython) and, for pyenv, uv and Homebrew, in the
    name of the folder; the minor version in the name of the file and of the folder in lib.
    """
    prefix, name = os.path.dirname(os.path.dirname(path)), os.path.basename(path)
    minor = parse_version(name[len("python") :]) if name.startswith("python") else ()
    if len(minor) < 2:
        folders = [parse_version(folder[len("python") :]) for folder in _library_folders(prefix)]
        minor = folders[0] if len(folders) == 1 else ()
    if len(minor) < 2:
        return _version_in_folder(prefix, ())
    for flags in ("", "m"):  # python3.7m
        header = f"{prefix}/include/python{minor[0]}.{minor[1]}{flags}/patchlevel.h"
        for line in os.fsdecode(read_or_nothing(header)).splitlines():
            words = line.split()
            if words[:2] == ["#define", "PY_VERSION"] and len(words) > 2:
                return parse_version(words[2].strip('"'))
    return _version_in_folder(prefix, minor[:2])


def _version_in_folder(prefix: str, minor: Version) -> Version:
    """A version that a folder on the way to the interpreter is named after, if it fits minor."""
    for folder in reversed(prefix.split("/")):
        for part in folder.split("-"):  # cpython-3.12.4-linux-x86_64-gnu
            version = parse_version(part)
            if len(version) == 3 and version[: len(minor)] == minor and part[0].isdigit():
                return version
    return minor


_ELF_MACHINES = {3: "x86", 40: "ARM", 62: "x86-64", 183: "AArch64", 21: "PowerPC", 22: "S/390", 243: "RISC-V"}


def _binary(path: str) -> str | None:
    """What processor and system an executable is for, by its first bytes.

    ELF: e_ident and e_machine of the System V ABI. Mach-O: cputype of <mach-o/loader.h>; a file
    for several processors counts as not known, and so does a script.
    """
    head = read_or_nothing(path, 20)
    if head[:4] == b"\x7fELF" and len(head) == 20:
        machine_id = int.from_bytes(head[18:20], "little" if head[5] == 1 else "big")
        return f"{_ELF_MACHINES.get(machine_id, machine_id)} ELF"
    if head[:4] == b"\xcf\xfa\xed\xfe" and len(head) >= 8:
        cpu = int.from_bytes(head[4:8], "little")
        return {0x01000007: "x86-64", 0x0100000C: "AArch64"}.get(cpu, str(cpu)) + " Mach-O"
    if head[:2] == b"MZ":
        return "Windows"
    return None


def _library_folders(prefix: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(f"{prefix}/lib") if name.startswith(("python", "pypy")))
    except OSError:
        return []


def _library(path: str, version: Version) -> tuple[str | None, int | None]:
    """The folder in lib that has the packages, and how many distributions are there."""
    folders = [f"python{version[0]}.{version[1]}"] if len(version) > 1 else []
    try:
        if folders:
            return folders[0], _count(f"{path}/lib/{folders[0]}/site-packages")
    except OSError:
        pass
    for folder in _library_folders(path):
        try:
            return folder, _count(f"{path}/lib/{folder}/site-packages")
        except OSError:
            continue
    return None, None


def _count(site_packages: str) -> int:
    return sum([name.endswith((".dist-info", ".egg-info", ".egg-link")) for name in os.listdir(site_packages)])


def _made_at(path: str) -> str | None:
    """Where the environment was when its scripts were written: its pip tells, else bin/activate.

    A script starts with `#!/path/bin/python`, or where that would be too long or has a space,
    with `#!/bin/sh` and `'''exec' "/path/bin/python" "$0" "$@"`.
    """
    lines = read_or_nothing(f"{path}/bin/pip", 1024).split(b"\n")
    if len(lines) > 1:
        line = lines[0][2:].strip() if lines[0].startswith(b"#!") else b""
        if line == b"/bin/sh":
            line = lines[1].partition(b"exec' ")[2].lstrip(b"\"'")
        where, found, _ = line.partition(b"/bin/python")
        return os.fsdecode(where) if found and where else None
    for text in read_or_nothing(f"{path}/bin/activate").split(b"\n"):
        value = text.partition(b"VIRTUAL_ENV=")[2].strip()
        if value[:1] in (b'"', b"'"):
            value = value[1:].rstrip(b"\"'")
        if value[:1] == b"/":
            return os.fsdecode(value)
    return None


def _lock_owner(path: str) -> str | None:
    from locks import owner

    return owner(path)
