"""Damages of an environment that the lists of its installed files show. Starts no process.

Formats: RECORD of PEP 376, installed-files.txt of setuptools, the tags in the names of extension
modules (PEP 3149; PyPy's `.pypy39-pp73-`; `.abi3` of PEP 384).
"""

from __future__ import annotations

import os
import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import is_lost, listed, modified, read_or_nothing
from helper.base.formats import (
    LARGEST,
    metadata_of,
    normalized,
    recorded_files,
    version_text,
)
from helper.base.messages import shown
from helper.inspection.damage import Damage, combined, project_in

if TYPE_CHECKING:
    from typing import Iterator

    from helper.inspection.facts import Facts


def examined(facts: Facts) -> Facts:
    """The facts, with the damages that a look at each distribution shows."""
    if facts.library is None or facts.unfinished or facts.fault:
        return facts
    found = [facts.damage] if facts.damage else []
    found += _of_distributions(facts)
    found += _of_files(facts)
    return facts._replace(damage=combined(found))


def _of_files(facts: Facts) -> Iterator[Damage]:
    """The damages of the files that the creator wrote."""
    written = (facts.config.creator or "").partition(" ")[0] in ("venv", "uv") and not facts.legacy
    # virtualenv has an option for environments without it
    if written and is_lost(f"{facts.path}/bin/activate"):
        yield Damage("bin/activate is missing", scripts=True)
    created_with = (facts.record or {}).get("system_site_packages")
    if isinstance(created_with, bool) and created_with != facts.config.system_site:
        now, then = ("false", "true") if created_with else ("true", "false")
        reason = f"pyvenv.cfg has include-system-site-packages = {now}, but was created with {then}"
        yield Damage(reason, relink=True)


# ---- distributions -------------------------------------------------------------------------------


class _Distribution(NamedTuple):
    """An installed distribution."""

    called: str
    """Name and version."""
    name: str
    """The normalized name."""
    info: str
    """Its folder, *.dist-info or *.egg-info."""
    files: str
    """The list of its files, relative to site-packages: each after a newline and before a comma.
    Searching this text takes a tenth of the time of a list of paths.
    """


def _of_distributions(facts: Facts) -> Iterator[Damage]:
    site = facts.site_packages
    listings: dict[str, list[str]] = {}
    for entry in listed(site):
        stem, ending = os.path.splitext(entry)
        info = f"{site}/{entry}"
        # pip renames a distribution to `~...` while it replaces it
        if ending not in (".dist-info", ".egg-info") or entry[0] == "~" or not os.path.isdir(info):
            continue
        name, _, version = stem.partition("-")
        called = shown(f"{name} {version.partition('-py')[0]}".strip())
        each = _Distribution(called, normalized(name), info, _files_of(site, info, entry))
        if each.name == "pip" and facts.damage and facts.damage.pip:
            continue
        project = project_in(info)
        if project and is_lost(project):
            reason = f"{called} is installed from {shown(project)}, which no longer exists"
            yield Damage(reason, projects=(project,))
            continue
        problem = (
            _lost_metadata(each)
            or _lost_files(site, each)
            or _lost_commands(facts.path, site, each)
            or _wrong_extension(facts, each, listings)
        )
        if problem:
            yield Damage(problem, distributions=(each.name,), pip=each.name == "pip")


def _files_of(site: str, info: str, entry: str) -> str:
    """The list of the files of a distribution, as _Distribution has it."""
    if entry.endswith(".egg-info"):
        lines = os.fsdecode(read_or_nothing(f"{info}/installed-files.txt", LARGEST)).split("\n")
        paths = [os.path.normpath(f"{entry}/{line}") for line in lines if line]
        return "\n" + "".join(f"{path},\n" for path in paths)
    record = read_or_nothing(f"{info}/RECORD", LARGEST)
    if len(record) == LARGEST:  # the last line is cut off
        record = record.rpartition(b"\n")[0]
    if b'"' in record:  # a path with a comma or a quote: such are left out
        record = b"".join(
            os.fsencode(f"{path},\n") for path in recorded_files(record) if "," not in path
        )
    return "\n" + os.fsdecode(record).replace("\r\n", "\n")


def _lost_metadata(each: _Distribution) -> str | None:
    egg = each.info.endswith(".egg-info")
    names = ("PKG-INFO",) if egg else ("METADATA", "RECORD")
    for name in names:
        head = read_or_nothing(f"{each.info}/{name}", 64)
        # RECORD is optional, and a folder without both is a leftover of pip
        exists = modified(f"{each.info}/{name}") is not None
        if not head.strip(b"\0\r\n") and (exists or (name == "METADATA" and each.files.strip())):
            return f"the {name} of {each.called} is {'empty' if exists else 'missing'}"
    return None


_SHARED = ("tests", "test", "docs", "doc", "examples", "example", "benchmarks", "scripts")
"""Folders that careless distributions share: with one of them, those of the others go."""


def _lost_files(site: str, each: _Distribution) -> str | None:
    """Which top-level module of a distribution is gone, or that all of its files are."""
    kept = False
    for path in re.findall(r"\n([^/,\n]+(?:\.py|/__init__\.py)),", each.files):
        folder, slash, _ = path.partition("/")
        if slash and folder in _SHARED:
            continue
        if not is_lost(f"{site}/{path}") or _is_compiled(site, path):
            kept = True
        elif not (slash and _is_namespace(site, folder, each)):
            return f"{shown(path)} of {each.called} no longer exists"
    if kept:
        return None
    info = os.path.basename(each.info)
    some = False
    for match in re.finditer(r"\n([^/,\n][^,\n]*),", each.files):
        path = match[1]
        if path.startswith(("../", f"{info}/")) or path.endswith((".pyc", ".pyo")):
            continue
        if not is_lost(f"{site}/{path}") or _is_compiled(site, path):
            return None
        some = True
    return f"{each.called} has metadata, but its files no longer exist" if some else None


def _is_compiled(site: str, path: str) -> bool:
    """Whether only the compiled form of a module was kept."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    names = listed(f"{site}/{folder}")
    return any(name.startswith(f"{stem}.") and name.endswith((".pyc", ".so")) for name in names)


def _is_namespace(site: str, folder: str, each: _Distribution) -> bool:
    """Whether several distributions share a folder. Any of them may have had its __init__.py."""
    ours = set(re.findall(rf"\n{re.escape(folder)}/([^/,\n]+)", each.files))
    return bool(set(listed(f"{site}/{folder}")) - ours - {"__pycache__"})


def _lost_commands(path: str, site: str, each: _Distribution) -> str | None:
    """Which command of a distribution is gone: the one of its name, or all. Users drop others."""
    files = re.findall(r"\n(\.\./[^,\n]+),", each.files)
    targets = [os.path.normpath(f"{site}/{file}") for file in files]
    commands = [target for target in targets if os.path.dirname(target) == f"{path}/bin"]
    lost = [command for command in commands if is_lost(command)]
    for command in lost:
        name = os.path.basename(command)
        if normalized(name) == each.name or len(lost) == len(commands):
            return f"bin/{shown(name)} of {each.called} no longer exists"
    return None


# ---- after a start of the interpreter ------------------------------------------------------------


def of_start(facts: Facts, errors: str) -> Iterator[Damage]:
    """The damages that an interpreter reported on its standard error when it started."""
    lines = errors.split("\n")
    for number, line in enumerate(map(str.strip, lines)):
        file = line.partition("Error processing line ")[2].partition(" of ")[2].rstrip(":")
        if file:
            reported = [each.strip() for each in lines[number + 1 :]]
            end = reported.index(_END) if _END in reported else len(reported)
            why = next(filter(None, reversed(reported[:end])), "it fails")
            reason = f"{shown(os.path.basename(file))} fails when Python starts: {shown(why)}"
            name = os.path.basename(file)
            owner = owners(facts.site_packages, {name}).get(name)
            yield Damage(reason, distributions=(owner,) if owner else ())
        elif line.startswith(("Error in sitecustomize", "'import sitecustomize' failed")):
            why = "".join(lines[number + 1 : number + 2]).strip() or "it cannot be imported"
            yield Damage(f"sitecustomize fails when Python starts: {shown(why)}")


_END = "Remainder of file ignored"


def owners(site: str, files: set[str]) -> dict[str, str]:
    """The normalized name of the distribution that each of these files belongs to, as far as the
    lists of installed files say. site: the site-packages that the files are relative to.
    """
    found: dict[str, str] = {}
    for entry in listed(site) if files else []:
        if entry.endswith((".dist-info", ".egg-info")) and entry[0] != "~":
            text = _files_of(site, f"{site}/{entry}", entry)
            for file in files:
                if f"\n{file}," in text:
                    found.setdefault(file, normalized(entry.partition("-")[0]))
    return found


def of_dependencies(facts: Facts, path: tuple[str, ...]) -> Iterator[Damage]:
    """The dependencies that the system no longer has, for an environment with its packages. path:
    where its interpreter finds modules.
    """
    if not facts.config.system_site:
        return
    names = [name for folder in path for name in listed(folder)]
    endings = (".dist-info", ".egg-info", ".egg-link", ".egg")
    there = {
        normalized(os.path.splitext(name)[0].partition("-")[0])
        for name in names
        if name.endswith(endings)
    }
    for entry in listed(facts.site_packages):
        if not entry.endswith(".dist-info") or entry[0] == "~":
            continue
        for key, value in metadata_of(f"{facts.site_packages}/{entry}"):
            match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", value)
            if key == "Requires-Dist" and match and ";" not in value:
                needed = normalized(match[0])
                if needed not in there:
                    reason = f"{shown(entry.partition('-')[0])} needs {shown(needed)}, which "
                    reason += "neither this environment nor the system has"
                    yield Damage(reason, distributions=(needed,))


# ---- extension modules ---------------------------------------------------------------------------


def _wrong_extension(
    facts: Facts, each: _Distribution, listings: dict[str, list[str]]
) -> str | None:
    """Which extension module of a distribution the Python of the environment cannot load.
    listings: the folders that were listed already.
    """
    for path in re.findall(r"\n([^,\n]+\.so),", each.files):
        folder, _, file = path.rpartition("/")
        if file.count(".") < 2 or path.startswith(("../", "/")):
            continue
        if folder not in listings:
            listings[folder] = listed(f"{facts.site_packages}/{folder}")
        stem = file.partition(".")[0]
        # a wheel for several Pythons has one for each
        same = [name for name in listings[folder] if name.partition(".")[0] == stem]
        modules = [name for name in same if name.endswith((".so", ".py", ".pyc"))]
        if any(_is_loadable(name, facts) for name in modules):
            continue
        if not modules and _tag_of(file) is not None:
            return f"{shown(path)} of {each.called} no longer exists"
        for name in modules:
            where = shown(f"{folder}/{name}".lstrip("/"))
            built_for = _tag_of(name)
            return f"{where} is built for {built_for}, but this is {_called(facts)}"
    return None


def _is_loadable(name: str, facts: Facts) -> bool:
    return _tag_of(name) in (None, _called(facts))


def _called(facts: Facts) -> str:
    """The Python of an environment, in the words of _tag_of."""
    library = facts.library or ""
    if library.startswith("pypy"):
        return f"PyPy {version_text(facts.minor)}"
    return f"Python {version_text(facts.minor)}{'t' if library.endswith('t') else ''}"


def _tag_of(name: str) -> str | None:
    """The Python that an extension module is built for, None if it is for any or unknown."""
    tag = name.partition(".")[2]
    match = re.match(r"(cpython-|pypy)(\d)(\d+)([a-z]*)-", tag)
    if match is None:
        return None
    start, major, minor, flags = match.groups()
    if start == "pypy":
        return f"PyPy {major}.{minor}"
    return f"Python {major}.{minor}{'t' if 't' in flags else ''}"
