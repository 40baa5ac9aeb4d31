"""File formats of Python packaging: one reader and one writer each.

pyvenv.cfg (PEP 405, as CPython's site.py reads it), RECORD (PEP 376), METADATA (core metadata),
file URLs of direct_url.json (PEP 610), and the heads of installed scripts.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import is_utf8, read_or_nothing

if TYPE_CHECKING:
    from typing import Callable, Tuple

    Version = Tuple[int, ...]
    """The known parts of a version: (3, 12, 4), (3, 12) or ()."""


# ---- versions and names --------------------------------------------------------------------------


@lru_cache(maxsize=None)
def parse_version(text: str) -> Version:
    """The leading numbers of a version, three at most: `3.12.4.final.0` is (3, 12, 4)."""
    parts = []
    for part in text.strip().split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not 0 < len(digits) < 10:
            break
        parts.append(int(digits))
        if digits != part:  # 3.14.0rc1
            break
    return tuple(parts)


def version_of(name: str) -> Version:
    """(3, 12) of python3.12, the name of an interpreter or of a folder in lib."""
    for start in ("python", "pypy"):
        if name.startswith(start):
            return parse_version(name[len(start) :])
    return ()


def version_text(version: Version) -> str:
    """3.12.4 of (3, 12, 4)."""
    return ".".join(map(str, version))


@lru_cache(maxsize=4096)
def normalized(name: str) -> str:
    """The name of a project as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_name(text: str) -> bool:
    """Whether a text is the name of a project or of an extra, by the grammar of PEP 508."""
    return re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", text) is not None


# ---- pyvenv.cfg ----------------------------------------------------------------------------------


class Config(NamedTuple):
    """A pyvenv.cfg. venv writes `version`, uv `version_info`, virtualenv both."""

    problem: str | None
    """Why it cannot be read; None if it can."""
    home: str | None
    version: Version
    implementation: str | None
    system_site: bool
    creator: str | None = None
    """The tool that wrote it: `venv`, or `virtualenv` or `uv` with its version."""
    relocatable: bool = False
    """Whether its scripts find the interpreter beside them: `uv venv --relocatable`."""
    packages_for: Version = ()
    """The minor version that its packages are for, as `python-version` says (PEP 838, a draft)."""


def parse_config(text: str) -> Config:
    """Read the text of a pyvenv.cfg. Lines without `=` and unknown keys are ignored."""
    keys: dict[str, str] = {}
    if "\0" in text:  # a crash of the machine can leave such a file
        return Config("pyvenv.cfg contains zero bytes", None, (), None, False)
    for line in text.split("\n"):  # splitlines() ends lines at more characters
        key, equals, value = line.partition("=")
        if equals:
            keys.setdefault(key.strip().lower(), value.strip())  # the first `home` counts
    home = keys.get("home") or None
    packages_for = parse_version(keys.get("python-version") or "")[:2]
    version = parse_version(keys.get("version") or keys.get("version_info") or "") or packages_for
    system_site = keys.get("include-system-site-packages", "").lower()
    problem = None  # each tool writes these three keys: without one, a part of the file was lost
    if not is_utf8(text):
        problem = "pyvenv.cfg is not UTF-8"  # no Python starts with it
    elif home and len(version) < 2:
        problem = "pyvenv.cfg has no 'version', or only a part of it"
    elif home and system_site not in ("true", "false") and _is_cut_off(system_site):
        problem = "pyvenv.cfg has no 'include-system-site-packages', or only a part of it"
    return Config(
        problem=problem,
        home=home,
        version=version,
        implementation=keys.get("implementation"),
        system_site=system_site == "true",
        creator=next(
            (f"{name} {keys[name]}" for name in ("virtualenv", "uv") if name in keys), "venv"
        ),
        relocatable=keys.get("relocatable") == "true",
        packages_for=packages_for if len(packages_for) == 2 else (),
    )


def _is_cut_off(value: str) -> bool:
    return "true".startswith(value) or "false".startswith(value)


def changed_config(text: str, python: str, version: str, home: str) -> str:
    """The text of a pyvenv.cfg with another base interpreter. python: its file. version: its full
    version. home: the folder of the new `home`. All other lines stay as they are.
    """
    real, prefix = os.path.realpath(python), os.path.dirname(home)
    changes: dict[str, Callable[[str], str]] = {
        "home": lambda old: home,
        "executable": lambda old: real,
        "version": lambda old: version,
        # virtualenv writes 3.12.4.final.0, uv 3.12.4, or 3.12 in environments that it upgrades
        "version_info": lambda old: _like(old, version),
        "python-version": lambda old: version_text(parse_version(version)[:2]),
        "base-prefix": lambda old: prefix,
        "base-exec-prefix": lambda old: prefix,
        "base-executable": lambda old: real,
    }
    lines = text.split("\n")
    for index, line in enumerate(lines):
        key, equals, value = line.partition("=")
        change = changes.get(key.strip().lower())
        if equals and change:
            end = "\r" if line.endswith("\r") else ""
            lines[index] = f"{key.rstrip()} = {change(value.strip())}{end}"
    return "\n".join(lines)


def _like(old: str, version: str) -> str:
    """A version with as many parts as an old one."""
    parts = old.split(".")
    numbers = re.split(r"[^\d.]", version)[0].split(".")
    return ".".join([*numbers[: len(parts)], *parts[len(numbers) :]])


def new_config(path: str, python: str, version: str, system_site: bool) -> str:
    """The text of a pyvenv.cfg as venv writes it for an environment at path."""
    return (
        f"home = {os.path.dirname(python)}\n"
        f"include-system-site-packages = {'true' if system_site else 'false'}\n"
        f"version = {version}\n"
        f"executable = {os.path.realpath(python)}\n"
        f"command = {python} -m venv {path}\n"
    )


# ---- RECORD --------------------------------------------------------------------------------------

LARGEST = 1 << 22
"""Bytes of the largest RECORD that is read."""


def recorded_files(record: bytes) -> list[str]:
    """The paths in a RECORD, in its order. They may lead out of site-packages."""
    return [path for path, _ in recorded_entries(record)]


def recorded_entries(record: bytes) -> list[tuple[str, str]]:
    """The same with the hash and size of each, as in hash_and_size; `,` without them."""
    import csv
    from io import StringIO

    try:
        rows = csv.reader(StringIO(os.fsdecode(record), newline=""))
        return [(row[0], ",".join(row[1:3])) for row in rows if row]
    except csv.Error:  # a crash of the machine can leave zero bytes
        return []


def hash_and_size(data: bytes) -> str:
    """Hash and size of a file in the form of a RECORD: `sha256=hash,size`."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    digest = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
    return f"sha256={digest},{len(data)}"


def changed_record(record: str, change: Callable[[str], str | None]) -> str:
    """The text of a RECORD with some lines changed. change gets the path of each line and returns
    the new `sha256=hash,size`; None keeps the line, and `-` drops it. A line without a hash, such
    as that of the RECORD itself, stays.
    """
    lines = record.splitlines(True)
    for index, line in enumerate(lines):
        bare = line.rstrip("\r\n")
        where = bare.rpartition(",")[0].rpartition(",")[0]
        path = where[1:-1].replace('""', '"') if where.startswith('"') else where
        entry = change(path)
        if entry == "-":
            lines[index] = ""
        elif entry is not None and ",sha256=" in bare:
            lines[index] = f"{where},{entry}{line[len(bare) :]}"
    return "".join(lines)


# ---- METADATA ------------------------------------------------------------------------------------


def metadata_of(info: str) -> list[tuple[str, str]]:
    """The header fields in the metadata of a distribution: *.dist-info/METADATA,
    *.egg-info/PKG-INFO, or *.egg-info itself if that is a file. Empty if unreadable.
    """
    for file in (f"{info}/METADATA", f"{info}/PKG-INFO", info):
        fields = header_fields(read_or_nothing(file, 1 << 16))
        if fields:
            return fields
    return []


def header_fields(metadata: bytes) -> list[tuple[str, str]]:
    """The names and values in the header of METADATA."""
    head = os.fsdecode(metadata).replace("\r\n", "\n").partition("\n\n")[0]
    fields = [line.partition(":") for line in head.split("\n")]
    return [(key, value.strip()) for key, colon, value in fields if colon]


# ---- URLs ----------------------------------------------------------------------------------------


def path_of(url: str) -> str:
    """The path in a file URL; any other text as it is."""
    if not url.startswith("file:///"):
        return url
    from urllib.parse import unquote

    return unquote(url[len("file://") :], errors="surrogateescape")


def is_url(text: str) -> bool:
    """Whether a text is a URL with `://` of RFC 3986. Characters outside ASCII may stand in it; pip
    encodes them. Variables may stand for user and password (PEP 610). No host starts with `-`,
    which programs would take for an option.
    """
    user = r"(?:\$\{[A-Za-z0-9_-]+\}(?::\$\{[A-Za-z0-9_-]+\})?@)?"
    form = rf"[A-Za-z][A-Za-z0-9+.-]*://{user}(?![^/?#]*@-|-)[^\s\"<>\\^`{{|}}]*"
    return text.isprintable() and re.fullmatch(form, text) is not None


def is_plain_path(text: str) -> bool:
    """Whether a text is an absolute path that a line of a requirements file can hold: no control
    characters, no option or comment after a space, and no variable.
    """
    return text.startswith("/") and not re.search(rf"{_CONTROLS}|\s[-#;]|\$\{{", text)


_CONTROLS = "[\0-\x1f\x7f-\x9f\u2028\u2029\udc80-\udc9f]"
"""Characters that end lines or control terminals, also as bytes that are not UTF-8."""


def url_of(path: str) -> str:
    """The file URL of an absolute path."""
    from urllib.parse import quote

    return f"file://{quote(os.fsencode(path))}"


# ---- scripts -------------------------------------------------------------------------------------
# As pip writes them (its distlib, class ScriptMaker): `#!/path/python`, or if that is too long for
# the system or contains a space, `#!/bin/sh` and a line that sh and Python both accept.

_LONGEST = 512 if sys.platform == "darwin" else 127
_SHELL = (b"#!/bin/sh\n'''exec' ", b" \"$0\" \"$@\"\n' '''\n")


def script(interpreter: bytes, body: bytes) -> bytes:
    """A script for an interpreter: its head and its body."""
    # 3: `#!` and the end of the line
    if b" " not in interpreter and len(interpreter) + 3 <= _LONGEST:
        return b"#!" + interpreter + b"\n" + body
    if b" " in interpreter:
        interpreter = b'"' + interpreter + b'"'
    if body.startswith(b"\n"):  # up to pip 18 an empty line follows the short head
        body = body[1:]
    return interpreter.join(_SHELL) + body


def split_script(text: bytes) -> tuple[bytes, bytes] | None:
    """The interpreter and the body of a script; None if it has no such head."""
    before, after = _SHELL
    if text.startswith(before):
        interpreter, found, body = text[len(before) :].partition(after)
        return (interpreter.strip(b'"'), body) if found else None
    if not text.startswith(b"#!"):
        return None
    interpreter, _, body = text[2:].partition(b"\n")
    return interpreter, body
