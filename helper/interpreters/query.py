"""Interpreters: each is asked once for its version and the like.

The cache keeps its answer, which holds while its file has the same size and time. Each line, which
completion reads too, has nine fields: its name for itself, version, implementation, flags and
library; then size, time, the settings of a shim, and the file asked, every link resolved.
"""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import (
    current_folder,
    is_own,
    is_settled,
    read,
    read_or_nothing,
    same,
    write,
)
from helper.base.formats import parse_config, parse_version, version_text
from helper.interpreters.search import manager_folders

if TYPE_CHECKING:
    from typing import Mapping

    from helper.base.formats import Version

ANSWER_LIMIT = 20
"""Seconds for an interpreter to answer. A shim needs a tenth of one."""
_SILENCE = 3600
"""Seconds before asking a shim again that did not answer."""

MEMORY = "interpreters"
_HEAD = "multivenv interpreters 1"
_MOST = 200
"""Lines in the cache. A shim has one for each of its settings."""

# For Python 2.7 and newer. `executable` is the interpreter's name for itself: for a shim, the
# interpreter behind it. Its links stay, as in venv.
_QUESTION = """\
import json, os, sys
print(json.dumps([
    getattr(sys, "_base_executable", None) or sys.executable,
    sys.version.split()[0],
    hasattr(sys, "implementation") and sys.implementation.name
    or ("__pypy__" in sys.builtin_module_names and "pypy" or "cpython"),
    getattr(sys, "abiflags", ""),
    os.path.dirname(os.path.abspath(os.__file__)),
]))
"""


_PRODUCTS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def called(implementation: str) -> str:
    """The name of an implementation in messages, such as Python or PyPy."""
    return _PRODUCTS.get(implementation, implementation).replace("CPython", "Python")


class Interpreter(NamedTuple):
    """A base interpreter."""

    path: str
    text: str
    """The version in full, such as 3.14.0rc1."""
    implementation: str
    """sys.implementation.name."""
    flags: str
    """sys.abiflags: `t` for a free-threaded build."""
    library: str
    """The folder of its standard library."""

    @property
    def version(self) -> Version:
        """The numbers of its version."""
        return parse_version(self.text)

    @property
    def minor(self) -> str:
        """Such as 3.12."""
        return version_text(self.version[:2])

    @property
    def identity(self) -> tuple[str, ...]:
        """The same for all paths of an interpreter."""
        return os.path.realpath(self.library), self.text, self.flags

    @property
    def called(self) -> str:
        """Its name in messages, such as Python 3.13.0t."""
        return f"{called(self.implementation)} {self.text}{'t' if 't' in self.flags else ''}"

    @property
    def product(self) -> str:
        """The name of its implementation, such as PyPy."""
        return _PRODUCTS.get(self.implementation, self.implementation)

    @property
    def has_venv(self) -> bool:
        """Whether it has the module venv. Not cached: the user may install that."""
        return os.path.exists(f"{self.library}/venv/__init__.py")

    @property
    def has_ensurepip(self) -> bool:
        """Whether it has the module ensurepip, a separate package of some distributions."""
        return os.path.exists(f"{self.library}/ensurepip/__init__.py")


UNKNOWN = Interpreter("", "", "", "", "")
"""A placeholder until one is chosen."""


class Interpreters:
    """Asks interpreters what they are, and remembers their answers in the cache."""

    def __init__(self, cache: str, environ: Mapping[str, str]) -> None:
        self.cache = cache
        self.environ = environ
        self._context: str | None = None
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._new = False
        file = f"{cache}/{MEMORY}"
        data = read_or_nothing(file, 1 << 22) if is_own(file) else b""
        text = data.decode("utf-8", "surrogateescape")
        head, *lines = text.split("\n")
        if head == _HEAD:
            for words in [line.split("|") for line in lines]:
                if len(words) == 9:
                    self._known[tuple(words[5:])] = tuple(words[:5])

    def ask(self, file: str, depth: int = 0) -> Interpreter | None:
        """The base interpreter behind a file: the file itself, that of the environment with the
        file, or the one that a shim starts. None if it does not answer; a shim need not.
        """
        file = base_of(os.path.abspath(file))
        real = os.path.realpath(file)
        key = self._key(file, real)
        if key is None:
            return None
        kept = key[2] != _NOWHERE
        answer = self._known.pop(key, None)
        if answer is None or not _is_current(answer):
            answer = _start(file)
            if answer is None:
                # `pyenv: python3.9: command not found` is an answer, a crash is none
                if not _is_shim(file, real):
                    return None
                answer = ("", str(int(time.time())), "", "", "")
            elif answer[0] == file:
                answer = (real, *answer[1:])
            self._new = self._new or kept
        if kept:
            self._known[key] = answer  # at the end: `save` keeps the last ones
        path, *rest = answer
        if not path or depth > 4:
            return None
        if not same(path, file):
            return self.ask(path, depth + 1)
        return Interpreter(_versioned_name(file if path == real else path), *rest)

    def _key(self, file: str, real: str) -> tuple[str, ...] | None:
        """The key of an answer. None if the file does not exist."""
        try:
            found = os.stat(real)
        except OSError:
            return None
        stamp = (str(found.st_size), str(found.st_mtime_ns))
        if not is_settled(found):
            return (*stamp, _NOWHERE, file)
        if not _is_shim(file, real):
            return (*stamp, "", real)
        if self._context is None:
            self._context = _shim_settings(self.environ)
        return (*stamp, self._context, file)

    def save(self) -> None:
        """Save the answers, if new ones came. Best effort: failure to write is ignored."""
        if not self._new:
            return
        lines = ["|".join((*answer, *key)) for key, answer in self._known.items()]
        lines = [line for line in lines if line.count("|") == 8 and "\n" not in line]
        text = "\n".join([_HEAD, *lines[-_MOST:], ""])
        file = f"{self.cache}/{MEMORY}"
        try:
            os.makedirs(self.cache, exist_ok=True)
            write(file, text.encode("utf-8", "surrogateescape"), f"{file}.{os.getpid():x}")
        except OSError:
            pass


def base_of(file: str) -> str:
    """The base interpreter if the file belongs to an environment, else the file itself.

    The environment's own interpreter cannot tell: before Python 3.11 it names itself.
    """
    for _ in range(8):  # the base may be the python of another environment
        folder, name = os.path.split(file)
        try:
            config = parse_config(os.fsdecode(read(f"{os.path.dirname(folder)}/pyvenv.cfg")))
        except OSError:
            break
        if not config.home:
            break
        names = (f"python{version_text(config.version[:2])}", name, "python3", "python")
        bases = [f"{config.home}/{each}" for each in names]
        found = [base for base in bases if os.access(base, os.X_OK)]
        if not found:
            break
        file = found[0]
    return file


def _is_current(answer: tuple[str, ...]) -> bool:
    """Whether an answer from the cache still holds. The text of no answer is its time."""
    path, text, _, _, library = answer
    if path:  # the path of the library may lead through a link that is gone
        return os.path.exists(path) and os.path.exists(library)
    return text.isdigit() and 0 <= time.time() - int(text) < _SILENCE


def _is_shim(file: str, real: str) -> bool:
    """Whether a file chooses an interpreter: a script, or a link to another program."""
    if read_or_nothing(real, 2) == b"#!":
        return True
    names = ("python", "pypy", "graalpy")
    called, is_called = os.path.basename(file), os.path.basename(real).lower()
    return called.startswith(names) and not is_called.startswith(names)


def _versioned_name(path: str) -> str:
    """The end of the links within the folder: /usr/bin/python3.11 of /usr/bin/python3, which will
    lead to another one some day.
    """
    for _ in range(8):
        link = os.readlink(path) if os.path.islink(path) else "/"
        if "/" in link:
            break
        path = os.path.join(os.path.dirname(path), link)
    return path


def _start(file: str) -> tuple[str, ...] | None:
    """Start an interpreter and ask it. None if it does not answer."""
    import json
    import subprocess

    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environ.pop("VIRTUAL_ENV", None)
    # shims are scripts that need a shell
    environ["PATH"] = ":".join(filter(None, (environ.get("PATH"), "/usr/bin:/bin")))
    try:
        answer = subprocess.run(
            [file, "-E", "-s", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ANSWER_LIMIT,
            env=environ,
            check=True,
        ).stdout
        words = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    good = isinstance(words, list) and len(words) == 5 and all(isinstance(w, str) for w in words)
    return tuple(words) if good and words[0].startswith("/") and parse_version(words[1]) else None


_SETTINGS = ("PATH", "PYENV_", "ASDF_", "MISE_", "RTX_")
_SETTING_FILES = (
    *(".python-version", ".tool-versions", "mise.toml", ".mise.toml", "mise.local.toml"),
    *(".mise.local.toml", "mise/config.toml", ".mise/config.toml", ".config/mise.toml"),
    *(".config/mise/config.toml", ".config/mise/conf.d"),
)
_NOWHERE = "?"
"""The settings of a shim in a deleted directory: its answer is not saved."""


def _shim_settings(environ: Mapping[str, str]) -> str:
    """A checksum of all that shims of version managers read: variables, and files in the current
    directory, above it and at home.
    """
    from binascii import crc32

    seen = [item for item in sorted(environ.items()) if item[0].startswith(_SETTINGS)]
    home = environ.get("HOME", "")
    config = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    managers = manager_folders(environ)
    files = [f"{managers['pyenv']}/version", f"{managers['pyenv']}/versions"]
    files += [f"{managers['asdf']}/installs/python", f"{home}/.tool-versions"]
    files.append(f"{config}/mise/config.toml")
    try:
        folder = current_folder(environ)
    except OSError:
        return _NOWHERE
    while True:
        files += [f"{folder}/{name}" for name in _SETTING_FILES]
        if folder == "/":
            break
        folder = os.path.dirname(folder)
    for file in files:
        try:
            found = os.stat(file)
        except OSError:
            continue
        if not is_settled(found):
            return _NOWHERE
        seen.append((file, f"{found.st_size} {found.st_mtime_ns}"))
    return f"{crc32(repr(seen).encode('utf-8', 'surrogateescape')):08x}"
