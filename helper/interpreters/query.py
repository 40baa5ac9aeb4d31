"""Interpreters: what one is, asked of itself once and remembered.

What it answered is kept in the cache, and holds as long as its file has the same size and time.
That memory has a line for each, which completion reads too: what it calls itself, its version,
implementation, flags and library; then what this holds for: size, time, the settings if it is a
shim, and the file that was asked, every link resolved.
"""

from __future__ import annotations

import json
import os
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import current_folder, drop, read, read_or_nothing, same
from helper.base.formats import parse_config, parse_version

if TYPE_CHECKING:
    from typing import Mapping

    from helper.base.formats import Version

TIME_LIMIT = 20
"""Seconds that an interpreter has to say what it is. A shim needs a tenth of one."""
_SILENCE = 3600
"""Seconds after which a shim that had no answer is asked again."""

MEMORY = "interpreters"
_HEAD = "multivenv interpreters 1"
_MOST = 200
"""Lines of the memory that are kept. A shim has one for each setting that it was asked in."""

# For any Python from 2.7 on. `executable` is what the interpreter calls itself, so for a shim it
# is the interpreter behind it; not resolved further, as venv does not either.
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


class Interpreter(NamedTuple):
    """A base interpreter."""

    path: str
    text: str
    """The version in full, such as 3.14.0rc1."""
    implementation: str
    """As sys.implementation.name has it."""
    flags: str
    """sys.abiflags: `t` for a free-threaded build."""
    library: str
    """Where its standard library is."""

    @property
    def version(self) -> Version:
        """The numbers of its version."""
        return parse_version(self.text)

    @property
    def minor(self) -> str:
        """Such as 3.12."""
        return ".".join(map(str, self.version[:2]))

    @property
    def called(self) -> str:
        """What it is called in messages."""
        product = self.product.replace("CPython", "Python")
        return f"{product} {self.text}{'t' if 't' in self.flags else ''}"

    @property
    def product(self) -> str:
        """Its implementation as people write it."""
        names = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}
        return names.get(self.implementation, self.implementation)

    @property
    def has_venv(self) -> bool:
        """Whether it has the module venv; looked up each time: an installation may bring it."""
        return os.path.exists(f"{self.library}/venv/__init__.py")

    @property
    def has_ensurepip(self) -> bool:
        """Whether it has the module ensurepip, which distributions package by itself."""
        return os.path.exists(f"{self.library}/ensurepip/__init__.py")


UNKNOWN = Interpreter("", "", "", "", "")
"""In the place of one that is yet to be chosen."""


class Interpreters:
    """Asks interpreters what they are, and remembers in a cache folder what they said."""

    def __init__(self, cache: str, environ: Mapping[str, str]) -> None:
        self._file = f"{cache}/{MEMORY}"
        self._environ = environ
        self._context: str | None = None
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._new = False
        try:
            with open(self._file, encoding="utf-8", errors="surrogateescape") as file:
                head, *lines = file.read().split("\n")
        except OSError:
            return
        if head == _HEAD:
            for words in [line.split("|") for line in lines]:
                if len(words) == 9:
                    self._known[tuple(words[5:])] = tuple(words[:5])

    def ask(self, file: str, depth: int = 0) -> Interpreter | None:
        """The base interpreter behind a file: the file itself, that of the environment which the
        file belongs to, or the one that a shim starts. None if it does not answer, as a shim may
        not.
        """
        file = base_of(os.path.abspath(file))
        real = os.path.realpath(file)
        key = self._key(file, real)
        if key is None:
            return None
        kept = key[2] != _NOWHERE
        answer = self._known.pop(key, None)
        if answer is None or not _holds(answer):
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
            self._known[key] = answer  # at the end: the ones used last are kept
        path, *rest = answer
        if not path or depth > 4:
            return None
        if not same(path, file):
            return self.ask(path, depth + 1)
        return Interpreter(_settled(file if path == real else path), *rest)

    def _key(self, file: str, real: str) -> tuple[str, ...] | None:
        """What an answer holds for. None if there is no such file."""
        try:
            stat = os.stat(real)
        except OSError:
            return None
        stamp = (str(stat.st_size), str(stat.st_mtime_ns))
        if not _is_shim(file, real):
            return (*stamp, "", real)
        if self._context is None:
            self._context = _context(self._environ)
        return (*stamp, self._context, file)

    def save(self) -> None:
        """Write down what was asked anew. A cache that cannot be written is no matter."""
        if not self._new:
            return
        lines = ["|".join((*answer, *key)) for key, answer in self._known.items()]
        lines = [line for line in lines if line.count("|") == 8 and "\n" not in line]
        temporary = f"{self._file}.{os.getpid():x}"
        try:
            os.makedirs(os.path.dirname(self._file), exist_ok=True)
            with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write("\n".join([_HEAD, *lines[-_MOST:], ""]))
            os.replace(temporary, self._file)
        except OSError:
            drop(temporary)


def base_of(file: str) -> str:
    """The base interpreter, if the file belongs to an environment, else the file itself.

    Asking the environment's own interpreter does not do: before Python 3.11 it names itself.
    """
    for _ in range(8):  # an environment's base may be another environment's python
        folder, name = os.path.split(file)
        try:
            config = parse_config(os.fsdecode(read(f"{os.path.dirname(folder)}/pyvenv.cfg")))
        except OSError:
            break
        if not config.home:
            break
        names = ["python" + ".".join(map(str, config.version[:2])), name, "python3", "python"]
        bases = [f"{config.home}/{name}" for name in names]
        found = next((base for base in bases if os.access(base, os.X_OK)), None)
        if found is None:
            break
        file = found
    return file


def _holds(answer: tuple[str, ...]) -> bool:
    """Whether a remembered answer still counts: that of an interpreter, or when there was none.

    Its library may have been found by a link that is gone, while the interpreter is still there.
    """
    path, text, _, _, library = answer
    if path:
        return os.path.exists(path) and os.path.exists(library)
    return text.isdigit() and 0 <= time.time() - int(text) < _SILENCE


def _is_shim(file: str, real: str) -> bool:
    """Whether it decides by itself what to start: a script, or a link to another program."""
    if read_or_nothing(real, 2) == b"#!":
        return True
    names = ("python", "pypy", "graalpy")
    called, is_called = os.path.basename(file), os.path.basename(real).lower()
    return called.startswith(names) and not is_called.startswith(names)


def _settled(path: str) -> str:
    """Of several names in one folder the last that a link leads to: /usr/bin/python3.11, where
    /usr/bin/python3 will be another one some day.
    """
    for _ in range(8):
        try:
            link = os.readlink(path)
        except OSError:
            break
        if "/" in link:
            break
        path = os.path.join(os.path.dirname(path), link)
    return path


def _start(file: str) -> tuple[str, ...] | None:
    """Start an interpreter and ask what it is."""
    import subprocess

    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environ.pop("VIRTUAL_ENV", None)
    # a shim is a script for a shell that it finds there
    environ["PATH"] = ":".join(filter(None, (environ.get("PATH"), "/usr/bin:/bin")))
    try:
        answer = subprocess.run(
            [file, "-E", "-s", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIME_LIMIT,
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
"""In the place of the settings where there is no current directory: nothing is remembered of it."""


def _context(environ: Mapping[str, str]) -> str:
    """What version managers' shims decide by: variables, and files here, above and at home."""
    from binascii import crc32

    seen = [item for item in sorted(environ.items()) if item[0].startswith(_SETTINGS)]
    home = environ.get("HOME", "/")
    config = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    pyenv = environ.get("PYENV_ROOT") or f"{home}/.pyenv"
    asdf = environ.get("ASDF_DATA_DIR") or f"{home}/.asdf"
    files = [f"{pyenv}/version", f"{pyenv}/versions", f"{asdf}/installs/python"]
    files += [f"{home}/.tool-versions", f"{config}/mise/config.toml"]
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
            stat = os.stat(file)
        except OSError:
            continue
        seen.append((file, f"{stat.st_size} {stat.st_mtime_ns}"))
    return f"{crc32(repr(seen).encode('utf-8', 'surrogateescape')):08x}"
