"""Seeds: what a fresh environment of an interpreter consists of, kept in the cache.

`python -m venv` takes seconds, nearly all of it for unpacking and compiling pip. What the
interpreter's own ensurepip has installed once is put into the next environments by hard links, or
by copies where the file system has none. pip replaces files and never writes into them, so what it
does in one environment leaves the others alone.

A seed is a folder of the cache:

    seed.json        what venv itself makes, without the environment's path and name; and how to
                     put pip into it: the scripts, the RECORDs, and size and time of every other
                     file, by which a damaged seed is known
    site-packages/   those files
    wheels/          what was installed, for interpreters that have no ensurepip of their own
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import time
from binascii import crc32

from helper.base import formats
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import Copier, listed, modified, walk
from helper.base.formats import hash_and_size
from helper.interpreters.creators import bundled
from helper.interpreters.query import Interpreter
from helper.store import trash

if TYPE_CHECKING:
    from typing import Any

SCHEMA = 1
FILE = "seed.json"

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.-+@%:,")
"""Characters that no activation script has to quote."""
_PATH, _NAME = "\0path", "\0name"
_LARGEST = 1 << 16
"""Bytes of the largest file that venv writes; a larger one is part of the interpreter."""


class Unusable(Exception):
    """The seed is damaged, or cannot be read: the environment is to be made without it."""


class Seed(NamedTuple):
    """The seed of an interpreter."""

    folder: str
    data: dict[str, Any]
    """Of its seed.json."""

    def fits(self, path: str) -> bool:
        """Whether write_skeleton() can be used for an environment at that path."""
        return self.data.get("skeleton") is not None and is_plain(path)

    def write_skeleton(self, path: str) -> None:
        """Make in a folder what the interpreter's own venv would make there, without pip.

        Raises Unusable, and OSError if the disk is full; then some of it may be there.
        """
        name = os.path.basename(path)
        try:
            for kind, where, value, mode in self.data["skeleton"]:
                place = f"{path}/{where}"
                if kind == "folder":
                    os.mkdir(place)
                elif kind == "link":
                    os.symlink(value, place)
                else:
                    _write(place, value.replace(_PATH, path).replace(_NAME, name).encode(), mode)
        except _DAMAGES as error:
            _raise_if_full(error)
            raise Unusable from error

    def install_pip(self, path: str) -> None:
        """Put pip into an environment that has nothing in its site-packages.

        Raises Unusable, and OSError if the disk is full; then some of it may be there.
        """
        try:
            site = f"{path}/{self.data['library']}"
            self._install_files(site)
            hashes = {}
            for name, interpreter, body, mode in self.data["scripts"]:
                python = os.fsencode(f"{path}/bin/{interpreter}")
                script = formats.script(python, body.encode())
                hashes[f"{_BIN}{name}"] = hash_and_size(script)
                _write(f"{path}/bin/{name}", script, mode)
            for where, text, mode in self.data["records"]:
                _write(f"{site}/{where}", _with_hashes(text, hashes).encode(), mode)
        except _DAMAGES as error:
            _raise_if_full(error)
            raise Unusable from error

    def _install_files(self, site: str) -> None:
        # a link belongs to whom the seed belongs to
        owner = (os.geteuid(), os.stat(site).st_gid)
        copier = Copier()
        for folder, files in self.data["files"]:
            source, target = f"{self.folder}/site-packages{folder}", f"{site}{folder}"
            if folder:
                os.mkdir(target)
            for name, size, modified_at, mode in files:
                file = f"{source}/{name}"
                found = _checked(file, size, modified_at, mode)
                if (found.st_uid, found.st_gid) != owner:
                    copier.share = False
                copier.copy(file, f"{target}/{name}")


def _checked(file: str, size: int, modified_at: int, mode: int) -> os.stat_result:
    """What lstat says of a file, if that is as it was. Raises Unusable and OSError."""
    found = os.lstat(file)
    if (found.st_size, found.st_mtime_ns, found.st_mode) != (size, modified_at, mode):
        raise Unusable
    return found


_DAMAGES = (OSError, KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What is raised while working after a seed.json that is not as it was written."""


def _raise_if_full(error: Exception) -> None:
    """A full disk is not the seed's fault."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise error


_BIN = "../../../bin/"


def folder_for(cache: str, base: Interpreter) -> str:
    """Where the seed of an interpreter is. Its name changes with whatever the seed depends on."""
    library = base.library
    names = bundled(library) if base.has_ensurepip else []
    real = os.path.realpath(base.path)
    seen: list[object] = [SCHEMA, base.path, real, _umask()]
    files = [real, f"{library}/ensurepip/__init__.py", *names]
    for folder in ("", "/scripts/common", "/scripts/posix"):
        files += [f"{library}/venv{folder}/{name}" for name in listed(f"{library}/venv{folder}")]
    for file in files:
        try:
            found = os.stat(file)
        except OSError:
            continue
        seen.append((file, found.st_size, found.st_mtime_ns))
    pip = next((name for name in map(os.path.basename, names) if name.startswith("pip-")), "pip")
    version = "-".join(pip.split("-")[:2])
    token = crc32(repr(seen).encode("utf-8", "surrogateescape"))
    return f"{cache}/seeds/{base.implementation}-{base.text}{base.flags}-{version}-{token:08x}"


def all_in(cache: str) -> list[str]:
    """The folders of all seeds in a cache."""
    entries = [f"{cache}/seeds/{name}" for name in listed(f"{cache}/seeds")]
    return [entry for entry in entries if os.path.exists(f"{entry}/{FILE}")]


def load(folder: str) -> Seed | None:
    """The seed in a folder. None if there is none; a damaged one is deleted."""
    try:
        return _open(folder)
    except FileNotFoundError:
        return None
    except (OSError, Unusable):
        drop(folder)
        return None


def _open(folder: str) -> Seed:
    """The seed in a folder. Raises OSError, and Unusable if its seed.json is damaged."""
    with open(f"{folder}/{FILE}", encoding="utf-8") as file:
        try:
            data = json.loads(file.read())
        except (ValueError, RecursionError) as error:
            raise Unusable from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise Unusable
    return Seed(folder, data)


def is_damaged(folder: str) -> bool:
    """Whether the seed in a folder is not as it was written; an environment is made without it."""
    try:
        for sub, files in _open(folder).data["files"]:
            for name, *was in files:
                _checked(f"{folder}/site-packages{sub}/{name}", *was)
    except (*_DAMAGES, Unusable):
        return True
    return False


def drop(folder: str) -> None:
    """Delete a seed, from one moment to the next. One that cannot be deleted is no matter."""
    away = _beside(folder)
    try:
        os.rename(folder, away)
    except OSError:
        return
    _delete(away)


def keep(folder: str, base: Interpreter, path: str, models: list[str], wheels: list[str]) -> None:
    """Keep what a fresh environment consists of; without that, the next one takes as long.

    path is an environment with nothing but pip in it; models are two that venv has made at other
    plain paths, without pip, which show what of an environment depends on where it is; wheels are
    the files that were installed.
    """
    temporary = _beside(folder)
    _sweep(os.path.dirname(folder), base)
    try:
        data = {"base": base.path, "umask": _umask(), **_harvest(path)}
        skeletons = [_skeleton(model) for model in models]
        data["skeleton"] = skeletons[0] if skeletons and skeletons[0] == skeletons[-1] else None
        os.makedirs(f"{temporary}/wheels")
        copier = Copier()
        for sub, files in data["files"]:
            source, target = f"{path}/{data['library']}{sub}", f"{temporary}/site-packages{sub}"
            os.mkdir(target)
            for name, *_ in files:
                copier.copy(f"{source}/{name}", f"{target}/{name}")
        for wheel in wheels:
            Copier().copy(wheel, f"{temporary}/wheels/{os.path.basename(wheel)}")
        if not os.path.exists(f"{folder}/{FILE}"):
            drop(folder)  # something else, or what is left of one
        _write(f"{temporary}/{FILE}", json.dumps({"schema": SCHEMA, **data}).encode(), 0o644)
        os.rename(temporary, folder)
    except (Unusable, OSError, ValueError):  # no room, or another process was faster
        _delete(temporary)
    except BaseException:
        _delete(temporary)
        raise


def _sweep(folder: str, base: Interpreter) -> None:
    """Delete seeds of interpreters that are gone or that are to have a new one, and what killed
    processes have left: they take seconds for a seed.
    """
    for entry in [f"{folder}/{name}" for name in listed(folder)]:
        if os.path.exists(f"{entry}/{FILE}"):
            seed = load(entry)
            if seed is not None and _is_outdated(seed.data, base):
                drop(entry)
        elif time.time() - (modified(entry) or time.time()) > 3600:
            _delete(entry)


def _beside(folder: str) -> str:
    """A path beside a seed's that nothing else uses."""
    return f"{folder}.{os.getpid():x}.{os.urandom(4).hex()}"


def _is_outdated(data: dict[str, Any], base: Interpreter) -> bool:
    of = str(data.get("base"))
    return not os.path.exists(of) or (of == base.path and data.get("umask") == _umask())


def _delete(path: str) -> None:
    try:
        trash.delete(path)
    except OSError:
        pass


def is_plain(path: str) -> bool:
    """Whether a path stands in activation scripts as it is."""
    return _PLAIN.issuperset(path)


def _skeleton(path: str) -> list[tuple[str, str, str, int]]:
    """Each folder, link and file of an environment: kind, where, target or text, and mode.

    Raises Unusable if something cannot be told so.
    """
    entries = []
    for folder, files in walk(path):
        if folder:
            entries.append(("folder", folder[1:], "", 0))
        for name in files:
            file = f"{path}{folder}/{name}"
            where = file[len(path) + 1 :]
            found = os.lstat(file)
            if stat.S_ISLNK(found.st_mode):
                entries.append(("link", where, os.readlink(file), 0))
                continue
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                raise Unusable
            text = _read(file).decode()
            text = text.replace(path, _PATH).replace(os.path.basename(path), _NAME)
            entries.append(("file", where, text, stat.S_IMODE(found.st_mode)))
    return entries


def _harvest(path: str) -> dict[str, Any]:
    """What has been installed into a fresh environment. Raises Unusable if it cannot be put into
    another one.
    """
    libraries = os.listdir(f"{path}/lib")
    library = f"lib/{libraries[0]}/site-packages"
    site = f"{path}/{library}"
    if len(libraries) != 1:
        raise Unusable
    hashes: dict[str, str] = {}
    scripts, records, folders = [], [], []
    for folder, names in walk(site):
        files = []
        for name in names:
            file = f"{site}{folder}/{name}"
            found = os.lstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise Unusable
            if name == "RECORD" and folder.endswith(".dist-info"):
                text = _read(file).decode()
                records.append((file[len(site) + 1 :], text, stat.S_IMODE(found.st_mode)))
                continue
            if not name.endswith(".pyc") and os.fsencode(path) in _read(file):
                raise Unusable
            files.append((name, found.st_size, found.st_mtime_ns, found.st_mode))
        folders.append((folder, files))
    # up to pip 18 a short head has an empty line after it
    old = any(re.match(r"pip-(?:\d|1[0-8])\.", where) for where, _, _ in records)
    for where in sorted({where for _, text, _ in records for where in _scripts_in(text)}):
        name = where[len(_BIN) :]
        script = _read(f"{path}/bin/{name}")
        interpreter, body = _split(script, path, old)
        hashes[where] = hash_and_size(script)
        mode = stat.S_IMODE(os.lstat(f"{path}/bin/{name}").st_mode)
        scripts.append((name, interpreter, body, mode))
    if any(_with_hashes(text, hashes) != text for _, text, _ in records):
        raise Unusable
    return {"library": library, "files": folders, "scripts": scripts, "records": records}


def _split(script: bytes, path: str, old: bool) -> tuple[str, str]:
    """The name of a script's interpreter in the environment, and what comes after its head; old
    tells that this is an empty line, where the head is short.
    """
    parts = formats.split_script(script)
    if parts is None:
        raise Unusable
    folder, name = os.path.split(os.fsdecode(parts[0]))
    if folder != f"{path}/bin" or formats.script(*parts) != script:
        raise Unusable
    body = parts[1].decode()
    return name, f"\n{body}" if old and not body.startswith("\n") else body


def _scripts_in(record: str) -> list[str]:
    return [file for file in formats.recorded_files(record.encode()) if file.startswith(_BIN)]


def _with_hashes(record: str, hashes: dict[str, str]) -> str:
    """A RECORD with the hashes and sizes of these files."""
    return formats.changed_record(record, hashes.get)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _write(path: str, data: bytes, mode: int) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        if os.write(fd, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if mode & _umask():
            os.fchmod(fd, mode)
    finally:
        os.close(fd)
