"""Moving an environment: copying its tree, and rewriting every absolute path to it."""

from __future__ import annotations

import os
import re
import stat

from helper.base import formats
from helper.base.compat import TYPE_CHECKING
from helper.base.files import Copier, opened, replace_link, walk, write
from helper.base.formats import changed_record, hash_and_size, url_of
from helper.making import bytecode

if TYPE_CHECKING:
    from mmap import mmap
    from typing import Container

_LARGEST = 1 << 24
"""Bytes of the largest file that is treated as text."""
_START = rb"(?:(?<![\w.\x80-\xff])|(?<=-[ILR]))"
"""Comes before the path of an environment, which must not be the end of another path; it may be the
value of a compiler's option."""
_END = rb"(?=[/\"'`\s:;,)\]}<>|&#\\]|$)"
"""Comes after it: it must not be the start of another path."""


def is_tame(path: str) -> bool:
    """Whether a path stands for itself within any quotes, so that it can replace another one."""
    return not any(char in "\"'`$\\!" for char in path)


def copy_tree(source: str, target: str, share: bool, shared: Container[str] | None = None) -> None:
    """Copy a tree. share: whether to make hard links where the file system allows them; whoever
    changes such a file has to replace it. shared: the files for which to make them, relative to the
    tree; None for all. Raises OSError.
    """
    copier, plain = Copier(share), Copier(share=False)
    modes = []
    for folder, names in walk(source):
        os.mkdir(f"{target}{folder}")
        modes.append((f"{target}{folder}", _mode(f"{source}{folder}")))
        for name in names:
            file = f"{folder}/{name}"
            use = copier if shared is None or file[1:] in shared else plain
            use.copy(f"{source}{file}", f"{target}{file}")
    if copier.coarse or plain.coarse:
        bytecode.correct(source, target)
    for place, mode in reversed(modes):  # last: nobody may write to some folders
        os.chmod(place, mode)


def rewrite(tree: str, old: str, new: str) -> list[str]:
    """Replace the old path with the new one in all text files and links of a tree, wherever that
    tree is; RECORDs (PEP 376) get the new hashes. Compiled files stay: Python corrects the path in
    them. Returns the files that contain the old path and are not text. Raises OSError.
    """
    change = _Change(old, new)
    left = []
    changed: dict[str, bytes] = {}
    lists = []
    for file in [f"{tree}{folder}/{name}" for folder, names in walk(tree) for name in names]:
        if os.path.islink(file):
            target = os.readlink(file)
            moved = change.path(target)
            if moved != target:
                replace_link(file, moved, _temporary_for(file))
            continue
        found = os.lstat(file)
        if not stat.S_ISREG(found.st_mode) or file.endswith(".pyc"):
            continue
        if file.endswith(".dist-info/RECORD"):
            lists.append(file)
        data = _read(file, found.st_size)
        if not change.concerns(data):
            continue
        if b"\0" in data[:_LARGEST] or found.st_size > _LARGEST:
            left.append(file[len(tree) + 1 :])
            continue
        changed[file] = change.text(bytes(data), os.path.basename(file))
        _replace(file, changed[file])
    if changed:
        for file in lists:
            _correct_record(file, changed)
    return left


def _correct_record(file: str, changed: dict[str, bytes]) -> None:
    """Write hash and size of the changed files into a RECORD that lists them."""
    site = os.path.dirname(os.path.dirname(file))
    record = bytes(_read(file, 0)).decode("utf-8", "surrogateescape")

    def entry(name: str) -> str | None:
        data = changed.get(os.path.normpath(f"{site}/{name}"))
        return hash_and_size(data) if data is not None else None

    corrected = changed_record(record, entry)
    if corrected != record:
        _replace(file, corrected.encode("utf-8", "surrogateescape"))


def _read(path: str, size: int) -> bytes | mmap:
    """The contents of a file; a large one is mapped, not read."""
    with opened(path) as file:
        if size <= _LARGEST:
            return file.read()
        from mmap import ACCESS_READ, mmap

        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _replace(path: str, data: bytes) -> None:
    """Replace a file in one step, also in a folder that nobody may write to."""
    folder = os.path.dirname(path)
    closed = _mode(folder)
    try:
        if not closed & stat.S_IWUSR:
            os.chmod(folder, closed | stat.S_IWUSR)
        write(path, data, _temporary_for(path), _mode(path))
    finally:
        if not closed & stat.S_IWUSR:
            os.chmod(folder, closed)


def _mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def _temporary_for(path: str) -> str:
    return os.path.join(os.path.dirname(path), f".multivenv-{os.urandom(8).hex()}")


# ---- the text of a file --------------------------------------------------------------------------


class _Change:
    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = os.fsencode(old), os.fsencode(new)
        self._name = os.path.basename(self._old)
        # as a path, and as it reads in a URL
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
        """The new text of a file of that name. The new path may begin with the old one: marks stand
        for it until the end, so that nothing is replaced twice.
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
            if activation:  # newer scripts quote the path only where it needs that
                pattern = rb"(?m)(?<=[ =])" + ours + re.escape(old) + rb"(?=[\s;]|$)"
                data = re.sub(pattern, word, data)
            data = re.sub(ours + re.escape(old) + _END, mark, data)
        if activation or name == "pyvenv.cfg":
            data = self._with_name(data, name)
        for mark, new in marks.items():
            data = data.replace(mark, new)
        return data if head is None else formats.script(head, data)

    def _with_name(self, data: bytes, file: str) -> bytes:
        """With the environment's name in the prompt."""
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
    """Replace the text behind the group of a pattern."""
    return re.sub(pattern, lambda match: match[1] + new, data)


def _quoted(text: bytes) -> bytes:
    """A tame text as a word for any shell."""
    return text if re.fullmatch(rb"[\w@%+=:,./-]+", text) else b"'" + text + b"'"
