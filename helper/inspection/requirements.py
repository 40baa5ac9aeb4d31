"""Requirements: those that the user types, and those that reinstall a distribution. Pure functions.

The names are those of PEP 508, versions those of PEP 440, direct references `name @ url` and pip's
`-e`; direct_url.json is that of PEP 610. pip takes paths and URLs too.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING
from helper.base.formats import normalized, path_of

if TYPE_CHECKING:
    from typing import Any, Iterable

    from helper.base.formats import Version
    from helper.inspection.distributions import Distribution

# ---- what the user types -------------------------------------------------------------------------

_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
_CLAUSE = r"(?:===?|~=|!=|<=?|>=?)\s*[A-Z0-9*+!._-]+"
_CLAUSES = rf"{_CLAUSE}(?:\s*,\s*{_CLAUSE})*"
_REQUIREMENT = (  # not compiled here: that would take 2 ms of every start
    rf"(?is)\s*{_NAME}\s*(?:\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?"
    rf"\s*(?:{_CLAUSES}|\(\s*{_CLAUSES}\s*\)|@\s*\S+)?\s*(?:;\s*\S.*)?"
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
    return "/" in path or path in (".", "..") or path.lower().endswith(_ARCHIVES)


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
    return re.fullmatch(_REQUIREMENT, text) is not None


# ---- what an environment has ---------------------------------------------------------------------

_VERSION = (
    r"(?i)v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?"
)
"""A version as PEP 440 has it. Others are compared as they are spelled, with `===`."""


def frozen(found: Iterable[Distribution], version: Version) -> list[Distribution]:
    """Those that `pip freeze` would show, by their names; what an environment of that Python
    brings anyway is left out.
    """
    own = {"pip"}
    if version < (3, 12):
        own |= {"setuptools", "distribute", "wheel", "pkg-resources"}
    # of two that are left of one project, the first counts, as it does for an import
    named = {normalized(each.name): each for each in reversed(list(found))}
    return [named[name] for name in sorted(named) if name not in own]


def requirement(each: Distribution) -> str:
    """The requirement that installs a distribution from where it came from.

    For one in editable mode it has `-e ` before it.
    """
    name = normalized(each.name)
    if each.origin is None:
        equals = "==" if re.fullmatch(_VERSION, each.version) else "==="
        return f"{name}{equals}{each.version}" if each.version else name
    url = str(each.origin.get("url", ""))
    if is_editable(each):
        if each.checkout is None:
            return f"-e {path_of(url)}"
        reference, within = each.checkout
        subdirectory = f"&subdirectory={within}" if within else ""
        return f"-e {reference}#egg={name.replace('-', '_')}{subdirectory}"
    fragments = []
    vcs, archive = each.origin.get("vcs_info"), each.origin.get("archive_info")
    if isinstance(vcs, dict):
        url = f"{vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}"
    elif isinstance(archive, dict):
        hashed = _hash(archive)
        fragments += [hashed] if hashed else []
    if each.origin.get("subdirectory"):
        fragments.append(f"subdirectory={each.origin['subdirectory']}")
    return f"{name} @ {url}{'#' if fragments else ''}{'&'.join(fragments)}"


def is_editable(each: Distribution) -> bool:
    """Whether it is installed in editable mode."""
    folder = (each.origin or {}).get("dir_info")
    return isinstance(folder, dict) and folder.get("editable") is True


def _hash(archive: dict[str, Any]) -> str | None:
    """`sha256=...`, of the older `hash` or the newer `hashes`."""
    if isinstance(archive.get("hash"), str):
        return str(archive["hash"])
    hashes = archive.get("hashes")
    if isinstance(hashes, dict) and hashes:
        kind = "sha256" if "sha256" in hashes else min(hashes)
        return f"{kind}={hashes[kind]}"
    return None
