"""The distributions installed in an environment, their commands and checkouts, read from disk.

Formats: `*.dist-info` of PEP 376 and 427, REQUESTED of PEP 376, direct_url.json of PEP 610,
entry_points.txt of the PyPA's entry points specification, setuptools' older `*.egg-info`,
`*.egg-link` and installed-files.txt, gitrepository-layout(5), and git-config(1) as far as
`git clone` writes it.
"""

from __future__ import annotations

import os
import re
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import first_line, listed, read_or_nothing, same
from helper.base.formats import (
    LARGEST,
    metadata_of,
    normalized,
    path_of,
    recorded_files,
    url_of,
    version_text,
)
from helper.store import records

if TYPE_CHECKING:
    from typing import Any, Iterable

    from helper.inspection.facts import Facts


class Distribution(NamedTuple):
    """An installed distribution."""

    name: str
    version: str
    """Empty if unknown."""
    requested: bool
    """Whether the user requested it; false for a dependency."""
    origin: dict[str, Any] | None
    """direct_url.json: where it came from, if not from an index; empty if that is damaged."""
    path: str = ""
    """Its *.dist-info, *.egg-info or *.egg-link."""
    extras: tuple[str, ...] = ()
    """The extras with which the user requested it, as far as as_requested() knows them."""
    source: str | None = None
    """`git+URL@COMMIT#subdirectory=...` of an editable project in a clone, as far as known."""

    @property
    def project(self) -> str | None:
        """The path of its project if it is installed in editable mode, else None."""
        folder = (self.origin or {}).get("dir_info")
        if not isinstance(folder, dict) or folder.get("editable") is not True:
            return None
        return path_of(records.text(self.origin or {}, "url") or "")


def installed(site_packages: str) -> list[Distribution]:
    """The distributions in a site-packages folder, sorted by name. Raises OSError if unreadable."""
    found = []
    for entry in os.listdir(site_packages):
        stem, ending = os.path.splitext(entry)
        # pip renames a distribution to `~...` while it replaces it
        if ending in (".dist-info", ".egg-info", ".egg-link") and not entry.startswith("~"):
            found.append(_read_distribution(stem, f"{site_packages}/{entry}"))
    return sorted(found, key=lambda item: item.name.lower())


def _read_distribution(stem: str, path: str) -> Distribution:
    if path.endswith(".egg-link"):
        project = _linked_project(path)
        editable = {"url": url_of(project or ""), "dir_info": {"editable": True}}
        return Distribution(stem, "", True, editable if project else None, path)
    name, _, version = stem.partition("-")
    # the metadata have the right spelling: in the name of the folder `_` stands for `-`
    metadata = dict(metadata_of(path))
    name = metadata.get("Name") or name
    version = metadata.get("Version") or version.partition("-py")[0]  # NAME-VERSION-py3.8.egg-info
    file = f"{path}/direct_url.json"
    origin = records.read(file)
    if origin is None and os.path.lexists(file):
        origin = {}  # damaged: not from an index, but nobody knows from where
    return Distribution(name, version, os.path.exists(f"{path}/REQUESTED"), origin, path)


def _linked_project(path: str) -> str | None:
    """The project of an *.egg-link. `setup.py develop` writes the folder of the modules into it,
    and how the project is reached from there.
    """
    modules = first_line(path)
    lines = read_or_nothing(path).split(b"\n")
    up = os.fsdecode(lines[1].strip()) if len(lines) > 1 else ""
    if modules and re.fullmatch(r"\.\.(/\.\.)*/?", up):
        return os.path.normpath(f"{modules}/{up}")
    return modules


def linked_info(link: str, name: str) -> str:
    """The *.egg-info that an *.egg-link leads to; empty if there is none. `setup.py develop` leaves
    it in the project.
    """
    project = first_line(link) or ""
    infos = [each for each in listed(project) if each.endswith(".egg-info")]
    ours = [each for each in infos if normalized(each[:-9]) == normalized(name)]
    return f"{project}/{ours[0]}" if ours else ""


# ---- what the user requested ---------------------------------------------------------------------


def requested_in(found: list[Distribution], facts: Facts) -> list[Distribution]:
    """The distributions of an environment, as far as known as the user requested them."""
    recorded = records.texts(facts.record or {}, "requirements")
    implementation = (facts.config.implementation or "cpython").lower()
    return as_requested(found, recorded, version_text(facts.config.version), implementation)


def as_requested(
    found: list[Distribution], recorded: Iterable[str], version: str, implementation: str
) -> list[Distribution]:
    """The same distributions, as far as known as the user requested them: with their extras, those
    in the recorded requirements and those that the installed packages show; and without the mark
    of those that uv marked, as it marks everything, but that others depend on. version,
    implementation: of their Python.
    """
    from helper.inspection import dependencies

    variables = dependencies.variables_of(version, implementation, sys.platform, os.uname())
    known = list(filter(None, map(dependencies.parse, recorded)))
    packages = [
        dependencies.package(each.name, each.version, metadata_of(each.path)) for each in found
    ]
    if any(each.requested and _is_by_uv(each) for each in found):
        needed = dependencies.needed(packages, variables) - {each.name for each in known}
        found = [
            each._replace(requested=False)
            if normalized(each.name) in needed and each.origin is None and _is_by_uv(each)
            else each
            for each in found
        ]
    requested = {normalized(each.name) for each in found if each.requested}
    extras = dependencies.used_extras(packages, requested, variables)
    for each in known:
        if each.extras and each.name in requested:
            extras[each.name] = tuple(sorted({*each.extras, *extras.get(each.name, ())}))
    return [each._replace(extras=extras.get(normalized(each.name), ())) for each in found]


def _is_by_uv(each: Distribution) -> bool:
    return first_line(f"{each.path}/INSTALLER") == "uv"


# ---- sources -------------------------------------------------------------------------------------


def with_source(each: Distribution, environment: str) -> Distribution:
    """The same distribution, with the URL of its clone if its project is one in the environment,
    such as in `src`, which is gone after the environment.
    """
    if each.project is None or not each.project.startswith(f"{environment}/"):
        return each
    found = checkout(each.project)
    if found is None:
        return each
    return each._replace(source=f"{found[0]}#subdirectory={found[1]}" if found[1] else found[0])


def with_clone(each: Distribution, record: records.Record) -> Distribution:
    """The same distribution, with the URL of its clone in a record if its project is gone."""
    if each.project is None or each.source or os.path.isdir(each.project):
        return each
    for url in records.texts(record, "editables"):
        source, _, fragment = url.partition("#")
        name = re.search(r"(?:^|&)egg=([A-Za-z0-9._-]+)", fragment)
        last = re.sub(r"(?:\.git)?(?:@[^/@]*)?$", "", source.rstrip("/")).rpartition("/")[2]
        if "://" in url and normalized(name[1] if name else last) == normalized(each.name):
            subdirectory = re.search(r"(?:^|&)(subdirectory=[^&]*)", fragment)
            return each._replace(source=f"{source}#{subdirectory[1]}" if subdirectory else source)
    return each


# ---- commands ------------------------------------------------------------------------------------

HOOKS = ("preactivate", "postactivate", "predeactivate", "postdeactivate", "get_env_details")
"""The hooks that an environment may have in its bin."""

_VENVS = re.compile(
    r"activate(_this\.py|\.\w+)?|Activate\.ps1|deactivate(\.\w+)?|(python|pypy)[\d.]*t?"
)
_IN_BIN = re.compile(r"(?:(?:\.\./)+|/.*/)bin/([^/]+)", re.DOTALL)
"""A program in a RECORD: from site-packages up to the environment and into its bin."""
_SECTIONS = ("[console_scripts]", "[gui_scripts]")


def is_venvs(name: str) -> bool:
    """Whether a program of that name belongs to venv: an interpreter, or for activation."""
    return _VENVS.fullmatch(name) is not None


def runnable(path: str, name: str) -> bool:
    """Whether the environment at a path has a program of that name in its bin."""
    file = f"{path}/bin/{name}"
    return "/" not in name and os.path.isfile(file) and os.access(file, os.X_OK)


def declared(each: Distribution) -> set[str]:
    """The commands that the metadata of a distribution declare; they need not exist."""
    folder = each.path
    if folder.endswith(".egg-link"):
        folder = linked_info(folder, each.name)
    return _entry_points(folder) | recorded(folder)


def recorded(folder: str) -> set[str]:
    """The programs in bin that the list of installed files in a *.dist-info or *.egg-info names."""
    paths = _decoded(f"{folder}/installed-files.txt").split("\n")
    paths += recorded_files(read_or_nothing(f"{folder}/RECORD", LARGEST))
    found = [_IN_BIN.fullmatch(path) for path in paths]
    return {match[1] for match in found if match}


def _entry_points(folder: str) -> set[str]:
    """The names in the two sections of an entry_points.txt that define commands."""
    names, inside = set(), False
    for line in map(str.strip, _decoded(f"{folder}/entry_points.txt").split("\n")):
        name, equals, _ = line.partition("=")
        if line.startswith("["):
            inside = line in _SECTIONS
        elif inside and equals and not line.startswith(("#", ";")):
            names.add(name.strip())
    return names


def _decoded(file: str) -> str:
    return os.fsdecode(read_or_nothing(file, LARGEST))


# ---- checkouts -----------------------------------------------------------------------------------


def checkout(folder: str) -> tuple[str, str] | None:
    """`git+URL@COMMIT` of a folder in a clone, as pip writes it, and the folder's path within the
    clone; None if unknown. Starts no git.
    """
    clone = _clone_around(folder)
    if clone is None:
        return None
    root, git, shared = clone
    commit, url = _commit(git, shared), _remote(f"{shared}/config")
    return (f"git+{url}@{commit}", folder[len(root) + 1 :]) if commit and url else None


def in_other_worktrees(found: list[Distribution], folders: Iterable[str]) -> dict[str, str]:
    """The worktrees into which editable distributions lead although those folders are in others of
    the same repository; with such a one for each.
    """
    ours = [each for each in map(_clone_around, folders) if each]
    theirs = [_clone_around(each.project) for each in found if each.project]
    roots = {os.path.realpath(root) for root, _, _ in ours}
    return {
        root: our_root
        for root, _, shared in filter(None, theirs)
        for our_root, _, our_shared in ours
        if same(shared, our_shared) and os.path.realpath(root) not in roots
    }


def _clone_around(folder: str) -> tuple[str, str, str] | None:
    """The root of the worktree that contains a folder, its git directory, and that of the
    repository, which may be the same.
    """
    root = folder
    while not os.path.lexists(f"{root}/.git"):
        root, last = os.path.split(root)
        if not last:
            return None
    git = f"{root}/.git"
    line = None if os.path.isdir(git) else first_line(git)
    if line is not None and line.startswith("gitdir: "):  # of a submodule or a worktree
        git = os.path.join(root, line[len("gitdir: ") :])
    return root, git, os.path.join(git, first_line(f"{git}/commondir") or "")  # of a worktree


def _commit(git: str, shared: str) -> str | None:
    head = first_line(f"{git}/HEAD") or ""
    if not head.startswith("ref: "):
        return _hash(head)
    name = head[len("ref: ") :]
    if ".." in name:
        return None
    packed = [line.partition(" ") for line in _decoded(f"{shared}/packed-refs").split("\n")]
    commits = [commit for commit, _, ref in packed if ref == name]
    return _hash(first_line(f"{shared}/{name}")) or _hash(next(iter(commits), None))


def _hash(text: str | None) -> str | None:
    """A text if it is the hash of a commit: no other file's contents may get into a URL."""
    return text if text and re.fullmatch(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", text) else None


def _remote(config: str) -> str | None:
    """The URL that the clone came from, in a form that pip accepts."""
    section = ""
    urls: dict[str, str] = {}
    for line in map(str.strip, _decoded(config).split("\n")):
        if line.startswith("["):
            section = line
        key, equals, value = line.partition("=")
        if equals and key.strip() == "url" and section.startswith('[remote "'):
            urls.setdefault(section, value.strip())
    url = urls.get('[remote "origin"]') or next(iter(urls.values()), None)
    if url is None or "://" in url:
        return url
    if url.startswith("/"):
        return url_of(url)
    host, colon, path = url.partition(":")  # git@host:path, as scp writes it
    return f"ssh://{host}/{path}" if colon else None
