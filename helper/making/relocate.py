"""Moving an environment: every absolute path to it that its files hold."""

from __future__ import annotations

import os
import re
import stat

from helper.base import formats
from helper.base.compat import TYPE_CHECKING
from helper.base.files import Copier, replace_link, write
from helper.base.formats import changed_record, hash_and_size, url_of

if TYPE_CHECKING:
    from mmap import mmap
    from typing import Iterator

_LARGEST = 1 << 24
"""Bytes of the largest text file that is looked into."""
_START = rb"(?:(?<![\w.\x80-\xff])|(?<=-[ILR]))"
"""What may come before the path of an environment, so that it is not the end of another one's; it
may be the value of a compiler's option."""
_END = rb"(?=[/\"'`\s:;,)\]}<>|&#\\]|$)"
"""What may come after it, so that it is not the start of another one's."""


def is_tame(path: str) -> bool:
    """Whether a path means itself between any quotes, so that it can be written in place of another
    one that does.
    """
    return not any(char in "\"'`$\\!" for char in path)


def copy(source: str, target: str, share: bool) -> None:
    """Copy a tree. share: whether to make hard links where the file system allows them; whoever
    changes such a file has to replace it. Raises OSError.
    """
    copier = Copier(share)
    os.mkdir(target)
    modes = [(target, stat.S_IMODE(os.stat(source).st_mode))]
    for folder, folders, names in os.walk(source, onerror=_raise):
        place = target + folder[len(source) :]
        for name in folders:
            if os.path.islink(f"{folder}/{name}"):
                os.symlink(os.readlink(f"{folder}/{name}"), f"{place}/{name}")
            else:
                os.mkdir(f"{place}/{name}")
                modes.append((f"{place}/{name}", stat.S_IMODE(os.stat(f"{folder}/{name}").st_mode)))
        for name in names:
            copier.copy(f"{folder}/{name}", f"{place}/{name}")
    for place, mode in reversed(modes):  # last: nobody may write to some folders
        os.chmod(place, mode)


def _raise(error: OSError) -> None:
    raise error


def rewrite(tree: str, old: str, new: str) -> list[str]:
    """Write the new path for the old one in all text files and links of a tree, wherever that tree
    is. Returns the files that hold the old path and are no text. Raises OSError.

    RECORDs get the new hashes. Compiled files are left alone: Python corrects the path in them.
    """
    change = _Change(old, new)
    left = []
    changed: dict[str, bytes] = {}
    for file in _files(tree):
        if os.path.islink(file):
            target = os.readlink(file)
            moved = change.path(target)
            if moved != target:
                replace_link(file, moved, _beside(file))
            continue
        found = os.lstat(file)
        if not stat.S_ISREG(found.st_mode) or file.endswith(".pyc"):
            continue
        data = _read(file, found.st_size)
        if not change.concerns(data):
            continue
        if b"\0" in data[:_LARGEST] or found.st_size > _LARGEST:
            left.append(file[len(tree) + 1 :])
            continue
        changed[file] = change.text(bytes(data), os.path.basename(file))
        _replace(file, changed[file], stat.S_IMODE(found.st_mode))
    _correct_records(tree, changed)
    return left


def _read(path: str, size: int) -> bytes | mmap:
    """What is in a file; a large one is not read as a whole."""
    with open(path, "rb") as file:
        if size <= _LARGEST:
            return file.read()
        from mmap import ACCESS_READ, mmap

        return mmap(file.fileno(), 0, access=ACCESS_READ)


class _Change:
    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = os.fsencode(old), os.fsencode(new)
        self._name = os.path.basename(self._old)
        # as it is, and as a URL has it
        self._pairs = [(self._old, self._new)]
        old_url, new_url = url_of(old).encode(), url_of(new).encode()
        if old_url[len(b"file://") :] != self._old:
            self._pairs.append((old_url, new_url))
        elif new_url[len(b"file://") :] != self._new:
            self._pairs.insert(0, (old_url, new_url))

    def concerns(self, data: bytes | mmap) -> bool:
        return any(data.find(old) >= 0 for old, _ in self._pairs)

    def path(self, text: str) -> str:
        data = os.fsencode(text)
        inside = data == self._old or data.startswith(self._old + b"/")
        return os.fsdecode(self._new + data[len(self._old) :]) if inside else text

    def text(self, data: bytes, name: str) -> bytes:
        """The text of a file of that name. The new path may begin with the old one, so nothing that
        was put in is looked at again: marks stand for it until the end.
        """
        parts, head = formats.split_script(data), None
        if parts is not None and parts[0].startswith(self._old + b"/"):
            head, data = self._new + parts[0][len(self._old) :], parts[1]
        marks = {}
        activation = name.lower().startswith("activate")
        for number, (old, new) in enumerate(self._pairs):
            mark, word = b"\0%d\0" % number, b"\0q%d\0" % number
            marks.update({mark: new, word: _quoted(new)})
            ours = _START + (b"(?!" + re.escape(new) + _END + b")" if new.startswith(old) else b"")
            if activation:  # newer scripts have it without quotes, where it needs none
                pattern = rb"(?m)(?<=[ =])" + ours + re.escape(old) + rb"(?=[\s;]|$)"
                data = re.sub(pattern, word, data)
            data = re.sub(ours + re.escape(old) + _END, mark, data)
        if activation or name == "pyvenv.cfg":
            data = self._with_name(data, name)
        for mark, new in marks.items():
            data = data.replace(mark, new)
        return data if head is None else formats.script(head, data)

    def _with_name(self, data: bytes, file: str) -> bytes:
        """The prompt, which is the environment's name."""
        old, new = re.escape(self._name), os.path.basename(self._new)
        if file == "pyvenv.cfg":
            return _put(rb"(?m)^(prompt = ['\"]?)" + old + rb"(?=['\"]?\r?$)", new, data)
        bare = _quoted(new)
        for pattern, name in (
            (rb"(\"\(\")" + old + rb"(?=\"\))", bare),  # "("NAME")
            (rb"(\()" + old + rb"(?=\) )", new),
            (rb"(?m)(VIRTUAL_ENV_PROMPT[ =])" + old + rb"(?=\r?$)", bare),
            (rb"(?m)(VIRTUAL_ENV_PROMPT[ =]['\"])" + old + rb"(?=['\"]\r?$)", new),
            (rb"(\(set_color \w+\) )" + old + rb"(?= \(set_color)", bare),  # fish
            (rb"(\(set_color \w+\) \")" + old + rb"(?=\" \(set_color)", new),
            (rb"(env_name = \"|if \(\")" + old + rb"(?=\")", new),  # csh, up to Python 3.7
        ):
            data = _put(pattern, name, data)
        return data


def _put(pattern: bytes, new: bytes, data: bytes) -> bytes:
    """Replace what comes after the group of a pattern."""
    return re.sub(pattern, lambda match: match[1] + new, data)


def _quoted(text: bytes) -> bytes:
    """A tame text as a word for any shell."""
    return text if re.fullmatch(rb"[\w@%+=:,./-]+", text) else b"'" + text + b"'"


def _files(tree: str) -> Iterator[str]:
    for folder, folders, files in os.walk(tree):
        for name in files:
            yield f"{folder}/{name}"
        for name in folders:
            if os.path.islink(f"{folder}/{name}"):
                yield f"{folder}/{name}"


def _replace(path: str, data: bytes, mode: int) -> None:
    folder = os.path.dirname(path)
    closed = stat.S_IMODE(os.stat(folder).st_mode)
    try:
        if not closed & stat.S_IWUSR:
            os.chmod(folder, closed | stat.S_IWUSR)
        write(path, data, _beside(path), mode)
    finally:
        if not closed & stat.S_IWUSR:
            os.chmod(folder, closed)


def _beside(path: str) -> str:
    return os.path.join(os.path.dirname(path), f".multivenv-{os.urandom(8).hex()}")


def _correct_records(tree: str, changed: dict[str, bytes]) -> None:
    """Write hash and size of the changed files into the RECORDs (PEP 376) that list them."""
    if not changed:
        return
    for file in _files(tree):
        if not file.endswith(".dist-info/RECORD"):
            continue
        site = os.path.dirname(os.path.dirname(file))
        with open(file, encoding="utf-8", errors="surrogateescape", newline="") as opened:
            record = opened.read()

        def entry(name: str, site: str = site) -> str | None:
            data = changed.get(os.path.normpath(f"{site}/{name}"))
            return hash_and_size(data) if data is not None else None

        text = changed_record(record, entry).encode("utf-8", "surrogateescape")
        _replace(file, text, stat.S_IMODE(os.lstat(file).st_mode))
