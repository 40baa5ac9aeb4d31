"""The distributions installed in an environment, read from its site-packages.

Formats: `*.dist-info` of PEP 376 and 427, REQUESTED of PEP 376, direct_url.json of PEP 610.
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict, NamedTuple


class Distribution(NamedTuple):
    """An installed distribution."""

    name: str
    version: str
    requested: bool
    """Whether it was asked for, as opposed to having come along."""
    origin: Dict[str, Any] | None
    """direct_url.json: where it came from, if not from an index."""


def installed(site_packages: str) -> list[Distribution]:
    """The distributions in a site-packages folder, sorted by name. Raises OSError if unreadable."""
    found = []
    for folder in os.listdir(site_packages):
        stem, ending = os.path.splitext(folder)
        if ending not in (".dist-info", ".egg-info"):
            continue
        path = os.path.join(site_packages, folder)
        name, _, version = stem.partition("-")
        # NAME-VERSION-py3.8.egg-info
        version = version.partition("-py")[0] if ending == ".egg-info" else version
        name, version = _metadata(path, name, version)
        requested = os.path.exists(os.path.join(path, "REQUESTED"))
        found.append(Distribution(name, version, requested, _origin(path)))
    return sorted(found, key=lambda item: item.name.lower())


def _metadata(path: str, name: str, version: str) -> tuple[str, str]:
    """Name and version as the metadata spell them; the folder's name has `_` for `-`."""
    for file in ("METADATA", "PKG-INFO"):
        try:
            with open(os.path.join(path, file), encoding="utf-8", errors="surrogateescape") as lines:
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


def _origin(path: str) -> Dict[str, Any] | None:
    try:
        with open(os.path.join(path, "direct_url.json"), "rb") as file:
            origin = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return origin if isinstance(origin, dict) else None
