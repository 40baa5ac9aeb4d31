"""Requirements: the words that the user types, and the lines that reinstall a distribution. Pure.

Formats: names and direct references `name @ url` of PEP 508, versions of PEP 440, `-e` of pip,
direct_url.json of PEP 610. pip also accepts paths and URLs.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING
from helper.base.formats import normalized

if TYPE_CHECKING:
    from typing import Any, Iterable

    from helper.base.formats import Version
    from helper.inspection.distributions import Distribution

_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
_CLAUSE = r"(?:===?|~=|!=|<=?|>=?)\s*[A-Z0-9*+!._-]+"
_CLAUSES = rf"{_CLAUSE}(?:\s*,\s*{_CLAUSE})*"
_REQUIREMENT = (  # not compiled here: that would take 2 ms of every start
    rf"(?is)\s*{_NAME}\s*(?:\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?"
    rf"\s*(?:{_CLAUSES}|\(\s*{_CLAUSES}\s*\)|@\s*\S+)?\s*(?:;\s*\S.*)?"
)
_ARCHIVES = (
    *(".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz"),
)


def is_path(text: str) -> bool:
    """Whether pip reads it as a file or directory: it contains a slash or ends as an archive."""
    text = without_marker(text)
    if "://" in text or re.match(rf"\s*{_NAME}\s*(?:\[[^]]*\])?\s*@", text, re.IGNORECASE):
        return False
    path = without_extras(text)
    return "/" in path or path in (".", "..") or path.lower().endswith(_ARCHIVES)


def without_marker(text: str) -> str:
    """The text before `; python_version > "3"`."""
    return text.partition(";")[0].rstrip()


def without_extras(text: str) -> str:
    """The path in `./project[extra]`."""
    match = re.fullmatch(r"(.+?)\[[^][]*\]", text, re.DOTALL)
    return match[1] if match else text


def is_requirement(text: str) -> bool:
    """Whether a text that is not a path can be a requirement: a project or a URL."""
    url = text.partition(" ;")[0].strip()
    if "://" in url.partition("@")[0]:  # git+https://..., https://.../x.whl
        return not any(map(str.isspace, url))
    return re.fullmatch(_REQUIREMENT, text) is not None


# ---- what an environment has ---------------------------------------------------------------------

_VERSION = (
    r"(?i)v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?"
    r"(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?"
)
"""A version of PEP 440. Any other is compared as text, with `===`."""


def frozen(found: Iterable[Distribution], version: Version) -> list[Distribution]:
    """The distributions that `pip freeze` shows, by name: without those that every environment of
    that Python version contains.
    """
    own = {"pip"}
    if version < (3, 12):
        own |= {"setuptools", "distribute", "wheel", "pkg-resources"}
    # of two distributions of one project the first counts, as for an import
    named = {normalized(each.name): each for each in reversed(list(found))}
    return [named[name] for name in sorted(named) if name not in own]


def requirement(each: Distribution, checkout: tuple[str, str] | None = None) -> str:
    """The requirement that installs a distribution from its origin, with `-e ` in editable mode.

    checkout: that of its project, from distributions.checkout. Without it the requirement names the
    project's path.
    """
    name = normalized(each.name)
    if each.origin is None:
        equals = "==" if re.fullmatch(_VERSION, each.version) else "==="
        return f"{name}{equals}{each.version}" if each.version else name
    if each.project is not None:
        if checkout is None:
            return f"-e {each.project}"
        subdirectory = f"&subdirectory={checkout[1]}" if checkout[1] else ""
        return f"-e {checkout[0]}#egg={name.replace('-', '_')}{subdirectory}"
    url = str(each.origin.get("url", ""))
    fragments = []
    vcs, archive = each.origin.get("vcs_info"), each.origin.get("archive_info")
    if isinstance(vcs, dict):
        url = f"{vcs.get('vcs', 'git')}+{url}@{vcs.get('commit_id', '')}"
    elif isinstance(archive, dict):
        fragments += _hashes(archive)
    if each.origin.get("subdirectory"):
        fragments.append(f"subdirectory={each.origin['subdirectory']}")
    return f"{name} @ {url}{'#' if fragments else ''}{'&'.join(fragments)}"


def _hashes(archive: dict[str, Any]) -> list[str]:
    """`sha256=...` from the older `hash` or the newer `hashes`; at most one."""
    if isinstance(archive.get("hash"), str):
        return [archive["hash"]]
    hashes = archive.get("hashes")
    if not isinstance(hashes, dict) or not hashes:
        return []
    kind = "sha256" if "sha256" in hashes else min(hashes)
    return [f"{kind}={hashes[kind]}"]
