"""The distributions installed in an environment, read from its site-packages.

Formats: `*.dist-info` of PEP 376 and 427, REQUESTED of PEP 376, direct_url.json of PEP 610, and
setuptools' older `*.egg-info` and `*.egg-link`.
"""

from __future__ import annotations

import json
import os

from files import first_line
from tuples import TYPE_CHECKING, NamedTuple

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


def installed(site_packages: str) -> list[Distribution]:
    """The distributions in a site-packages folder, sorted by name. Raises OSError if unreadable."""
    found = []
    for entry in os.listdir(site_packages):
        stem, ending = os.path.splitext(entry)
        path = os.path.join(site_packages, entry)
        if ending == ".egg-link":
            found.append(Distribution(stem, "", True, _linked(path)))
        elif ending in (".dist-info", ".egg-info"):
            name, _, version = stem.partition("-")
            version = version.partition("-py")[0]  # NAME-VERSION-py3.8.egg-info
            name, version = _metadata(path, name, version)
            requested = os.path.exists(os.path.join(path, "REQUESTED"))
            found.append(Distribution(name, version, requested, _origin(path)))
    return sorted(found, key=lambda item: item.name.lower())


def _metadata(path: str, name: str, version: str) -> tuple[str, str]:
    """Name and version as the metadata spell them; the folder's name has `_` for `-`."""
    for file in (f"{path}/METADATA", f"{path}/PKG-INFO", path):
        try:
            with open(file, encoding="utf-8", errors="surrogateescape") as lines:
                for line in lines:
                    key, _, value = line.partition(":")
                    if key == "Name":
                        name = value.strip() or name
                    elif key == "Version":
                        version = value.strip() or version
                    elif not line.strip():
                        break
        except OSError:
            continue
        break
    return name, version


def _origin(path: str) -> dict[str, Any] | None:
    try:
        with open(os.path.join(path, "direct_url.json"), "rb") as file:
            origin = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return origin if isinstance(origin, dict) else None


def _linked(path: str) -> dict[str, Any] | None:
    """The project that `setup.py develop` linked, as direct_url.json would have it."""
    folder = first_line(path)
    if folder is None:
        return None
    from urllib.parse import quote

    url = f"file://{quote(os.fsencode(folder))}"
    return {"url": url, "dir_info": {"editable": True}}
