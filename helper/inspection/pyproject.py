"""What the files of a project say: which Python it requires, and what to install. Pure.

Formats: `requires-python` and extras of pyproject.toml (PEP 621), dependency groups (PEP 735), the
metadata of scripts (PEP 723), pylock.toml (PEP 751), setup.cfg, and the .python-version of pyenv
and uv. poetry's and flit's own tables count as far as they name the Python.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.formats import is_name, is_url, normalized
from helper.base.messages import counted, quoted, shown
from helper.base.specifiers import parse_specifier
from helper.base.toml import TomlError, parse
from helper.inspection.requirements import is_requirement

if TYPE_CHECKING:
    from typing import Any

    from helper.base.toml import Table

MOST_GROUPS = 100
"""Groups that one group may include."""
_MOST_LINES = 10000
"""Lines in the metadata of a script."""


class Project(NamedTuple):
    """A pyproject.toml. The properties raise Failure for what is malformed."""

    file: str
    """Its path, for messages."""
    table: Table

    @property
    def requires_python(self) -> str | None:
        """The versions of Python that it supports, in clauses of PEP 440; None if it names none."""
        project, tool = _table(self.table, "project"), _table(self.table, "tool")
        flit = _table(_table(tool, "flit"), "metadata")
        poetry = _table(_table(tool, "poetry"), "dependencies").get("python")
        found = project.get("requires-python", flit.get("requires-python"))
        if found is None and isinstance(poetry, str):
            found = _of_poetry(poetry)
        return checked_versions(found, self.file)

    @property
    def installable(self) -> bool:
        """Whether a build backend can install it, as far as this file says."""
        poetry, uv = (_table(_table(self.table, "tool"), name) for name in ("poetry", "uv"))
        if poetry.get("package-mode") is False or uv.get("package") is False:
            return False
        return "project" in self.table or "build-system" in self.table

    @property
    def extras(self) -> list[str]:
        """The normalized names of its extras."""
        found = _table(_table(self.table, "project"), "optional-dependencies")
        poetry = _table(_table(_table(self.table, "tool"), "poetry"), "extras")
        return [normalized(name) for name in (*found, *poetry)]

    @property
    def dynamic_extras(self) -> bool:
        """Whether other files may define extras."""
        project = self.table.get("project")
        dynamic = project.get("dynamic") if isinstance(project, dict) else None
        named = isinstance(dynamic, list) and "optional-dependencies" in dynamic
        return not isinstance(project, dict) or named

    @property
    def dependencies(self) -> list[str]:
        """The requirements of the project itself."""
        return _requirements(_table(self.table, "project").get("dependencies", []), self.file)

    # ---- groups ----------------------------------------------------------------------------------

    @property
    def groups(self) -> dict[str, Any]:
        """The dependency groups by their normalized names."""
        found: dict[str, Any] = {}
        for name, content in _table(self.table, "dependency-groups").items():
            if not is_name(name):
                raise Failure(f"{quoted(self.file)}: {quoted(name)} is not the name of a group")
            if normalized(name) in found:
                raise Failure(f"{quoted(self.file)} defines the group {quoted(name)} twice")
            found[normalized(name)] = content
        return found

    def group(self, name: str) -> list[str]:
        """The requirements of a dependency group, with those of the groups that it includes."""
        groups = self.groups
        if normalized(name) not in groups:
            known = f"it has {', '.join(map(shown, groups))}" if groups else "it has none"
            raise Failure(f"{quoted(self.file)} has no dependency group {quoted(name)}", known)
        found: dict[str, None] = {}
        self._collect(normalized(name), groups, [], set(), found)
        return list(found)

    def _collect(
        self,
        name: str,
        groups: dict[str, Any],
        path: list[str],
        done: set[str],
        found: dict[str, None],
    ) -> None:
        """Add the requirements of a group. path: the groups that include it."""
        if name in path:
            circle = ", ".join([*path[path.index(name) :], name])
            raise Failure(f"{quoted(self.file)}: dependency groups include each other: {circle}")
        if name in done:
            return
        if len(done) + len(path) >= MOST_GROUPS:
            what = f"a dependency group includes more than {MOST_GROUPS} others"
            raise Failure(f"{quoted(self.file)}: {what}")
        content = groups.get(name)
        what = f"{quoted(self.file)}: dependency group {quoted(name)}"
        if not isinstance(content, list):
            raise Failure(f"{what} {'does not exist' if content is None else 'is not a list'}")
        for each in content:
            if isinstance(each, dict) and list(each) == ["include-group"]:
                other = each["include-group"]
                if not isinstance(other, str) or not is_name(other):
                    raise Failure(f"{what} includes something that is not a group")
                self._collect(normalized(other), groups, [*path, name], done, found)
            else:
                found.update(dict.fromkeys(_requirements([each], what)))
        done.add(name)


def project_in(data: bytes, file: str) -> Project:
    """The project of a pyproject.toml. Raises Failure."""
    return Project(file, _parsed(data, file))


def requires_of_lock(data: bytes, file: str) -> str | None:
    """The versions of Python that a pylock.toml is for. Raises Failure."""
    return checked_versions(_parsed(data, file).get("requires-python"), file)


def _parsed(data: bytes, file: str, first: int = 1) -> Table:
    try:
        return parse(data)
    except TomlError as error:
        raise Failure(f"{quoted(file)}, line {error.line + first - 1}: {error.why}") from error


def _table(table: Table, key: str) -> Table:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _requirements(found: object, what: str) -> list[str]:
    """A list of requirements of PEP 508. Nothing else gets to an installer: no option, no path."""
    if not isinstance(found, list):
        raise Failure(f"{what}: the requirements are not a list")
    for each in found:
        if not isinstance(each, str) or not _is_pep508(each):
            text = each if isinstance(each, str) else type(each).__name__
            raise Failure(f"{what}: {quoted(_cut(text))} is not a requirement")
    return [each.strip() for each in found]


def _is_pep508(text: str) -> bool:
    name, at, url = text.partition(";")[0].partition("@")
    return is_requirement(text) and "://" not in name and (not at or is_url(url.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


# ---- versions of Python --------------------------------------------------------------------------


def checked_versions(found: object, file: str) -> str | None:
    """Clauses of PEP 440 without empty ones; None for None. Raises Failure."""
    if found is None:
        return None
    text = found.strip().rstrip(",").rstrip() if isinstance(found, str) else ""
    if text in ("", "*") and isinstance(found, str):
        return None
    known = parse_specifier(text) if text[:1] in tuple("<>=~!") else None
    if known is None:
        shape = _cut(found if isinstance(found, str) else type(found).__name__)
        raise Failure(f"{quoted(file)}: requires-python is {quoted(shape)}, which is not a range")
    return text


def _of_poetry(text: str) -> str | None:
    """poetry's `^3.8` and `~3.8` as clauses of PEP 440."""
    clauses = []
    for each in text.split(","):
        match = re.fullmatch(r"(?a)\s*([\^~]?)\s*(\d+)(?:\.(\d+))?((?:\.\d+)*)\s*", each)
        if match is None:
            clauses.append(each.strip())
            continue
        sign, major, minor, rest = match.groups()
        version = f"{major}.{minor or 0}{rest}"
        if not sign:
            clauses.append(f"=={version}" if rest else f"=={version}.*")
            continue
        above = f"{int(major) + 1}" if sign == "^" or minor is None else f"{major}.{int(minor) + 1}"
        clauses += [f">={version}", f"<{above}"]
    found = ",".join(clauses)
    return found if parse_specifier(found) else None  # poetry knows more: `^3.8 || ^4`


def requires_of_setup(data: bytes, file: str) -> str | None:
    """`python_requires` of a setup.cfg. Raises Failure."""
    from configparser import ConfigParser
    from configparser import Error as ConfigError

    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(data.decode())
        found = parser.get("options", "python_requires", fallback=None)
    except (ConfigError, ValueError):
        return None  # setuptools reports it
    return checked_versions(found, file)


def pinned_python(data: bytes) -> str | None:
    """The first line of a .python-version as a specifier; None if it is empty or `system`. Raises
    ValueError with the line if that is none.
    """
    lines = [line.partition("#")[0].strip() for line in data.decode("utf-8", "replace").split("\n")]
    line = next(filter(None, lines), "")
    if line in ("", "system"):
        return None
    # pypy3.10-7.3.12 of pyenv, cpython-3.12.3-linux-x86_64-gnu of uv, 3.14-dev
    match = re.fullmatch(
        r"(?ai)((?:[a-z]+[-@]?)?\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?t?)(?:-[\w.+-]*)?", line
    )
    text = match[1] if match else line
    if len(text) > 100 or parse_specifier(text) is None:
        raise ValueError(_cut(line))
    return text


# ---- scripts -------------------------------------------------------------------------------------


class Script(NamedTuple):
    """The metadata of a script."""

    requires_python: str | None
    requirements: list[str]


def script_in(data: bytes, file: str) -> Script:
    """The metadata of a script. Raises Failure."""
    try:
        lines = data.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise Failure(f"{quoted(file)} is not UTF-8") from error
    starts = [number for number, line in enumerate(lines) if line == "# /// script"]
    blocks = [found for found in (_block(lines, start) for start in starts) if found is not None]
    if len(blocks) != 1:
        lacks = counted(len(blocks), "block") if blocks else "no block"
        raise Failure(f"{quoted(file)} has {lacks} of script metadata", "see PEP 723")
    first, block = blocks[0]
    if len(block) > _MOST_LINES:
        raise Failure(f"{quoted(file)}: its metadata have more than {_MOST_LINES} lines")
    table = _parsed("\n".join(block).encode(), file, first + 1)
    wanted = _requirements(table.get("dependencies", []), quoted(file))
    return Script(checked_versions(table.get("requires-python"), file), wanted)


def _block(lines: list[str], start: int) -> tuple[int, list[str]] | None:
    """The number of the first line of a block of metadata, and its text; None if it has no end."""
    stop = start + 1
    while stop < len(lines) and (lines[stop] == "#" or lines[stop].startswith("# ")):
        stop += 1
    ends = [number for number in range(start + 1, stop) if lines[number] == "# ///"]
    if not ends:
        return None
    return start + 1, [line[2:] for line in lines[start + 1 : ends[-1]]]
