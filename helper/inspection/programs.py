"""What the first bytes of a program and the files around it say about it. Starts nothing.

Formats: ELF of the System V ABI, Mach-O of <mach-o/loader.h>.
"""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.files import read_or_nothing
from helper.base.formats import version_text

if TYPE_CHECKING:
    from helper.base.formats import Version

HEAD = 4096
"""Bytes that contain the headers of a program."""

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


def machine_of(path: str) -> str | None:
    """Processor and system that a program is built for; None if unknown, as for a script and a
    file for several processors.
    """
    return machine_in(read_or_nothing(path, 20))


def machine_in(head: bytes) -> str | None:
    """The same, by the first 20 bytes."""
    if head[:4] == b"\x7fELF" and len(head) >= 20:
        machine_id = int.from_bytes(head[18:20], "little" if head[5] == 1 else "big")
        return f"{_ELF.get(machine_id, machine_id)} ELF"
    if head[:4] == b"\xcf\xfa\xed\xfe" and len(head) >= 8:
        cpu = int.from_bytes(head[4:8], "little")
        return f"{_MACH_O.get(cpu, cpu)} Mach-O"
    if head[:2] == b"MZ":
        return "Windows"
    return None


def is_program(head: bytes, size: int) -> bool:
    """Whether the system can start a file with these first bytes and that size in bytes. True in
    case of doubt.
    """
    if head[:4] == b"\x7fELF":
        return _end_of_elf(head) <= size
    if not sys.platform.startswith("linux"):
        return any(head)
    return head[:2] in (b"#!", b"MZ", b"\xcf\xfa", b"\xca\xfe")


def _end_of_elf(head: bytes) -> int:
    """Where the last segment to load of an ELF file ends; 0 if the head does not say it."""
    if len(head) < 64:
        return 64

    def number(offset: int, length: int) -> int:
        return int.from_bytes(head[offset : offset + length], "little" if head[5] == 1 else "big")

    wide = head[4] == 2  # ELFCLASS64
    # e_phoff, e_phentsize and e_phnum; in each program header p_type, p_offset and p_filesz
    start = number(32, 8) if wide else number(28, 4)
    length, count = (number(54, 2), number(56, 2)) if wide else (number(42, 2), number(44, 2))
    ends = [0]
    for each in range(start, start + length * count, length or 1):
        if each + length > len(head):
            break
        if number(each, 4) == 1:  # PT_LOAD
            offset, bytes_in_file = (8, 32) if wide else (4, 16)
            width = 8 if wide else 4
            ends.append(number(each + offset, width) + number(each + bytes_in_file, width))
    return max(ends)


def lost_library(path: str, version: Version) -> str | None:
    """Which file of its standard library the interpreter in a file lacks, None if nothing is seen
    to be missing.

    As CPython's getpath does, this looks for os.py in the folders above the interpreter.
    """
    if len(version) < 2:
        return None
    minor = version_text(version[:2])
    names = [
        *(f"{lib}/python{minor}{flag}" for lib in ("lib", "lib64") for flag in ("", "t")),
        *(f"lib/pypy{minor}", f"lib-python/{version[0]}", f"lib-python/{minor}"),
    ]
    prefix = os.path.dirname(os.path.dirname(path))
    folder = prefix
    while True:
        if os.path.lexists(f"{folder}/lib/python{version[0]}{version[1]}.zip"):
            return None
        for name in names:
            found = f"{folder}/{name}"
            if _has_any(found, "os.py", "os.pyc"):
                lacks = not _has_any(found, "encodings")
                return f"{found}/encodings" if lacks else None
        if folder in ("/", ""):
            return f"{prefix}/lib/python{minor}/os.py"
        folder = os.path.dirname(folder)


def _has_any(folder: str, *names: str) -> bool:
    """Whether a folder may contain one of these: false only if that is certain."""
    for name in names:
        try:
            os.stat(f"{folder}/{name}")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            pass
        return True
    return False
