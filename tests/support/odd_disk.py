"""Mounts a file system that lacks something, and runs a command while it is there.

    odd_disk.py KINDS STORE PLACE COMMAND WORD...

STORE is the folder that holds the files, PLACE the folder where they appear. KINDS is a list with
commas between, or `vfat` for all of them:

    case        names that differ only in case are one
    links       no hard links
    symlinks    no symlinks
    modes       no permissions: each file has 0755, and chmod(2) changes nothing
    ctime       the time of the status is that of the last write
    coarse      times in steps of two seconds
    noexec      no programs; not part of `vfat`

A FUSE server, which needs /dev/fuse and a mount namespace. It speaks the protocol of fuse(4)
itself, as far as tests need it, and answers one request at a time. The kernel may remember names
only where each has one spelling.
"""

import ctypes
import errno
import os
import signal
import stat
import struct
import subprocess
import sys
import time
from typing import Any, Dict, Tuple

KINDS = ("case", "links", "symlinks", "modes", "ctime", "coarse")
ROOT = 1
_MOST = 1 << 17
"""Bytes of the largest write."""
_FLAGS = 1 | 1 << 5 | 1 << 22
"""FUSE_ASYNC_READ, FUSE_BIG_WRITES, FUSE_MAX_PAGES."""
_KEEP_CACHE = 2
_LONG = 3600
"""Seconds."""
_HEAD = struct.Struct("<IIQQIIIHH")
_libc = ctypes.CDLL(None, use_errno=True)


class Disk:
    """The requests that the kernel makes."""

    def __init__(self, store: str, kinds: Tuple[str, ...]) -> None:
        self.store = store
        self.kinds = kinds
        self.valid = 0 if "case" in kinds else _LONG
        # of each number of a file: its folders and names there
        self.names: Dict[int, Dict[Tuple[int, str], bool]] = {}

    # ---- names and attributes

    def path(self, node: int) -> str:
        """The path in the store of a file, which may have several."""
        if node == ROOT:
            return self.store
        known = self.names.get(node, {})
        for parent, name in list(known):
            path = f"{self.path(parent)}/{name}"
            try:
                if len(known) == 1 or os.lstat(path).st_ino == node:
                    return path
            except OSError:
                pass
        raise FileNotFoundError(errno.ENOENT, "gone")

    def real(self, parent: int, word: bytes) -> str:
        """The path of a name in a folder, in the spelling that the folder has."""
        folder, name = self.path(parent), os.fsdecode(word)
        if "case" in self.kinds and not os.path.lexists(f"{folder}/{name}"):
            for each in os.listdir(folder):
                if each.casefold() == name.casefold():
                    return f"{folder}/{each}"
        return f"{folder}/{name}"

    def attributes(self, found: os.stat_result) -> bytes:
        mode, coarse = found.st_mode, 2 if "coarse" in self.kinds else 0
        if "modes" in self.kinds:
            mode = stat.S_IFMT(mode) | 0o755
        times = [found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns]
        if "ctime" in self.kinds:
            times[2] = times[1]
        step = coarse * 10**9 or 1
        times = [each // step * step for each in times]
        return struct.pack(
            "<6Q10I",
            found.st_ino,
            found.st_size,
            found.st_blocks,
            *(each // 10**9 for each in times),
            *(each % 10**9 for each in times),
            mode,
            found.st_nlink,
            found.st_uid,
            found.st_gid,
            found.st_rdev,
            4096,
            0,
        )

    def entry(self, parent: int, path: str) -> bytes:
        found = os.lstat(path)
        node = found.st_ino
        self.names.setdefault(node, {})[parent, os.path.basename(path)] = True
        return struct.pack("<4Q2I", node, 0, self.valid, _LONG, 0, 0) + self.attributes(found)

    def attr(self, found: os.stat_result) -> bytes:
        return struct.pack("<Q2I", _LONG, 0, 0) + self.attributes(found)

    def forget_name(self, parent: int, path: str) -> None:
        """Call this while the file still has the name."""
        try:
            known = self.names.get(os.lstat(path).st_ino, {})
        except OSError:
            return
        known.pop((parent, os.path.basename(path)), None)

    # ---- requests, by their numbers in linux/fuse.h

    def do_1(self, node: int, data: bytes) -> bytes:  # LOOKUP
        return self.entry(node, self.real(node, data[:-1]))

    def do_3(self, node: int, data: bytes) -> bytes:  # GETATTR
        flags, _, fh = struct.unpack_from("<IIQ", data)
        return self.attr(os.fstat(fh) if flags & 1 else os.lstat(self.path(node)))

    def do_4(self, node: int, data: bytes) -> bytes:  # SETATTR
        valid, _, fh, size, _, atime, mtime, _, atime_ns, mtime_ns, _, mode, _, uid, gid, _ = (
            struct.unpack_from("<2I6Q8I", data)
        )
        place: Any = fh if valid & 64 else self.path(node)
        follow: Dict[str, Any] = {} if valid & 64 else {"follow_symlinks": False}
        if valid & 8:
            os.truncate(place, size)
        if valid & 1 and "modes" not in self.kinds:
            os.chmod(place, stat.S_IMODE(mode))
        if valid & 6:
            os.chown(place, uid if valid & 2 else -1, gid if valid & 4 else -1, **follow)
        if valid & 48:
            found, now = os.stat(place, **follow), time.time_ns()
            old = found.st_atime_ns, found.st_mtime_ns
            given = atime * 10**9 + atime_ns, mtime * 10**9 + mtime_ns
            times = [
                now if valid & at_now else new if valid & at else was
                for at, at_now, new, was in zip((16, 32), (128, 256), given, old)
            ]
            os.utime(place, ns=(times[0], times[1]), **follow)
        return self.attr(os.stat(place, **follow))

    def do_5(self, node: int, data: bytes) -> bytes:  # READLINK
        return os.fsencode(os.readlink(self.path(node)))

    def do_6(self, node: int, data: bytes) -> bytes:  # SYMLINK
        self.refuse("symlinks")
        name, target = data.split(b"\0")[:2]
        os.symlink(target, os.fsencode(self.real(node, name)))
        return self.entry(node, self.real(node, name))

    def do_8(self, node: int, data: bytes) -> bytes:  # MKNOD
        mode, device = struct.unpack_from("<2I", data)
        path = self.real(node, data[16:-1])
        os.mknod(path, mode, device)
        return self.entry(node, path)

    def do_9(self, node: int, data: bytes) -> bytes:  # MKDIR
        path = self.real(node, data[8:-1])
        os.mkdir(path, struct.unpack_from("<I", data)[0])
        return self.entry(node, path)

    def do_10(self, node: int, data: bytes) -> None:  # UNLINK
        path = self.real(node, data[:-1])
        self.forget_name(node, path)
        os.unlink(path)

    def do_11(self, node: int, data: bytes) -> None:  # RMDIR
        path = self.real(node, data[:-1])
        os.rmdir(path)

    def do_12(self, node: int, data: bytes, at: int = 8) -> None:  # RENAME
        (folder,) = struct.unpack_from("<Q", data)
        old, new = data[at:].split(b"\0")[:2]
        source, target = self.real(node, old), self.real(folder, new)
        if os.path.lexists(target) and os.path.samestat(os.lstat(source), os.lstat(target)):
            return  # as ext4 does it: the spelling stays
        self.forget_name(folder, target)
        self.forget_name(node, source)
        os.rename(source, target)
        self.entry(folder, target)

    def do_45(self, node: int, data: bytes) -> None:  # RENAME2
        if struct.unpack_from("<I", data, 8)[0]:
            raise OSError(errno.EINVAL, "flags")
        self.do_12(node, data, 16)

    def do_13(self, node: int, data: bytes) -> bytes:  # LINK
        self.refuse("links")
        (old,) = struct.unpack_from("<Q", data)
        path = self.real(node, data[8:-1])
        os.link(self.path(old), path, follow_symlinks=False)
        return self.entry(node, path)

    def refuse(self, kind: str) -> None:
        if kind in self.kinds:
            raise PermissionError(errno.EPERM, "no links here")

    def do_14(self, node: int, data: bytes) -> bytes:  # OPEN
        flags = struct.unpack_from("<I", data)[0] & ~(os.O_CREAT | os.O_EXCL | os.O_NOCTTY)
        return struct.pack("<QII", os.open(self.path(node), flags & ~os.O_NOFOLLOW), _KEEP_CACHE, 0)

    def do_35(self, node: int, data: bytes) -> bytes:  # CREATE
        flags, mode = struct.unpack_from("<2I", data)
        path = self.real(node, data[16:-1])
        fh = os.open(path, flags | os.O_CREAT, mode)
        return self.entry(node, path) + struct.pack("<QII", fh, _KEEP_CACHE, 0)

    def do_15(self, node: int, data: bytes) -> bytes:  # READ
        fh, offset, size = struct.unpack_from("<QQI", data)
        return os.pread(fh, size, offset)

    def do_16(self, node: int, data: bytes) -> bytes:  # WRITE
        fh, offset, size = struct.unpack_from("<QQI", data)
        return struct.pack("<II", os.pwrite(fh, data[40 : 40 + size], offset), 0)

    def do_17(self, node: int, data: bytes) -> bytes:  # STATFS
        found = os.statvfs(self.store)
        blocks = found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree
        return struct.pack("<5Q4I24x", *blocks, found.f_bsize, 255, found.f_frsize, 0)

    def do_18(self, node: int, data: bytes) -> None:  # RELEASE
        os.close(struct.unpack_from("<Q", data)[0])

    def do_20(self, node: int, data: bytes) -> None:  # FSYNC
        pass

    do_25 = do_29 = do_30 = do_50 = do_20  # FLUSH, RELEASEDIR, FSYNCDIR, SYNCFS

    def do_27(self, node: int, data: bytes) -> bytes:  # OPENDIR
        return struct.pack("<QII", 0, 0, 0)

    def do_28(self, node: int, data: bytes) -> bytes:  # READDIR
        _, offset, size = struct.unpack_from("<QQI", data)
        path, result = self.path(node), b""
        for number, name in enumerate([".", "..", *sorted(os.listdir(path))]):
            if number < offset:
                continue
            found, word = os.lstat(f"{path}/{name}"), os.fsencode(name)
            kind = found.st_mode >> 12
            one = struct.pack("<QQII", found.st_ino, number + 1, len(word), kind) + word
            one += b"\0" * (-len(one) % 8)
            if len(result) + len(one) > size:
                break
            result += one
        return result

    # ---- the device

    def serve(self, device: int) -> None:
        while True:
            try:
                request = os.read(device, _MOST + 4096)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.ENOENT):
                    continue
                return  # unmounted
            _, code, unique, node, *_ = _HEAD.unpack_from(request)
            data = request[_HEAD.size :]
            if code in (2, 36, 42):  # FORGET, INTERRUPT, BATCH_FORGET
                continue
            if code == 26:  # INIT
                sizes = _MOST, _FLAGS, 16, 12, _MOST, 1, _MOST >> 12, 0, 0, 0
                self.answer(device, unique, 0, struct.pack("<4I2H2I2H2I24x", 7, 31, *sizes))
                continue
            act, number, answer = getattr(self, f"do_{code}", None), 0, b""
            try:
                if act is None:
                    raise OSError(errno.ENOSYS, "unknown request")
                answer = act(node, data) or b""
            except OSError as error:
                number = error.errno or errno.EIO
            self.answer(device, unique, number, answer)

    def answer(self, device: int, unique: int, number: int, data: bytes) -> None:
        data = b"" if number else data
        try:
            os.write(device, struct.pack("<IiQ", 16 + len(data), -number, unique) + data)
        except OSError:  # the request was interrupted
            pass


def mount(device: int, place: str, flags: int) -> None:
    """Mount the file system of a device."""
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
    options += ",default_permissions,allow_other"
    if _libc.mount(b"odd", os.fsencode(place), b"fuse", flags, options.encode()):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), place)


def unmount(place: str) -> None:
    """Unmount it; processes in the background may need it for a moment."""
    for _ in range(100):
        if not _libc.umount2(os.fsencode(place), 0) or ctypes.get_errno() != errno.EBUSY:
            return
        time.sleep(0.05)
    _libc.umount2(os.fsencode(place), 2)


def main() -> int:
    kinds, store, place, *command = sys.argv[1:]
    chosen = KINDS if kinds == "vfat" else tuple(kinds.split(","))
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    mount(device, place, 8 if "noexec" in chosen else 0)  # MS_NOEXEC
    server = os.fork()
    if server == 0:
        _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        for fd in (0, 1):
            os.dup2(os.open(os.devnull, os.O_RDWR), fd)
        os.umask(0)
        Disk(store, chosen).serve(device)
        os._exit(0)
    os.close(device)
    try:
        status = subprocess.run(command, check=False).returncode
    finally:
        unmount(place)
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
