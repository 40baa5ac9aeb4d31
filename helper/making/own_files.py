"""The user's own files in an environment: those that neither a package nor venv, virtualenv, uv or
pip put there. A rebuild carries them over to the new environment.
"""

from __future__ import annotations

import os
import re
import stat

from helper.base.compat import TYPE_CHECKING
from helper.base.files import Copier, listed_strictly, opened, read_or_nothing, walk
from helper.base.formats import LARGEST, hash_and_size, recorded_entries, recorded_files
from helper.inspection.damage import SEEDED_PROGRAMS
from helper.inspection.distributions import is_venvs
from helper.making import relocate

if TYPE_CHECKING:
    from typing import Iterator

_TOOLS = ("pyvenv.cfg", ".gitignore", ".lock", "CACHEDIR.TAG", "pip-selfcheck.json")
"""Files that venv, virtualenv, uv and pip create in the folder of an environment."""
_SHARED = ("bin", "include", "lib", "lib64", "share", "etc", "man", "local", "Scripts")
"""Folders there in which they and packages put files too."""
_LIBRARY = re.compile(r"(?:python|pypy)\d[\d.]*t?")
_IN_SITE = re.compile(
    r"(_virtualenv|distutils-precedence|easy-install|setuptools|__editable__.*)\.(py|pth)"
    r"|easy_install\.pyc?|[^/]*\.virtualenv|\.lock"
)
"""Files that virtualenv, setuptools and uv put beside the packages."""
_INFO = (".dist-info", ".egg-info", ".egg-link", ".egg")


def copy_beside(old: str, new: str) -> None:
    """Copy the user's own files of an old environment to a new one that has no packages yet: files
    and folders beside those of venv, such as `src` with the clones of editable projects; .project,
    the last use, and the permissions. Raises OSError.
    """
    for name in listed_strictly(old):
        known = name.startswith(".multivenv") or name in _TOOLS or name in _SHARED
        if known or os.path.lexists(f"{new}/{name}"):
            continue
        if _is_folder(f"{old}/{name}"):
            relocate.copy_tree(f"{old}/{name}", f"{new}/{name}", share=False)
        else:
            Copier(share=False).copy(f"{old}/{name}", f"{new}/{name}")
    os.chmod(new, stat.S_IMODE(os.stat(old).st_mode))


def copy_among(old: str, new: str) -> list[str]:
    """Copy those in the folders that packages share: programs and hooks in bin, `share`, `etc`,
    modules and `.pth` in site-packages. What the new environment has stays. Returns the paths of
    those that cannot be copied. Raises OSError.
    """
    copier, left = Copier(share=False), []
    libraries = [name for name in listed_strictly(f"{new}/lib") if _LIBRARY.fullmatch(name)]
    for file in own_files(old):
        target = f"{new}/{_moved(file, libraries)}"
        if os.path.lexists(target):
            continue
        try:
            _create_folders(old, new, os.path.dirname(file), os.path.dirname(target))
        except (FileExistsError, NotADirectoryError):
            left.append(file)
            continue
        mode = os.lstat(f"{old}/{file}").st_mode
        if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            copier.copy(f"{old}/{file}", target)
        else:
            left.append(file)
    return left


def _moved(file: str, libraries: list[str]) -> str:
    """The path of a file of an old environment in the new one, which may have another library."""
    parts = file.split("/")
    if len(parts) > 2 and parts[0] == "lib" and _LIBRARY.fullmatch(parts[1]) and libraries:
        parts[1] = libraries[0]
    return "/".join(parts)


def _create_folders(old: str, new: str, source: str, target: str) -> None:
    """Create the folder of a target, with the modes of the old folders."""
    if os.path.isdir(target):
        return
    _create_folders(old, new, os.path.dirname(source), os.path.dirname(target))
    os.mkdir(target)
    os.chmod(target, stat.S_IMODE(os.stat(f"{old}/{source}").st_mode) | stat.S_IRWXU)


def own_files(path: str) -> Iterator[str]:
    """The user's own files in the folders that packages share, relative to the environment. Raises
    OSError.
    """
    sites = _sites(path)
    packaged = packaged_files(path)
    for top in _SHARED:
        if top in ("lib64", "Scripts") or not _is_folder(f"{path}/{top}"):
            continue
        for folder, names in walk(f"{path}/{top}"):
            where = f"{top}{folder}"
            site = next((each for each in sites if f"{where}/".startswith(f"{each}/")), None)
            if "__pycache__" in folder or (site and _is_metadata(where[len(site) + 1 :])):
                continue
            for name in names:
                file = f"{where}/{name}"
                if file not in packaged and _is_own(path, where, name, site):
                    yield file


def packaged_files(path: str) -> set[str]:
    """The files that packages list, relative to the environment."""
    return {file for site in _sites(path) for file in _packaged(path, site)}


def _is_own(path: str, folder: str, name: str, site: str | None) -> bool:
    """Whether a file that no package lists is the user's, not of a tool."""
    file = f"{path}/{folder}/{name}"
    if folder == site:
        return not (_IN_SITE.fullmatch(name) or name.endswith(_INFO))
    if site:
        return not name.endswith(".pyc")
    if folder == "bin":
        return not (is_venvs(name) or SEEDED_PROGRAMS.fullmatch(name) or name.startswith("libpypy"))
    top, _, rest = folder.partition("/")
    if top == "lib" and _LIBRARY.fullmatch(rest.partition("/")[0]):
        return not os.path.lexists(f"{path}/lib/{rest.partition('/')[0]}/os.py")  # virtualenv's
    if os.path.islink(file):  # include/python2.7, local/bin
        target = os.path.realpath(file)
        return not (os.path.isdir(target) and top in ("include", "local", "lib"))
    return not (top == "include" and _LIBRARY.match(rest))


def _is_metadata(inside: str) -> bool:
    """Whether a folder in site-packages is one of metadata, or a leftover of pip's."""
    first = inside.partition("/")[0]
    return first.endswith(_INFO) or first.startswith("~")


def _sites(path: str) -> list[str]:
    libraries = [name for name in listed_strictly(f"{path}/lib") if _LIBRARY.fullmatch(name)]
    found = [f"lib/{name}/site-packages" for name in libraries]
    return [site for site in found if os.path.isdir(f"{path}/{site}")]


def _packaged(path: str, site: str) -> Iterator[str]:
    """The files that the packages in a site-packages folder list, relative to the environment."""
    for name in listed_strictly(f"{path}/{site}"):
        info = f"{path}/{site}/{name}"
        if name.endswith((".dist-info", ".egg-info")):
            listing = read_or_nothing(f"{info}/RECORD", LARGEST)
            for each in recorded_files(listing):
                yield _inside(path, os.path.join(site, each))
            listing = read_or_nothing(f"{info}/installed-files.txt", LARGEST)
            for each in os.fsdecode(listing).split("\n"):
                yield _inside(path, os.path.join(site, name, each))
            if not os.path.exists(f"{info}/RECORD"):  # what it has is known by its modules only
                yield from _modules(path, site, info)


def _modules(path: str, site: str, info: str) -> Iterator[str]:
    for name in os.fsdecode(read_or_nothing(f"{info}/top_level.txt")).split():
        yield from (f"{site}/{name}{ending}" for ending in (".py", ".pyc", ".so"))
        folder = f"{path}/{site}/{name}"
        if "/" not in name and name not in (".", "..") and _is_folder(folder):
            for inner, names in walk(folder):
                yield from (f"{site}/{name}{inner}/{each}" for each in names)


def _inside(path: str, file: str) -> str:
    """A path of a RECORD as one in the environment; older tools write absolute ones."""
    if file.startswith(f"{path}/"):
        file = file[len(path) + 1 :]
    return os.path.normpath(file)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


# ---- edited files --------------------------------------------------------------------------------


def edited_files(path: str) -> list[str]:
    """The files of packages that differ from the hash in their RECORD, relative to the environment.
    Only those are read that changed after their installation, or have another size.
    """
    found = []
    for site in _sites(path):
        for name in listed_strictly(f"{path}/{site}"):
            record = f"{path}/{site}/{name}/RECORD"
            if name.endswith(".dist-info") and os.path.isfile(record):
                installed = os.stat(record).st_mtime + 2
                for where, entry in recorded_entries(read_or_nothing(record, LARGEST)):
                    file = _inside(path, os.path.join(site, where))
                    if _is_edited(f"{path}/{file}", entry, installed):
                        found.append(file)
    return sorted(found)


def _is_edited(file: str, entry: str, installed: float) -> bool:
    """Whether a file differs from `sha256=hash,size`."""
    hashed, _, size = entry.partition(",")
    if not hashed.startswith("sha256=") or "/bin/" in file:
        return False
    try:
        found = os.stat(file)
        if size.isdigit() and int(size) == found.st_size and found.st_mtime < installed:
            return False
        with opened(file) as data:
            return hash_and_size(data.read()).partition(",")[0] != hashed
    except OSError:
        return False
