"""Files: reading small ones in few system calls, paths, writing in one step, and copying."""

from __future__ import annotations

import errno
import os
import stat
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import BinaryIO, Callable, Iterator, Mapping

SIZE = 8192
"""Bytes of a read: more than a pyvenv.cfg has. A larger buffer costs more than the read itself."""

_FICLONE = 0x40049409
"""The request of ioctl_ficlone(2) on most processors; elsewhere it fails, and files are copied."""


# ---- reading -------------------------------------------------------------------------------------


_READING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
"""How any file is opened for reading: a FIFO or a device in its place must not block a verb."""


def open_regular(path: str, flags: int = _READING) -> int:
    """Open a regular file, and return its descriptor. Raises OSError, also for any other kind of
    file.
    """
    fd = os.open(path, flags, 0o666)
    try:
        mode = os.fstat(fd).st_mode
        if not stat.S_ISREG(mode):
            number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
            text = os.strerror(number) if stat.S_ISDIR(mode) else "Not a regular file"
            raise OSError(number, text, path)
    except OSError:
        os.close(fd)
        raise
    return fd


def opened(path: str) -> BinaryIO:
    """The same as a Python file, for readers that need all of it."""
    return os.fdopen(open_regular(path), "rb")


def read(path: str, size: int = SIZE) -> bytes:
    """The first bytes of a regular file. Raises OSError."""
    fd = open_regular(path)
    try:
        return os.read(fd, size)
    finally:
        os.close(fd)


def read_all(path: str, limit: int) -> bytes:
    """A regular file of at most that many bytes. Raises OSError, also for a larger one."""
    with opened(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return data


def read_or_nothing(path: str, size: int = SIZE) -> bytes:
    """The first bytes of a file; empty if it cannot be read."""
    try:
        return read(path, size)
    except OSError:
        return b""


def first_line(path: str) -> str | None:
    """The first line of a file, without its end; None if it is empty or not text."""
    line = read_or_nothing(path).partition(b"\n")[0].rstrip(b"\r")
    return os.fsdecode(line) if line and b"\0" not in line else None


def is_own(path: str) -> bool:
    """Whether a file or folder exists and nobody else can have changed it."""
    try:
        return is_own_by(os.stat(path))
    except (OSError, ValueError):
        return False


def is_own_by(found: os.stat_result) -> bool:
    """The same for one that was examined. Root may change anything. The user's own group, which has
    the number of the user, has no other member.
    """
    shared = found.st_mode & stat.S_IWGRP and found.st_gid != found.st_uid
    return found.st_uid in (os.geteuid(), 0) and not (shared or found.st_mode & stat.S_IWOTH)


def is_own_below(folder: str, path: str) -> bool:
    """Whether that is true of a path and of the folders on the way to it from a folder."""
    while path.startswith(folder):
        if not is_own(path):
            return False
        path = os.path.dirname(path)
    return True


def is_utf8(text: str) -> bool:
    """Whether text that Python read was UTF-8: it holds other bytes as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def modified(path: str) -> float | None:
    """When a file was last modified, in seconds since the epoch; None if it does not exist."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return None


COARSEST = 2
"""Seconds: FAT keeps times in such steps, HFS+ in steps of one."""


def is_settled(found: os.stat_result) -> bool:
    """Whether a change of a file from now on gives it another time. On a file system with coarse
    times, that takes up to two seconds after the last one.
    """
    return found.st_mtime_ns % 10**9 != 0 or not 0 <= time.time() - found.st_mtime < COARSEST


_FAULTS = frozenset(
    getattr(errno, name)
    for name in ("EIO", "ESTALE", "ETIMEDOUT", "EREMOTEIO", "ENOMEM", "EMFILE", "ENFILE", "EUCLEAN")
    if hasattr(errno, name)
)


def is_fault(error: OSError) -> bool:
    """Whether the machine failed, which says nothing about the file."""
    return error.errno in _FAULTS


def listed_strictly(folder: str) -> list[str]:
    """The names in a folder, sorted; empty if it does not exist. Raises OSError if it cannot be
    read.
    """
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def listed(folder: str) -> list[str]:
    """The names in a folder, sorted; empty if it does not exist or cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def walk(path: str) -> Iterator[tuple[str, list[str]]]:
    """Each folder below a path, parents first, with the names of its files and links. The path
    itself is ``, others are `/lib/...`. Raises OSError.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{path}{folder}") as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        yield folder, [name for name, is_folder in found if not is_folder]
        folders += [f"{folder}/{name}" for name, is_folder in reversed(found) if is_folder]


class Usage(NamedTuple):
    """Bytes that folders take on disk."""

    single: int
    """Those of folders, and of files with one name."""
    linked: dict[tuple[int, int], tuple[int, int, int]]
    """How many names of each other file were found, how many it has, and its bytes, by device and
    inode.
    """

    @property
    def others(self) -> dict[tuple[int, int], int]:
        """The bytes of the files that have a name outside the folders too."""
        found = self.linked.items()
        return {key: size for key, (seen, every, size) in found if seen < every}

    @property
    def own(self) -> int:
        """The bytes that deleting all of it frees."""
        found = self.linked.values()
        return self.single + sum(size for seen, every, size in found if seen >= every)

    @property
    def shared(self) -> int:
        """The bytes that deleting it does not free."""
        return sum(self.others.values())

    @property
    def size(self) -> int:
        """All of them."""
        return self.own + self.shared

    def plus(self, other: Usage) -> Usage:
        """What this takes together with other folders: own are then also the files that only the
        two of them share.
        """
        linked = dict(self.linked)
        for key, (seen, every, size) in other.linked.items():
            linked[key] = linked.get(key, (0,))[0] + seen, every, size
        return Usage(self.single + other.single, linked)


def disk_usage(path: str) -> Usage:
    """What a folder takes on disk. A file with several names counts once, and an unreadable folder
    counts nothing. Blocks that a reflink shares count as its own: to ask for them takes a request
    for each file.
    """
    single = 0
    linked: dict[tuple[int, int], tuple[int, int, int]] = {}
    for folder, folders, names in os.walk(path):
        for name in folders + names:
            try:
                found = os.lstat(f"{folder}/{name}")
            except OSError:
                continue
            size = found.st_blocks * 512
            if found.st_nlink == 1 or stat.S_ISDIR(found.st_mode):
                single += size
            else:
                key = found.st_dev, found.st_ino
                linked[key] = linked.get(key, (0,))[0] + 1, found.st_nlink, size
    return Usage(single, linked)


# ---- paths ---------------------------------------------------------------------------------------


def current_folder(environ: Mapping[str, str]) -> str:
    """The current directory as the shell's pwd prints it, with its symlinks. Raises OSError if it
    was deleted.
    """
    here = environ.get("PWD", "")
    return here if here.startswith("/") and same(here, ".") else os.getcwd()


def expanded(word: str) -> str:
    """A path with `~` expanded: after `=`, not every shell does that."""
    return os.path.expanduser(word) if word.startswith("~/") else word


def same(one: str, other: str) -> bool:
    """Whether two paths lead to the same file; False if one of them does not exist."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # ValueError: a zero byte, read from a damaged file
        return False


def leads_to(path: str, place: str) -> bool:
    """Whether a path leads to a place through any symlinks. The place need not exist."""
    try:
        return os.path.realpath(path) == os.path.realpath(place) or same(path, place)
    except ValueError:  # a zero byte
        return False


def spelling(folder: str, name: str) -> str:
    """A name in the spelling of its folder: on a case-insensitive file system, others lead to the
    same file. The name itself if nothing has it. A case-sensitive one costs a single system call.
    """
    other = name.swapcase()
    if name.isascii() and (
        other == name or not _same_entry(f"{folder}/{name}", f"{folder}/{other}")
    ):
        return name
    found = listed(folder)  # beyond ASCII, several sequences of characters may be one name too
    if name in found or not os.path.lexists(f"{folder}/{name}"):
        return name
    alike = [each for each in found if each.casefold() == name.casefold()] or found
    return next(
        (each for each in alike if _same_entry(f"{folder}/{each}", f"{folder}/{name}")), name
    )


def _same_entry(one: str, other: str) -> bool:
    """Whether two paths are those of one file, folder or link. It follows no link."""
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except (OSError, ValueError):
        return False


def drop_other_spelling(path: str) -> None:
    """Delete a file whose name differs from that of a path only in case, if they are one: else it
    would keep its spelling when a file replaces it. Best effort: failure to delete is ignored.
    """
    if spelling(*os.path.split(path)) != os.path.basename(path):
        drop(path)


def is_gone(folder: str) -> bool:
    """Whether an absolute path is certainly not a directory."""
    try:
        return not stat.S_ISDIR(os.stat(folder).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # a folder on the way may not be entered
        return False


def is_lost(path: str) -> bool:
    """Whether a path certainly leads to no file and no folder."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        pass
    return False


# ---- writing -------------------------------------------------------------------------------------


def write(
    path: str,
    data: bytes,
    temporary: str | None = None,
    mode: int | None = None,
    durable: bool = False,
) -> None:
    """Write a file in one step: write a temporary file on the same file system, then rename it.
    mode: its permissions; None for those of a new file. durable: whether it has to survive a power
    cut from now on; without that, a cut may lose it or leave it empty.

    Raises OSError; then path is unchanged, unless only its folder could not be synced, and the
    temporary file is deleted.
    """

    def create(new: str) -> None:
        opener = _private if mode is not None else None
        with open(new, "xb", opener=opener) as file:  # x: follows no link
            file.write(data)
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            if durable:
                file.flush()
                _fsync(file.fileno())

    _in_one_step(path, temporary or f"{path}.new", create)
    if durable:
        sync(os.path.dirname(path))


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else can open before it gets its permissions."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def replace_link(path: str, target: str, temporary: str | None = None) -> None:
    """Make path a symlink to target in one step, also where another link or a file is.

    Raises OSError; then path is unchanged.
    """
    new = temporary or f"{path}.multivenv-new"
    _in_one_step(path, new, lambda new: os.symlink(target, new))


def _in_one_step(path: str, temporary: str, create: Callable[[str], None]) -> None:
    try:
        if os.path.lexists(temporary):  # a killed verb left it
            os.unlink(temporary)
        create(temporary)
        os.replace(temporary, path)
    except OSError:
        drop(temporary)
        raise


def sync(folder: str) -> None:
    """Write the names in a folder to the disk. Raises OSError."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _fsync(fd)
    finally:
        os.close(fd)


def _fsync(fd: int) -> None:
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # it syncs no folders
            raise


def sync_all(folder: str) -> None:
    """Write all on the file system of a folder to the disk: for a tree of a thousand files, this is
    a hundred times as fast as one fsync for each. Raises OSError.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        syncfs = _syncfs()
        if syncfs is None:
            os.sync()  # of all file systems; on macOS it only starts that
            _fsync(fd)
        elif syncfs(fd):
            import ctypes

            number = ctypes.get_errno()
            if number != errno.ENOSYS:  # a sandbox without it
                raise OSError(number, os.strerror(number), folder)
            os.sync()
    finally:
        os.close(fd)


def _syncfs() -> Callable[[int], int] | None:
    """syncfs(2), which Python has no function for; None without it."""
    try:
        import ctypes

        return ctypes.CDLL(None, use_errno=True).syncfs
    except (ImportError, AttributeError, OSError):
        return None


def drop(path: str) -> None:
    """Delete a file if it exists. Best effort: failure to delete is ignored."""
    try:
        os.unlink(path)
    except OSError:
        pass


def in_folder_of(path: str, act: Callable[[], None]) -> None:
    """Call a function while the folder of a path exists; other verbs remove it when it is empty.

    Raises OSError.
    """
    for attempt in range(10):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            act()
            return
        except FileNotFoundError:  # another verb just removed it
            if attempt == 9:
                raise


class Copier:
    """Copies files: as hard links while the file system allows that, else as reflinks, else as
    plain copies. To change a file that a hard link shares, replace it.
    """

    def __init__(self, share: bool = True) -> None:
        self.share = share
        """Whether to make hard links."""
        self.coarse = False
        """Whether the time of a module has become another second."""
        self._clone = True

    def copy(self, source: str, target: str) -> None:
        """Copy a file or symlink with its mode and times. Raises OSError."""
        if self.share:
            try:
                os.link(source, target, follow_symlinks=False)
                return
            except FileNotFoundError:
                raise
            except OSError:  # another file system, or one without hard links, or too many of them
                self.share = False
        found = os.lstat(source)
        if stat.S_ISREG(found.st_mode):
            self._copy_file(source, target)
        elif stat.S_ISLNK(found.st_mode):
            os.symlink(os.readlink(source), target)
            times = found.st_atime_ns, found.st_mtime_ns
            os.utime(target, ns=times, follow_symlinks=False)
        else:
            raise OSError(errno.EINVAL, "Not a regular file", source)
        if not self.coarse and target.endswith(".py"):
            self.coarse = int(os.lstat(target).st_mtime) != int(found.st_mtime)

    def _copy_file(self, source: str, target: str) -> None:
        """Copy a file: shutil.copy2() asks for the same facts several times, which takes most of
        the time for small files.
        """
        old = open_regular(source)
        try:
            found = os.fstat(old)
            new = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                self._clone = self._clone and _cloned(old, new)
                if not self._clone:
                    _copy_contents(old, new, found.st_size)
                _copy_attributes(old, new)
                os.fchmod(new, stat.S_IMODE(found.st_mode))
                os.utime(new, ns=(found.st_atime_ns, found.st_mtime_ns))
            finally:
                os.close(new)
        finally:
            os.close(old)


def _cloned(old: int, new: int) -> bool:
    """Make an empty file a reflink, which shares the blocks of another; False if impossible."""
    from fcntl import ioctl

    try:
        ioctl(new, _FICLONE, old)
    except OSError:
        return False
    return True


_PIECE = 1 << 20


def _copy_contents(old: int, new: int, size: int) -> None:
    """Copy the contents of a file, whose size is only known by then. Raises OSError."""
    while True:
        data = os.read(old, min(max(size, 1), _PIECE))
        if not data:
            return
        while data:
            data = data[os.write(new, data) :]


def _copy_attributes(old: int, new: int) -> None:
    """Copy the extended attributes, where the system has them. Best effort."""
    try:
        names = os.listxattr(old)
    except (AttributeError, OSError):  # macOS has no such function
        return
    for name in names:
        try:
            os.setxattr(new, name, os.getxattr(old, name))
        except OSError:
            continue
