"""Requirements: the words that the user types, and the lines that reinstall a distribution. Pure.

Formats: names and direct references `name @ url` of PEP 508, versions of PEP 440, `-e` of pip,
direct_url.json of PEP 610. pip also accepts paths and URLs.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.formats import is_name, is_plain_path, is_url, normalized
from helper.base.messages import quoted
from helper.base.versions import is_version

if TYPE_CHECKING:
    from typing import Any, Iterable

    from helper.base.formats import Version
    from helper.inspection.distributions import Distribution

_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
_CLAUSE = r"(?:===?|~=|!=|<=?|>=?)\s*[A-Z0-9*+!._-]+"
_CLAUSES = rf"{_CLAUSE}(?:\s*,\s*{_CLAUSE})*"
_REQUIREMENT = (  # not compiled here: that would take 2 ms of every start
    rf"(?ais)\s*{_NAME}\s*(?:\[\s*(?:{_NAME}(?:\s*,\s*{_NAME})*)?\s*\])?"
    rf"\s*(?:{_CLAUSES}|\(\s*{_CLAUSES}\s*\)|@\s*\S+)?\s*(?:;\s*\S.*)?"
)
_ARCHIVES = (
    *(".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz"),
)


def is_path(text: str) -> bool:
    """Whether pip reads it as a file or directory: it contains a slash or ends as an archive."""
    text = without_marker(text)
    if "://" in text or re.match(
        rf"\s*{_NAME}\s*(?:\[[^]]*\])?\s*@", text, re.IGNORECASE | re.ASCII
    ):
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
    if not text.isprintable():
        return False
    if "://" in url.partition("@")[0]:  # git+https://..., https://.../x.whl
        return is_url(url)
    return re.fullmatch(_REQUIREMENT, text) is not None


def is_more_than_name(text: str) -> bool:
    """Whether a text can only be a requirement: with a version, extras, a marker or a URL."""
    return is_requirement(text) and re.fullmatch(rf"(?ai){_NAME}(?: {_NAME})*", text) is None


def python_in(text: str) -> str | None:
    """The version of Python that a word such as `3.12`, `python3.12` or conda's `python=3.12`
    names; None for other words.
    """
    match = re.fullmatch(r"(?a)(?:python(?:={0,2}))?([23](?:\.\d+){0,2})|(pypy3?\.\d+)", text)
    return (match[1] or match[2]) if match else None


def is_recorded(text: str) -> bool:
    """Whether a text in a record can be a requirement: what mkvenv records, and no option."""
    if is_path(text):
        return is_plain_path(without_marker(text)) and text.isprintable()
    return is_requirement(text)


def is_recorded_file(text: str) -> bool:
    """Whether a text in a record can be the value of -r or -e: an absolute path or a URL."""
    return is_plain_path(text) or is_url(text)


def is_lock(file: str) -> bool:
    """Whether a file is a lock file, by its name: pylock.toml or pylock.NAME.toml (PEP 751)."""
    return re.fullmatch(r"pylock(?:\.[^.]+)?\.toml", file.rpartition("/")[2]) is not None


# ---- what an environment has ---------------------------------------------------------------------

_OTHER_VERSION = r"(?a)\w[\w.*+!-]*"
"""A version that is not of PEP 440, which `===` compares as text."""
_COMMIT = r"(?a)\w[\w.+/~^-]*"
"""A commit, or a name of one; `-` would start an option of git."""
_VCS = ("git", "hg", "bzr", "svn")


class Unfit(Failure):
    """No requirement can stand for a distribution: its metadata are damaged or hostile."""


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


def requirement(
    each: Distribution, checkout: tuple[str, str] | None = None, pip: Version = ()
) -> str:
    """The requirement that installs a distribution from its origin, with `-e ` in editable mode.

    checkout: that of its project, from distributions.checkout. Without it the requirement names the
    project's path. pip: the version of the pip that is to read it, if it may be an old one. Raises
    Unfit: whatever the metadata contain, a requirement is never an option.
    """
    if not is_name(each.name):
        raise Unfit(f"{quoted(each.name)} is not the name of a project")
    bare = normalized(each.name)
    extras = [extra for extra in each.extras if is_name(extra)]
    name = f"{bare}[{','.join(extras)}]" if extras else bare
    if each.origin is None:
        equals = "==" if is_version(each.version) else "==="
        if each.version and not re.fullmatch(_OTHER_VERSION, each.version):
            raise Unfit(f"{quoted(bare)} has no valid version, but {quoted(each.version)}")
        return f"{name}{equals}{each.version}" if each.version else name
    project, url = each.project, _direct_url(each.origin)
    egg = f"egg={name.replace('-', '_')}"
    if project is None and is_url(url):
        if not _is_too_old(pip, url):
            return f"{name} @ {url}"
        return f"{url}{'&' if '#' in url else '#'}{egg}"
    if project is not None and checkout is not None:
        subdirectory = f"&subdirectory={checkout[1]}" if checkout[1] else ""
        url = f"{checkout[0]}#{egg}{subdirectory}"
        if is_url(url):
            return f"-e {url}"
    if project is not None and is_plain_path(project):
        return f"-e {project}{name[len(bare) :]}"
    raise Unfit(f"the direct_url.json of {quoted(bare)} names no valid URL")


def operands(requirements: list[str]) -> list[str]:
    """Requirements as words for pip and uv: those with `-e `, then `--`, which ends the options."""
    editable = [
        word for text in requirements if text.startswith("-e ") for word in text.split(" ", 1)
    ]
    others = [text for text in requirements if not text.startswith("-e ")]
    return [*editable, *(["--", *others] if others else [])]


def _is_too_old(pip: Version, url: str) -> bool:
    """Whether a pip cannot read `name @ URL`: up to 18 none with a file in it, up to 24.0 no file
    in a repository. `URL#egg=name` is for all of them.
    """
    return bool(pip) and (pip < (19,) or (pip < (24, 1) and "+file:///" in url))


def requirements_of(
    found: Iterable[Distribution], pip: Version = ()
) -> tuple[list[str], list[Distribution], list[str]]:
    """The requirements of these distributions; the distributions that they stand for; and why
    others have none. pip: as for requirement().
    """
    texts, fit, problems = [], [], []
    for each in found:
        source, _, subdirectory = (each.source or "").partition("#subdirectory=")
        try:
            texts.append(requirement(each, (source, subdirectory) if source else None, pip))
            fit.append(each)
        except Unfit as problem:
            problems.append(problem.text)
    return texts, fit, problems


def _direct_url(origin: dict[str, Any]) -> str:
    """The URL of a direct_url.json as it stands in a requirement; no URL if that is impossible."""
    found = origin.get("url")
    url = found.replace(" ", "%20") if isinstance(found, str) else ""  # pip decodes those of git
    fragments = []
    vcs, archive = origin.get("vcs_info"), origin.get("archive_info")
    if isinstance(vcs, dict):
        tool, commit = vcs.get("vcs", "git"), str(vcs.get("commit_id", ""))
        if tool not in _VCS or not re.fullmatch(_COMMIT, commit):
            return ""
        url = f"{tool}+{url}@{commit}"
    elif isinstance(archive, dict):
        fragments += _hashes(archive)
    if origin.get("subdirectory"):
        fragments.append(f"subdirectory={origin['subdirectory']}")
    return f"{url}{'#' if fragments else ''}{'&'.join(fragments)}"


def _hashes(archive: dict[str, Any]) -> list[str]:
    """`sha256=...` from the older `hash` or the newer `hashes`; at most one."""
    if isinstance(archive.get("hash"), str):
        return [archive["hash"]]
    hashes = archive.get("hashes")
    if not isinstance(hashes, dict) or not hashes:
        return []
    kind = "sha256" if "sha256" in hashes else min(hashes)
    return [f"{kind}={hashes[kind]}"]
