"""The distributions installed in an environment, read from its site-packages.

Formats: `*.dist-info` of PEP 376 and 427, REQUESTED of PEP 376, direct_url.json of PEP 610, and
setuptools' older `*.egg-info` and `*.egg-link`.
"""

from __future__ import annotations

import json
import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import first_line, read, read_or_nothing
from helper.base.urls import path_of, url_of

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
    for file in (f"{path}/METADATA", f"{path}/PKG-INFO", path):
        head = os.fsdecode(read_or_nothing(file, 1 << 16)).replace("\r\n", "\n").split("\n\n")[0]
        for line in head.split("\n"):
            key, _, value = line.partition(":")
            if key == "Name":
                name = value.strip() or name
            elif key == "Version":
                version = value.strip() or version
        if head:
            break
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
    from helper.base.git import checkout

    return each._replace(checkout=checkout(path_of(str((each.origin or {}).get("url", "")))))


def _linked(path: str) -> dict[str, Any] | None:
    """The project that `setup.py develop` linked, as direct_url.json would have it."""
    folder = first_line(path)
    if folder is None:
        return None
    return {"url": url_of(folder), "dir_info": {"editable": True}}


def hashed(data: bytes) -> str:
    """Hash and size of a file as they stand in a RECORD (PEP 376): `sha256=hash,size`."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    digest = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
    return f"sha256={digest},{len(data)}"
