"""Damages of what was installed into an environment, as far as the listing of its site-packages and
small files show them. helper/inspection/contents.py looks further.

Formats: `*.pth` as CPython's site.py reads them, `*.egg-link` of `setup.py develop`, the finder of
setuptools' editable installs.
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import first_line, is_lost, listed, read_or_nothing
from helper.base.formats import normalized, path_of
from helper.base.messages import quoted, shown
from helper.store import records

if TYPE_CHECKING:
    from typing import Iterable, Iterator


class Damage(NamedTuple):
    """A damage of an environment, and what its repair needs.

    If only the reason is set, no repair helps: the user has to change a file.
    """

    reason: str
    """For the user: which file, which version, what was expected."""
    projects: tuple[str, ...] = ()
    """Paths of editable projects that are gone."""
    distributions: tuple[str, ...] = ()
    """Normalized names of distributions that must be installed again."""
    pip: bool = False
    """Whether pip must be installed again."""
    base: bool = False
    """Whether the base interpreter itself is unusable."""
    relink: bool = False
    """Whether bin/python or pyvenv.cfg is wrong, but the base interpreter is right."""
    scripts: bool = False
    """Whether the scripts of the creator, such as bin/activate, must be written again."""
    unknown: bool = False
    """Whether it had packages of which nothing is known any more."""


def combined(found: Iterable[Damage]) -> Damage | None:
    """Several damages as one, None without any. The reason is that of the first."""
    whole = Damage("")
    reasons: list[str] = []
    for each in found:
        both = Damage(
            "",
            tuple(dict.fromkeys(whole.projects + each.projects)),
            tuple(dict.fromkeys(whole.distributions + each.distributions)),
            whole.pip or each.pip,
            whole.base or each.base,
            whole.relink or each.relink,
            whole.scripts or each.scripts,
            whole.unknown or each.unknown,
        )
        # without anything new, it is another file of the same damage
        if (both != whole or not any(each[1:])) and each.reason not in reasons:
            reasons.append(each.reason)
        whole = both
    if not reasons:
        return None
    more = " (and more)" if len(reasons) > 1 and not reasons[0].endswith(" (and more)") else ""
    return whole._replace(reason=reasons[0] + more)


SEEDED_PROGRAMS = re.compile(
    r"pip[\d.]*|pip-[\d.]+|easy_install(-?[\d.]+)?|wheel(-?[\d.]+)?|python-config"
)
"""The programs that pip, setuptools and wheel put into bin."""

_POINTERS = (".egg-link", ".pth", "_finder.py")
MARKS = (".dist-info", ".egg-info", *_POINTERS)
"""Endings in site-packages: of distributions, and of files that lead to editable projects."""


class Contents(NamedTuple):
    """The contents of an environment, as its folders show them."""

    path: str
    library: str
    """The folder in lib that contains its packages, such as python3.12."""
    names: list[str]
    """Those in its site-packages."""
    packages: int
    """The number of distributions among them."""
    starts_pip: bool
    """Whether bin/pip starts pip."""
    system_site: bool

    @property
    def site_packages(self) -> str:
        """The folder of its packages."""
        return f"{self.path}/lib/{self.library}/site-packages"


def damages_in(seen: Contents, record: records.Record | None) -> list[Damage]:
    """The damages that the names and small files show. record: that of the environment, if any."""
    found = []
    emptied = _emptied(seen, record or {}) if not seen.packages else None
    if emptied:
        found.append(emptied)
    elif seen.starts_pip and not seen.system_site and not _has_pip(seen.names):
        found.append(Damage("bin/pip exists, but its site-packages has no pip", pip=True))
    pointers = [name for name in seen.names if name.endswith(_POINTERS)]
    if pointers:
        found += _lost_projects(seen, pointers)
    return found


# ---- emptied, and pip ----------------------------------------------------------------------------

_PIP = ("pip", "pip.py", "pip.egg-link")
_PIP_STARTS = ("pip-", "__editable__.pip-", "__editable___pip_")
_NOT_INSTALLED = ("__pycache__", "_virtualenv.py", "_virtualenv.pth", "README.txt", "README")
"""What creators leave in a site-packages without packages."""


def _has_pip(names: list[str]) -> bool:
    return any(name in names for name in _PIP) or any(
        name.startswith(_PIP_STARTS) and not name.endswith("-info") for name in names
    )


def _emptied(seen: Contents, record: records.Record) -> Damage | None:
    """The damage of an environment without distributions."""
    if any(name not in _NOT_INSTALLED and not name.startswith("~") for name in seen.names):
        return None
    keys = ("requirements", "requirement_files", "editables")
    wanted = [text for key in keys for text in records.texts(record, key)]
    if wanted and not seen.system_site:  # those may come from the system
        more = f" and {len(wanted) - 1} more were" if len(wanted) > 1 else " was"
        reason = f"its site-packages is empty, but {quoted(wanted[0])}{more} requested"
    else:
        own = None if seen.system_site else _command_of_package(seen.path)
        command = own or ("pip" if seen.starts_pip else None)
        if command is None:
            return None
        reason = f"its site-packages is empty, but bin/{shown(command)} needs a package"
        if own:
            return Damage(reason, pip=seen.starts_pip, unknown=True)
    requested = records.texts(record, "requirements")
    found = [re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) for text in requested]
    distributions = tuple(normalized(match[0]) for match in found if match)
    return Damage(reason, distributions=distributions, pip=seen.starts_pip)


def _command_of_package(path: str) -> str | None:
    """A program in bin that an installer wrote for a package other than pip, None if it has none.
    Those of uv --relocatable look for the interpreter beside themselves.
    """
    for name in listed(f"{path}/bin"):
        if SEEDED_PROGRAMS.fullmatch(name):
            continue
        head = read_or_nothing(f"{path}/bin/{name}", 1024)
        start = head.partition(b"import")[0]
        ours = os.fsencode(f"{path}/bin/") in start or b'"$(dirname -- "$(realpath' in start
        if head[:2] == b"#!" and ours and re.search(rb"\n *from \S+ import ", head):
            return name
    return None


# ---- editable projects ---------------------------------------------------------------------------

_WITHOUT_PATHS = ("distutils-precedence.pth", "_virtualenv.pth")


def _lost_projects(seen: Contents, pointers: list[str]) -> Iterator[Damage]:
    """The damages of editable installs, and of .pth files that name folders."""
    site = seen.site_packages
    for name in pointers:
        if name in _WITHOUT_PATHS or name.endswith("-nspkg.pth"):
            continue
        for path in filter(is_lost, _paths_in(f"{site}/{name}")):
            infos = [each for each in seen.names if each.endswith(".dist-info")]
            owner, project = _project_of(site, path, infos)
            text = f"{shown(name)} points to {shown(path)}"
            if owner:
                text = f"{shown(owner)} is installed from {shown(project)}"
            yield Damage(f"{text}, which no longer exists", projects=(project,))


def _paths_in(file: str) -> Iterator[str]:
    """The absolute paths that a file in site-packages adds to the modules."""
    if file.endswith(".egg-link"):
        line = (first_line(file) or "").strip()
        if line.startswith("/"):
            yield line
    elif file.endswith(".pth"):
        for entry in map(bytes.strip, read_or_nothing(file).split(b"\n")):
            if entry.startswith(b"/"):
                yield os.fsdecode(entry)
    elif os.path.basename(file).startswith("__editable___"):
        yield from _mapped(read_or_nothing(file))


def _mapped(finder: bytes) -> Iterator[str]:
    """The paths in the MAPPING of a finder of setuptools, which lead to packages and, without their
    endings, to modules. Of one that is gone, the folder if that is gone too.
    """
    found = re.search(rb"^MAPPING\b[^=\n]*=\s*\{(.*)\}", finder, re.MULTILINE)
    # Python's repr: paths with a quote or a backslash have another form, and are left out
    mapping = found[1] if found else b""
    for single, double in re.findall(rb""": (?:'(/[^'\\]*)'|"(/[^"\\]*)")""", mapping):
        each = os.fsdecode(single or double)
        folder, name = os.path.split(each)
        if is_lost(folder):
            yield folder
        elif is_lost(each) and not any(file.startswith(f"{name}.") for file in listed(folder)):
            yield each


def _project_of(site: str, path: str, infos: list[str]) -> tuple[str | None, str]:
    """The editable distribution whose project contained a path, and the project; None and the path
    itself if the project is still there or unknown.
    """
    for info in infos:
        project = project_in(f"{site}/{info}")
        if project and f"{path}/".startswith(f"{project}/") and is_lost(project):
            return info.partition("-")[0], project
    return None, path


def project_in(info: str) -> str | None:
    """The path of the project of an editable distribution by its *.dist-info (PEP 610)."""
    origin = records.read(f"{info}/direct_url.json") or {}
    if records.part(origin, "dir_info").get("editable") is not True:
        return None
    path = path_of(records.text(origin, "url") or "")
    return path.rstrip("/") if path.startswith("/") else None
