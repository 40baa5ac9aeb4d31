"""The distributions installed in an environment, and their commands, read from disk.

Formats: `*.dist-info` of PEP 376 and 427, REQUESTED of PEP 376, direct_url.json of PEP 610,
entry_points.txt of the PyPA's entry points specification, setuptools' older `*.egg-info`,
`*.egg-link` and installed-files.txt, gitrepository-layout(5), and git-config(1) as far as
`git clone` writes it.
"""

from __future__ import annotations

import json
import os
import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import first_line, read, read_or_nothing
from helper.base.formats import LARGEST, metadata_of, normalized, path_of, recorded_files, url_of

if TYPE_CHECKING:
    from typing import Any


class Distribution(NamedTuple):
    """An installed distribution."""

    name: str
    version: str
    """Empty if not known."""
    requested: bool
    """Whether it was asked for, as opposed to having come along."""
    origin: dict[str, Any] | None
    """direct_url.json: where it came from, if not from an index."""
    checkout: tuple[str, str] | None = None
    """For one in editable mode that is a git checkout: what git.checkout says of it."""
    path: str = ""
    """Its *.dist-info or the like."""


def installed(site_packages: str) -> list[Distribution]:
    """The distributions in a site-packages folder, sorted by name. Raises OSError if unreadable."""
    found = []
    for entry in os.listdir(site_packages):
        if entry.startswith("~"):  # what pip has put aside while it replaced it
            continue
        stem, ending = os.path.splitext(entry)
        path = os.path.join(site_packages, entry)
        if ending == ".egg-link":
            found.append(_with_checkout(Distribution(stem, "", True, _linked(path), path=path)))
        elif ending in (".dist-info", ".egg-info"):
            name, _, version = stem.partition("-")
            version = version.partition("-py")[0]  # NAME-VERSION-py3.8.egg-info
            name, version = _metadata(path, name, version)
            requested = os.path.exists(os.path.join(path, "REQUESTED"))
            one = Distribution(name, version, requested, _origin(path), path=path)
            found.append(_with_checkout(one))
    return sorted(found, key=lambda item: item.name.lower())


def _metadata(path: str, name: str, version: str) -> tuple[str, str]:
    """Name and version as the metadata spell them; the folder's name has `_` for `-`."""
    for key, value in metadata_of(path):
        if key == "Name":
            name = value or name
        elif key == "Version":
            version = value or version
    return name, version


def _origin(path: str) -> dict[str, Any] | None:
    try:
        origin = json.loads(read(os.path.join(path, "direct_url.json"), 1 << 16))
    except (OSError, ValueError):
        return None
    return origin if isinstance(origin, dict) else None


def _with_checkout(each: Distribution) -> Distribution:
    """With the commit that is checked out, as far as .git tells it without git."""
    folder = (each.origin or {}).get("dir_info")
    if not isinstance(folder, dict) or folder.get("editable") is not True:
        return each
    return each._replace(checkout=checkout(path_of(str((each.origin or {}).get("url", "")))))


def _linked(path: str) -> dict[str, Any] | None:
    """The project that `setup.py develop` linked, as direct_url.json would have it."""
    folder = first_line(path)
    if folder is None:
        return None
    return {"url": url_of(folder), "dir_info": {"editable": True}}


# ---- commands ------------------------------------------------------------------------------------

HOOKS = ("preactivate", "postactivate", "predeactivate", "postdeactivate")
"""Those that an environment can have of its own, in its bin."""

_VENVS = re.compile(
    r"activate(_this\.py|\.\w+)?|Activate\.ps1|deactivate(\.\w+)?|(python|pypy)[\d.]*t?"
)
_IN_BIN = re.compile(r"(?:(?:\.\./)+|/.*/)bin/([^/]+)", re.DOTALL)
"""A program as it stands in a RECORD: from site-packages up to the environment and into its bin."""
_SECTIONS = ("[console_scripts]", "[gui_scripts]")


def is_venvs(name: str) -> bool:
    """Whether a program of that name is venv's own: an interpreter, or for activation."""
    return _VENVS.fullmatch(name) is not None


def runnable(path: str, name: str) -> bool:
    """Whether the environment at a path has a program of that name in its bin."""
    file = f"{path}/bin/{name}"
    return "/" not in name and os.path.isfile(file) and os.access(file, os.X_OK)


def declared(each: Distribution) -> set[str]:
    """The commands that the metadata of a distribution declare; they need not be there."""
    folder = each.path
    if folder.endswith(".egg-link"):
        folder = _linked_metadata(each)
    return _entry_points(folder) | recorded(folder)


def recorded(folder: str) -> set[str]:
    """The programs in bin that the list of installed files in a *.dist-info or *.egg-info has."""
    wheres = _text(f"{folder}/installed-files.txt").split("\n")
    wheres += recorded_files(read_or_nothing(f"{folder}/RECORD", LARGEST))
    found = [_IN_BIN.fullmatch(where) for where in wheres]
    return {match[1] for match in found if match}


def _entry_points(folder: str) -> set[str]:
    """The names in the two sections of an entry_points.txt that make commands."""
    names, inside = set(), False
    for line in map(str.strip, _text(f"{folder}/entry_points.txt").split("\n")):
        name, equals, _ = line.partition("=")
        if line.startswith("["):
            inside = line in _SECTIONS
        elif inside and equals and not line.startswith(("#", ";")):
            names.add(name.strip())
    return names


def _linked_metadata(each: Distribution) -> str:
    """The *.egg-info of a project that `setup.py develop` linked; empty if there is none."""
    folder = first_line(each.path) or ""
    try:
        entries = os.listdir(folder)
    except OSError:
        return ""
    for entry in entries:
        stem, ending = os.path.splitext(entry)
        if ending == ".egg-info" and normalized(stem) == normalized(each.name):
            return f"{folder}/{entry}"
    return ""


def _text(file: str) -> str:
    return os.fsdecode(read_or_nothing(file, LARGEST))


# ---- checkouts -----------------------------------------------------------------------------------


def checkout(folder: str) -> tuple[str, str] | None:
    """`git+URL@COMMIT` of a folder in a clone, as pip writes it, and the folder's path within the
    clone; None if that cannot be told.
    """
    root = folder
    while not os.path.lexists(f"{root}/.git"):
        root, last = os.path.split(root)
        if not last:
            return None
    git = _git_folder(f"{root}/.git")
    shared = os.path.join(git, first_line(f"{git}/commondir") or "")  # of a worktree
    commit, url = _commit(git, shared), _remote(f"{shared}/config")
    if not commit or not url:
        return None
    return f"git+{url}@{commit}", folder[len(root) + 1 :]


def _git_folder(path: str) -> str:
    """Where the repository is: a submodule and a worktree have a file that tells."""
    line = None if os.path.isdir(path) else first_line(path)
    if line is None or not line.startswith("gitdir: "):
        return path
    return os.path.join(os.path.dirname(path), line[len("gitdir: ") :])


def _commit(git: str, shared: str) -> str | None:
    head = first_line(f"{git}/HEAD") or ""
    if not head.startswith("ref: "):
        return head or None
    name = head[len("ref: ") :]
    commit = first_line(f"{shared}/{name}")
    if commit:
        return commit
    for line in os.fsdecode(read_or_nothing(f"{shared}/packed-refs", 1 << 20)).split("\n"):
        commit, _, packed = line.partition(" ")
        if packed == name:
            return commit
    return None


def _remote(config: str) -> str | None:
    """The URL that it was cloned from, as pip can use it."""
    section = ""
    urls: dict[str, str] = {}
    for line in os.fsdecode(read_or_nothing(config, 1 << 16)).split("\n"):
        text = line.strip()
        if text.startswith("["):
            section = text
        key, equals, value = text.partition("=")
        if equals and key.strip() == "url" and section.startswith('[remote "'):
            urls.setdefault(section, value.strip())
    url = urls.get('[remote "origin"]') or next(iter(urls.values()), None)
    if url is None or "://" in url:
        return url
    if url.startswith("/"):
        return url_of(url)
    host, colon, path = url.partition(":")  # git@host:path, as scp has it
    return f"ssh://{host}/{path}" if colon else None
