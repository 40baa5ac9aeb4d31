"""Distributions as requirements, the way `pip freeze` writes them: a pure function.

The forms are those of PEP 440 direct references (`name @ url`), of pip's `-e`, and of
direct_url.json (PEP 610). Names are normalised (PEP 503), so that lines compare.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING
from helper.base.urls import path_of

if TYPE_CHECKING:
    from typing import Any, Iterable

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Version


_VERSION = re.compile(
    r"v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)
"""A version as PEP 440 has it. Others are compared as they are spelled, with `===`."""


def normalised(name: str) -> str:
    """The name of a project as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def frozen(found: Iterable[Distribution], version: Version) -> list[Distribution]:
    """Those that `pip freeze` would show, by their names; what an environment of that Python
    brings anyway is left out.
    """
    own = {"pip"}
    if version < (3, 12):
        own |= {"setuptools", "distribute", "wheel", "pkg-resources"}
    # of two that are left of one project, the first counts, as it does for an import
    named = {normalised(each.name): each for each in reversed(list(found))}
    return [named[name] for name in sorted(named) if name not in own]


def requirement(each: Distribution) -> str:
    """The requirement that installs a distribution from where it came from.

    For one in editable mode it has `-e ` before it.
    """
    name = normalised(each.name)
    if each.origin is None:
        equals = "==" if _VERSION.fullmatch(each.version) else "==="
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
