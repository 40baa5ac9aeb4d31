"""Which installed distributions match requirements such as `litellm>=1.82.7,<=1.82.8`.

The question is often whether a bad release is installed. So nothing is left out in silence: what
cannot be read, or has no version to compare, is a problem that the caller has to report.

Formats: the names of `*.dist-info` (PEP 376 and the specification of binary distributions), and of
setuptools' `*.egg-info`, `*.egg` and `*.egg-link`.
"""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.formats import is_name, metadata_of, normalized
from helper.base.messages import quoted, shown
from helper.base.versions import is_version, matches, parse_clauses
from helper.inspection.dependencies import parse
from helper.inspection.distributions import linked_info

if TYPE_CHECKING:
    from typing import Iterator

    from helper.base.versions import Clause


class Wanted(NamedTuple):
    """A requirement to look for."""

    text: str
    """As the user typed it."""
    name: str
    """Normalized."""
    clauses: tuple[Clause, ...]

    def matches(self, version: str) -> bool | None:
        """Whether a version matches; None if nobody knows. version: empty if unknown."""
        if not self.clauses or matches(self.clauses, version):
            return True
        exact = all(each.operator == "===" for each in self.clauses)
        return False if is_version(version) or (version and exact) else None


class Match(NamedTuple):
    """A distribution that matches, with the keys that it has in JSON."""

    name: str
    """Normalized."""
    version: str | None

    def __str__(self) -> str:
        return f"{self.name} {self.version or '(unknown version)'}"


def parse_wanted(text: str) -> Wanted:
    """Read a requirement to look for. Raises Misuse."""
    found = None if ";" in text or "@" in text or "[" in text else parse(text)
    clauses = parse_clauses(found.versions) if found and is_name(found.name) else None
    if found is None or clauses is None:
        problem = f"cannot look for {quoted(text)}: it is not a name with versions"
        raise Misuse(problem, "such as 'flask' or 'flask>=3,<3.1'")
    return Wanted(text, found.name, clauses)


class Search:
    """A search for several requirements in environments."""

    def __init__(self, wanted: list[Wanted]) -> None:
        self._wanted: dict[str, list[Wanted]] = {}
        for each in wanted:
            self._wanted.setdefault(each.name, []).append(each)
        self.matched: set[str] = set()
        """The texts of the requirements that some environment matched."""
        self._others: set[str] = set()
        """Names in site-packages that are those of other things: environments have much in common,
        and comparing sets takes a tenth of the time of reading each name again.
        """

    def look(self, path: str) -> tuple[tuple[Match, ...], list[str]]:
        """The distributions in an environment that match one of the requirements, and the reasons
        why there may be more of them.
        """
        found: set[Match] = set()
        problems: list[str] = []
        for folder in _libraries(path, problems):
            for entry in {*_names_in(folder, problems)}.difference(self._others):
                if _may_be(entry, self._wanted):
                    found.update(self._matches(folder, entry, problems))
                else:
                    self._others.add(entry)
        return tuple(sorted(found, key=lambda each: (each.name, each.version or ""))), problems

    def _matches(self, folder: str, entry: str, problems: list[str]) -> Iterator[Match]:
        name, version = _called(f"{folder}/{entry}", self._wanted)
        for each in self._wanted.get(name, ()):
            fits = each.matches(version)
            if fits is None:
                what = f"has the version {quoted(version)}" if version else "has no version"
                problems.append(f"{shown(entry)} {what}")
            elif fits:
                self.matched.add(each.text)
                yield Match(name, version or None)


_ENDINGS = (".dist-info", ".egg-info", ".egg-link", ".egg")


def _may_be(entry: str, wanted: dict[str, list[Wanted]]) -> bool:
    """Whether a name in site-packages can be that of a distribution with a wanted name."""
    if not entry.endswith(_ENDINGS) or entry[0] == "~":  # pip is about to replace such a one
        return False
    stem, _, ending = entry.rpartition(".")
    name = _name_in(stem, ending)
    return name is None or name in wanted


def _name_in(stem: str, ending: str) -> str | None:
    """The normalized name of a distribution; None if only the metadata say it."""
    if ending == "egg-link":
        return normalized(stem)
    # NAME-VERSION, NAME-VERSION-py3.8, NAME-VERSION-py3.8-linux-x86_64
    parts = stem.split("-", 3)
    egg = len(parts) > 2 and parts[2].startswith("py") and ending != "dist-info"
    return normalized(parts[0]) if len(parts) == 2 or egg else None


def _called(path: str, wanted: dict[str, list[Wanted]]) -> tuple[str, str]:
    """The normalized name of a distribution, and if that is wanted, its version; empty if unknown.

    Most directories say both, and nothing more is read.
    """
    stem, _, ending = os.path.basename(path).rpartition(".")
    name = _name_in(stem, ending)
    if ending == "egg-link":
        info = linked_info(path, stem)
        return normalized(stem), _fields(info).get("Version", "") if info else ""
    info = f"{path}/EGG-INFO" if ending == "egg" else path
    if name is not None:
        version = stem.split("-", 2)[1]
        if name in wanted and not is_version(version):
            version = _fields(info).get("Version") or version
        return name, version
    fields = _fields(info)
    if "Name" in fields:
        return normalized(fields["Name"]), fields.get("Version", "")
    parts = stem.split("-")
    names = [normalized("-".join(parts[:count])) for count in range(len(parts), 0, -1)]
    return next((each for each in names if each in wanted), names[0]), ""


def _fields(info: str) -> dict[str, str]:
    return dict(reversed(metadata_of(info)))  # the first Name counts


def _libraries(path: str, problems: list[str]) -> Iterator[str]:
    """The folders in an environment that may contain distributions: one, in most of them. An old
    interpreter may have left others, and PyPy up to 3.7 and Windows have other places.
    """
    if not os.path.isdir(path):
        if os.path.lexists(path):  # else it was removed meanwhile
            problems.append("the folder that it links to does not exist or cannot be entered")
        return
    yield f"{path}/site-packages"
    yield f"{path}/Lib/site-packages"
    for lib in ("lib", "lib64"):
        if lib == "lib" or not os.path.islink(f"{path}/{lib}"):
            for name in _names_in(f"{path}/{lib}", problems):
                if name.startswith(("python", "pypy")):
                    yield f"{path}/{lib}/{name}/site-packages"


def _names_in(folder: str, problems: list[str]) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        problems.append(f"cannot read {quoted(folder)}: {error.strerror}")
    return []
