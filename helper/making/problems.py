"""Why pip or uv failed: the package, the reason, and the option that would help. Pure.

Formats: the output of pip 9 to 26 and of uv 0.4 to 0.13 without a terminal.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.formats import normalized

if TYPE_CHECKING:
    from typing import Callable, Container


class Problem(NamedTuple):
    """Why an installation failed."""

    kind: str
    """`version`: no version for this Python; `python`: requires another Python; `index`: cannot
    reach the index; `gone`: a file or folder is gone; `conflict`; or `build`."""
    package: str
    """As the installer names it: a project, a requirement or a path. Empty if unknown."""
    reason: str

    @property
    def text(self) -> str:
        """The problem in words."""
        if self.kind == "index":
            return f"cannot reach the index for {self.package}: {self.reason}"
        did = "build" if self.kind == "build" else "install"
        return f"cannot {did} {self.package}: {self.reason}" if self.package else self.reason


def problem_in(output: str) -> Problem | None:
    """The problem that the output of pip or uv tells of; None if it is unknown."""
    lines = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", output).split("\n")
    for find in _FINDERS:
        problem = find(lines)
        if problem is not None:
            return problem
    return None


def advice_for(
    problem: Problem, verb: str, requested: Container[str], requested_only: bool
) -> str | None:
    """The option that would help. verb: the command; requested: the normalized names of the
    packages that the user requested; requested_only: whether only their versions were given.
    """
    if problem.kind == "index":
        return "check the network, and the index in the installer's configuration"
    if problem.kind == "gone":
        back = "put it back"
        return f"{back}, or fixvenv --moved OLD=NEW" if verb == "fixvenv" else back
    # of `name==1.0`, `name-1.0`, and `folder/name-1.0-py3-none-any.whl`
    name = re.match(r"(?a)[\w.-]+?(?=$|-\d|[^\w.-])", problem.package.rpartition("/")[2])
    pinned = name is None or normalized(name[0]) not in requested
    if verb == "fixvenv" and pinned and not requested_only:
        return "fixvenv --requested resolves the dependencies again"
    chooses = verb if verb.startswith("mkvenv") else "fixvenv"  # cpvenv and mvvenv cannot
    other = f"choose another Python with {chooses} -p SPEC"
    if problem.kind == "build":
        return f"install what the build needs, or {other}"
    return None if problem.kind == "conflict" else other


# ---- one for each kind; the first that finds something counts ------------------------------------


def _index(lines: list[str]) -> Problem | None:
    for line in lines:
        match = re.search(r"connection broken by '(\w+)\((.*)\)'?: (\S+)$", line)
        if match:
            package = match[3].rstrip("/").rpartition("/")[2]
            return Problem("index", package, _last_cause(match[1], match[2]))
        match = re.search(r"Could not fetch URL (\S+): (.*?)(?: - skipping)?$", line)
        if match:
            package = match[1].rstrip("/:").rpartition("/")[2]
            return Problem("index", package, _last_cause("", match[2]))
    text = _flat(lines)
    match = re.search(r"Failed to fetch: `?(\S+?)`? (?:cause|Caused by): (.*)", text)
    if match:
        reason = re.split(r" (?:cause|Caused by): ", match[2])[-1]
        package = match[1].rstrip("/").rpartition("/")[2]
        return Problem("index", package, reason.partition(" hint: ")[0].strip())
    match = re.search(r"Failed to download `(\S+?)` .*Network connectivity is disabled", text)
    if match:
        return Problem("index", match[1], "the installer is set to offline")
    return None


def _last_cause(name: str, text: str) -> str:
    """The cause in an error of urllib3, which holds others: `Connection refused`."""
    found = re.findall(r"\[Errno -?\d+\] ([^'\")\]]+)", text)
    if found:
        return str(found[-1])
    found = re.findall(r"(?:SSLError\(\d*,? ?['\"]?|\[SSL[^]]*\] )([^'\")(]+)", text)
    return str(found[-1]) if found else (text if " " in text and len(text) < 100 else name or text)


def _python(lines: list[str]) -> Problem | None:
    for line in lines:
        match = re.search(r"Package '?(.+?)'? requires a different Python: \S+ not in '(.+)'", line)
        match = match or re.search(r"(\S+) requires Python '(.+)' but the running Python is", line)
        if match:
            return _requires(match[1], match[2])
    match = re.search(
        r"the current Python version \([^)]*\) does not satisfy Python(\S+) and "
        r"(\S+?)(?: |$)(?:depends on|requires)",
        _flat(lines),
    )
    return _requires(match[2], match[1]) if match else None


def _requires(package: str, versions: str) -> Problem:
    return Problem("python", package, f"it requires Python {versions}")


_PIP_NONE = "No matching distribution found for "
_NONE = "no matching version for this Python"


_NO_WHEEL = "the wheel is not for this Python"


def _version(lines: list[str]) -> Problem | None:
    for line in lines:
        before, found, wanted = line.partition(_PIP_NONE)
        if found and before.lstrip() == before:  # not in the output of a build
            return _without_version(lines, wanted.strip().partition(" (from ")[0])
        match = re.search(r"(\S+\.whl) is not a supported wheel on this platform", line)
        if match:
            return Problem("version", match[1], _NO_WHEEL)
    text = _flat(lines)
    match = re.search(_OTHER_PLATFORM, text)
    if match:
        return Problem("version", match[1] or match[2] or "", _NO_WHEEL)
    match = re.search(_NO_VERSION, text)
    if match is None or "Failed to resolve requirements from" in text:
        return None
    return Problem("version", match[1] or match[2], _NONE)


_OTHER_PLATFORM = (
    r"path (?:\((\S+)\) )?dependency is incompatible with the current platform(?:: (\S+))?"
)
_NO_VERSION = (
    r"(?:there (?:is|are) no versions? of (\S+)|(\S+) (?:has no usable wheels"
    r"|has no wheels with a matching|was not found in the))"
)


def _without_version(lines: list[str], wanted: str) -> Problem | None:
    """The problem that pip has with a requirement."""
    version = wanted.partition("==")[2]
    for line in lines:
        match = re.search(rf" {re.escape(version)} Requires-Python ([^;]+)", line)
        if version and match and "require a different python version" in line:
            return _requires(wanted, match[1].strip())
    return None if _built(lines) else Problem("version", wanted, _NONE)


def _built(lines: list[str]) -> bool:
    """Whether pip 20 discarded a package because its build failed."""
    return any("Discarding " in line and "Command errored out" in line for line in lines)


def _gone(lines: list[str]) -> Problem | None:
    for line in lines:
        match = re.match(
            r"(?:ERROR: )?Could not install packages due to an \w+: .*No such file or directory: "
            r"['\"](.+)['\"]",
            line,
        )
        match = match or re.match(r"error: Distribution not found at: (?:file://)?(.+)", line)
        match = match or re.match(r"FileNotFoundError: .*No such file or directory: '(.+)'", line)
        match = match or re.match(
            r"(?:ERROR: )?(.+?) (?:is not a valid editable requirement|should either be a path to)",
            line,
        )
        match = match or re.match(r"\s*fatal: '(.+)' does not appear to be a git repository", line)
        if match:
            return Problem("gone", match[1], "it is gone")
    return None


def _conflict(lines: list[str]) -> Problem | None:
    for index, line in enumerate(lines):
        match = re.match(r"ERROR: Cannot install (.+?) because these package versions", line)
        if match:
            why = [each.strip() for each in lines[index + 1 :] if " depends on " in each]
            packages = match[1].replace(" and ", ", ")
            return Problem("conflict", packages, why[0] if why else "these versions conflict")
    text = _flat(lines)
    match = re.search(r"([\w.\[\],=-]+) depends? on ([\w.\[\],=<>!~-]+?),? ", text)
    if match and "requirements are unsatisfiable" in text:
        return Problem("conflict", match[1], f"it depends on {match[2]}")
    return None


def _build(lines: list[str]) -> Problem | None:
    package = ""
    for pattern in _BUILDS:
        for line in lines:
            match = re.search(pattern, line)
            package = match[1] if match else package
        if package:
            break
    after = [number for number, line in enumerate(lines) if "Encountered error while gen" in line]
    if after and after[-1] + 1 < len(lines):
        named = lines[after[-1] + 1].strip().lstrip("╰─> ")
        package = "" if named.startswith("See above") else named
    if not package and _is_build(lines):
        for line in lines:  # pip 9 names only the last one that it collected
            match = re.match(r"\s*(?:Collecting|Processing|Obtaining) (\S+)", line)
            package = match[1] if match else package
        package = re.sub(r"(?:\.tar\.\w+|\.zip)$", "", package.rstrip("/").rpartition("/")[2])
    return Problem("build", package, _meaningful(lines)) if package else None


_BUILDS = (
    r"error: Failed to (?:download and )?build `(\S+?)`",
    r"\u00d7 Failed to (?:download and )?build `(\S+?)`",
    r"Caused by: Failed to (?:download and )?build:? `(\S+?)`",
    r"[Ff]ailed to build installable wheels for some pyproject\.toml based projects \(?([^)\s]+)",
    r"Failed building wheel for (\S+)",
    r"Running setup\.py (?:install|develop) for (\S+): finished with status 'error'",
    r"Building (?:wheel|editable) for (\S+) .*: finished with status 'error'",
)


def _is_build(lines: list[str]) -> bool:
    signs = ("setup.py egg_info", "subprocess-exited-with-error", "Command errored out", "backend-")
    return any(sign in line for line in lines for sign in signs)


_ERRORS = r"\b(?:\w*Error|\w*Exception|error|fatal|ERROR)\b ?:|No module named|command not found"
_EMPTY = (
    r"subprocess-exited|metadata-generation-failed|Command errored out|Command \"|"
    r"failed with exit (?:status|code)|returned non-zero|failed-wheel-build|backend-unavailable|"
    r"ERROR: Failed (?:building|to build)|error: Failed to|Could not build wheels|"
    r"No matching distribution|Could not find a version|Discarding|CalledProcessError|"
    r"Caused by: Failed|legacy-install-failure|[Cc]ommand '\[|error: subprocess"
)


def _meaningful(lines: list[str]) -> str:
    """The last line of the output of a build that names an error of its own."""
    needs = re.search(rf"(?:\n\s+ERROR: {_PIP_NONE}|when resolving: `)([^\n`]+)", "\n".join(lines))
    last = f"the build requires {needs[1]}, which was not found" if needs else "the build failed"
    for line in lines:
        text = line.strip().lstrip("╰─>│ ")
        if re.search(_ERRORS, text) and not re.search(_EMPTY, text):
            last = text
    match = re.fullmatch(r"\S+:\d+(?::\d+)?: ((?:fatal )?error: .*)", last)
    last = match[1] if match else re.sub(r"^(?:ERROR|error): ", "", last)
    return last if len(last) <= 200 else f"{last[:197]}..."


def _flat(lines: list[str]) -> str:
    """The lines as one: uv wraps them at words, with a frame of its own before each."""
    return " ".join(" ".join(lines).translate(_FRAME).split())


_FRAME = {ord(sign): " " for sign in "│├╰─▶\u00d7"}

_FINDERS: tuple[Callable[[list[str]], Problem | None], ...] = (
    *(_index, _python, _version, _gone, _conflict, _build),
)
