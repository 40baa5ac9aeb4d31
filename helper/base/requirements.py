"""Requirements as they are typed: names, files, or nothing that could be installed.

The names are those of PEP 508: name, extras, version or URL, marker. pip takes paths and URLs too.
"""

from __future__ import annotations

import os
import re

_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
_CLAUSE = r"(?:===?|~=|!=|<=?|>=?)\s*[A-Z0-9*+!._-]+"
_CLAUSES = rf"{_CLAUSE}(?:\s*,\s*{_CLAUSE})*"
_REQUIREMENT = re.compile(
    rf"\s*{_NAME}\s*(?:\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?"
    rf"\s*(?:{_CLAUSES}|\(\s*{_CLAUSES}\s*\)|@\s*\S+)?\s*(?:;\s*\S.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ARCHIVES = (
    ".whl",
    ".zip",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz",
    ".tar.xz",
    ".txz",
    ".tlz",
    ".tar",
)


def is_path(text: str) -> bool:
    """Whether pip takes it for a file or a directory: it has a slash, or an archive's ending."""
    text = without_marker(text)
    if "://" in text or re.match(rf"\s*{_NAME}\s*(?:\[[^]]*\])?\s*@", text, re.IGNORECASE):
        return False
    path = without_extras(text)
    return os.sep in path or path in (".", "..") or path.lower().endswith(_ARCHIVES)


def without_marker(text: str) -> str:
    """What is before `; python_version > "3"`."""
    return text.partition(";")[0].rstrip()


def without_extras(text: str) -> str:
    """The path in `./project[extra]`."""
    match = re.fullmatch(r"(.+?)\[[^][]*\]", text, re.DOTALL)
    return match[1] if match else text


def is_requirement(text: str) -> bool:
    """Whether it can be one that names a project or a URL: not what is no path."""
    url = text.partition(" ;")[0].strip()
    if "://" in url.partition("@")[0]:  # git+https://..., https://.../x.whl
        return not any(map(str.isspace, url))
    return _REQUIREMENT.fullmatch(text) is not None
