"""Seeds: the contents of a fresh environment of an interpreter, kept in the cache.

`python -m venv` takes seconds, nearly all of it to unpack and compile pip. multivenv lets the
interpreter's own ensurepip install pip once, and links that into the next environments, by hard
links or, where the file system has none, by copies. pip replaces files and never writes into them,
so what it does in one environment does not change the others.

A seed is a folder of the cache:

    seed.json        what venv itself creates, without the environment's path and name; and how to
                     install pip: the scripts, the RECORDs, and size and time of every other file,
                     which show whether the seed is damaged
    site-packages/   those files
    wheels/          the installed wheels, for interpreters that have no ensurepip of their own
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import time
from binascii import crc32
from contextlib import contextmanager

from helper.base import formats
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import (
    Copier,
    is_own,
    is_own_below,
    is_own_by,
    listed,
    modified,
    read,
    walk,
)
from helper.base.formats import changed_record, hash_and_size, recorded_files
from helper.interpreters.creators import bundled
from helper.interpreters.query import Interpreter
from helper.making import bytecode
from helper.store import records, trash

if TYPE_CHECKING:
    from typing import Any, Iterator

SCHEMA = 1
FILE = "seed.json"

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.-+@%:,")
"""Characters that activation scripts need not quote."""
_PATH, _NAME = "\0path", "\0name"
_LARGEST = 1 << 16
"""Bytes of the largest file that venv writes; a larger one belongs to the interpreter."""


class Unusable(Exception):
    """The seed is damaged or unreadable: create the environment without it."""


class Seed(NamedTuple):
    """The seed of an interpreter."""

    folder: str
    data: dict[str, Any]
    """The contents of seed.json."""

    def has_skeleton_for(self, path: str) -> bool:
        """Whether write_skeleton() can create an environment at that path."""
        return self.data.get("skeleton") is not None and is_plain(path)

    def write_skeleton(self, path: str) -> None:
        """Create in a folder what the interpreter's own venv would create, without pip. Raises
        Unusable, and OSError if the disk is full; then some of it may be there.
        """
        name = os.path.basename(path)
        with _unusable_if_damaged():
            for kind, where, value, mode in self.data["skeleton"]:
                place = f"{path}/{where}"
                if kind == "folder":
                    os.mkdir(place)
                elif kind == "link":
                    os.symlink(value, place)
                else:
                    _write(place, value.replace(_PATH, path).replace(_NAME, name).encode(), mode)

    def install_pip(self, path: str) -> None:
        """Install pip into an environment with an empty site-packages. Raises Unusable, and OSError
        if the disk is full; then some of it may be there.
        """
        with _unusable_if_damaged():
            site, hashes = f"{path}/{self.data['library']}", {}
            self._install_files(site)
            for name, interpreter, body, mode in self.data["scripts"]:
                python = os.fsencode(f"{path}/bin/{interpreter}")
                script = formats.script(python, body.encode())
                hashes[f"{_BIN}{name}"] = hash_and_size(script)
                _write(f"{path}/bin/{name}", script, mode)
            for where, text, mode in self.data["records"]:
                _write(f"{site}/{where}", changed_record(text, hashes.get).encode(), mode)

    def _install_files(self, site: str) -> None:
        # a hard link has the owner of the seed
        owner = (os.geteuid(), os.stat(site).st_gid)
        copier = Copier()
        for folder, names in self.data["files"]:
            source, target = f"{self.folder}/site-packages{folder}", f"{site}{folder}"
            if folder:
                os.mkdir(target)
            if not is_own(source):
                raise Unusable
            for name, *was in names:
                found = _lstat_unchanged(f"{source}/{name}", was)
                if (found.st_uid, found.st_gid) != owner:
                    copier.share = False
                copier.copy(f"{source}/{name}", f"{target}/{name}")
        if copier.coarse:
            bytecode.correct(f"{self.folder}/site-packages", site)


def _lstat_unchanged(file: str, was: list[int]) -> os.stat_result:
    """The lstat of a file. Raises Unusable if its size, time and mode are not as they were, or if
    others can have changed it.
    """
    found = os.lstat(file)
    if [found.st_size, found.st_mtime_ns, found.st_mode] != was or not is_own_by(found):
        raise Unusable
    return found


_DAMAGES = (OSError, KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""Raised by work that follows a damaged seed.json."""


@contextmanager
def _unusable_if_damaged() -> Iterator[None]:
    try:
        yield
    except _DAMAGES as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # a full disk is not the seed's fault
        raise Unusable from error


def folder_for(cache: str, base: Interpreter) -> str:
    """The folder for the seed of an interpreter; its name changes with all that the seed needs."""
    wheels = bundled(base.library) if base.has_ensurepip else []
    real = os.path.realpath(base.path)
    seen: list[object] = [SCHEMA, base.path, real, umask()]
    files = [real, f"{base.library}/ensurepip/__init__.py", *wheels]
    for folder in ("venv", "venv/scripts/common", "venv/scripts/posix"):
        files += [f"{base.library}/{folder}/{name}" for name in listed(f"{base.library}/{folder}")]
    for file in filter(os.path.exists, files):
        found = os.stat(file)
        seen.append((file, found.st_size, found.st_mtime_ns))
    pip = next((name for name in map(os.path.basename, wheels) if name.startswith("pip-")), "pip")
    version = "-".join(pip.split("-")[:2])
    token = crc32(repr(seen).encode("utf-8", "surrogateescape"))
    return f"{cache}/seeds/{base.implementation}-{base.text}{base.flags}-{version}-{token:08x}"


def all_in(cache: str) -> list[str]:
    """The folders of all seeds in a cache."""
    entries = [f"{cache}/seeds/{name}" for name in listed(f"{cache}/seeds")]
    return [entry for entry in entries if os.path.exists(f"{entry}/{FILE}")]


def is_foreign(folder: str) -> bool:
    """Whether others can have changed the seed in a folder, if that has one."""
    file = f"{folder}/{FILE}"
    return os.path.lexists(file) and not is_own_below(os.path.dirname(folder), file)


def load(folder: str) -> Seed | None:
    """The seed in a folder, None if it has none. Deletes a damaged one, and ignores a seed that
    others can have changed.
    """
    if is_foreign(folder):
        return None
    data = records.read(f"{folder}/{FILE}", trusted=True)
    if data is not None and data.get("schema") == SCHEMA:
        return Seed(folder, data)
    if os.path.lexists(f"{folder}/{FILE}"):
        delete_seed(folder)
    return None


def is_damaged(folder: str) -> bool:
    """Whether the seed in a folder has changed since it was written."""
    data = records.read(f"{folder}/{FILE}", trusted=True) or {}
    try:
        for sub, names in data["files"]:
            for name, *was in names:
                _lstat_unchanged(f"{folder}/site-packages{sub}/{name}", was)
    except (*_DAMAGES, Unusable):
        return True
    return data.get("schema") != SCHEMA


def delete_seed(folder: str) -> None:
    """Delete a seed in one step. Best effort: failure to delete is ignored."""
    away = _unused_beside(folder)
    try:
        os.rename(folder, away)
        trash.delete(away)
    except OSError:
        pass


# ---- keeping a seed ------------------------------------------------------------------------------

_BIN = "../../../bin/"


def keep(folder: str, base: Interpreter, path: str, models: list[str], wheels: list[str]) -> None:
    """Keep the contents of a fresh environment as a seed, if possible. path: an environment with
    nothing but pip in it; models: two that venv created at other plain paths, without pip, which
    show what depends on the path; wheels: the installed files.
    """
    temporary = _unused_beside(folder)
    if not is_own(os.path.dirname(folder)):
        return
    _sweep(os.path.dirname(folder), base)
    try:
        data = {"schema": SCHEMA, "base": base.path, "umask": umask(), **_harvest(path)}
        skeletons = [_skeleton(model) for model in models]
        data["skeleton"] = skeletons[0] if skeletons and skeletons[0] == skeletons[-1] else None
        os.makedirs(f"{temporary}/wheels")
        _copy_files(
            f"{path}/{data['library']}", f"{temporary}/site-packages", data, _plain_mode(path)
        )
        for wheel in wheels:
            Copier().copy(wheel, f"{temporary}/wheels/{os.path.basename(wheel)}")
        if not os.path.exists(f"{folder}/{FILE}"):
            delete_seed(folder)  # something else, or the rest of a seed
        _write(f"{temporary}/{FILE}", json.dumps(data).encode(), 0o644)
        os.rename(temporary, folder)
    except BaseException as error:
        delete_seed(temporary)
        # no space, or another process was faster
        if not isinstance(error, (Unusable, OSError, ValueError)):
            raise


def _plain_mode(path: str) -> int | None:
    """The mode of all files in a seed from an environment on a file system without modes; None on
    any other.
    """
    has_modes = not os.lstat(f"{path}/pyvenv.cfg").st_mode & stat.S_IXUSR
    return None if has_modes else 0o666 & ~umask()


def _copy_files(source: str, target: str, data: dict[str, Any], mode: int | None) -> None:
    """Copy the files of a seed, and note in its data what they are like in the cache, whose file
    system may be another. mode: that of all files, or None.
    """
    copier = Copier()
    for sub, files in data["files"]:
        os.mkdir(f"{target}{sub}")
        for number, (name, *_) in enumerate(files):
            file = f"{target}{sub}/{name}"
            copier.copy(f"{source}{sub}/{name}", file)
            if mode is not None:
                os.chmod(file, mode)
            found = os.lstat(file)
            files[number] = (name, found.st_size, found.st_mtime_ns, found.st_mode)
    if copier.coarse:
        bytecode.correct(source, target)
    if mode is not None:
        data["records"] = [(where, text, mode) for where, text, _ in data["records"]]


def _sweep(folder: str, base: Interpreter) -> None:
    """Delete seeds whose interpreter no longer exists or gets a new seed, and what killed processes
    left: writing a seed takes seconds.
    """
    for entry in [f"{folder}/{name}" for name in listed(folder)]:
        seed = load(entry)
        if seed is None:
            old = time.time() - (modified(entry) or time.time()) > 3600
        else:
            of = str(seed.data.get("base"))
            replaced = of == base.path and seed.data.get("umask") == umask()
            old = replaced or not os.path.exists(of)
        if old:
            delete_seed(entry)


def _unused_beside(folder: str) -> str:
    """An unused path beside a seed's."""
    return f"{folder}.{os.getpid():x}.{os.urandom(4).hex()}"


def is_plain(path: str) -> bool:
    """Whether activation scripts contain a path as it is, without quotes."""
    return _PLAIN.issuperset(path)


def _skeleton(path: str) -> list[tuple[str, str, str, int]]:
    """Each folder, link and file of an environment: kind, where, target or text, and mode. Raises
    Unusable for anything else.
    """
    entries = []
    for folder, files in walk(path):
        if folder:
            entries.append(("folder", folder[1:], "", 0))
        for name in files:
            where = f"{folder}/{name}"[1:]
            file = f"{path}/{where}"
            found = os.lstat(file)
            if stat.S_ISLNK(found.st_mode):
                entries.append(("link", where, os.readlink(file), 0))
                continue
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                raise Unusable
            text = read(file, found.st_size).decode()
            text = text.replace(path, _PATH).replace(os.path.basename(path), _NAME)
            entries.append(("file", where, text, stat.S_IMODE(found.st_mode)))
    return entries


def _harvest(path: str) -> dict[str, Any]:
    """The files of a fresh environment. Raises Unusable if they depend on the path."""
    library, *others = os.listdir(f"{path}/lib")
    library = f"lib/{library}/site-packages"
    site = f"{path}/{library}"
    if others:
        raise Unusable
    records, folders = [], []
    for folder, names in walk(site):
        files = []
        for name in names:
            file = f"{site}{folder}/{name}"
            found = os.lstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise Unusable
            if name == "RECORD" and folder.endswith(".dist-info"):
                where = f"{folder}/{name}"[1:]
                text = read(file, found.st_size).decode()
                records.append((where, text, stat.S_IMODE(found.st_mode)))
                continue
            if not name.endswith(".pyc") and os.fsencode(path) in read(file, found.st_size):
                raise Unusable
            files.append((name, found.st_size, found.st_mtime_ns, found.st_mode))
        folders.append((folder, files))
    scripts = _scripts(path, records)
    return {"library": library, "files": folders, "scripts": scripts, "records": records}


def _scripts(path: str, records: list[tuple[str, str, int]]) -> list[tuple[str, str, str, int]]:
    """The scripts that these RECORDs list: name, name of the interpreter, body, and mode. Raises
    Unusable if a script has another head, or a RECORD another hash of it.
    """
    # up to pip 18 a short head has an empty line after it
    old = any(re.match(r"pip-(?:\d|1[0-8])\.", where) for where, _, _ in records)
    every = {file for _, text, _ in records for file in recorded_files(text.encode())}
    scripts, hashes = [], {}
    for where in sorted(file for file in every if file.startswith(_BIN)):
        file = f"{path}/bin/{where[len(_BIN) :]}"
        found = os.lstat(file)
        script = read(file, found.st_size)
        hashes[where] = hash_and_size(script)
        parts = formats.split_script(script) or (b"", b"")
        folder, interpreter = os.path.split(os.fsdecode(parts[0]))
        if folder != f"{path}/bin" or formats.script(*parts) != script:
            raise Unusable
        body = parts[1].decode()
        body = f"\n{body}" if old and not body.startswith("\n") else body
        name, mode = os.path.basename(file), stat.S_IMODE(found.st_mode)
        scripts.append((name, interpreter, body, mode))
    if any(changed_record(text, hashes.get) != text for _, text, _ in records):
        raise Unusable
    return scripts


def umask() -> int:
    """The umask of this process."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _write(path: str, data: bytes, mode: int) -> None:
    # the calls that open() makes: an environment has dozens of such files
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        if os.write(fd, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if mode & umask():
            os.fchmod(fd, mode)
    finally:
        os.close(fd)
