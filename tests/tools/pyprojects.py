"""Usage: pyprojects.py FOLDER, started by modules.py

Reads the pyproject.toml in each source distribution of a folder with tomllib and with the small
reader, and its dependency groups. Prints differences, and how many it read.
"""

from __future__ import annotations

import os
import sys
import tarfile

import tomllib  # type: ignore[import-not-found, unused-ignore]

from helper.base.toml import parse_small
from helper.inspection.pyproject import project_in


def main(folder: str) -> None:
    count = 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".tar.gz"):
            continue
        with tarfile.open(f"{folder}/{name}") as archive:
            tops = [each for each in archive.getnames() if each.count("/") == 1]
            file = next((each for each in tops if each.endswith("/pyproject.toml")), None)
            opened = archive.extractfile(file) if file else None
            if opened is None:
                continue
            data = opened.read()
        theirs, ours = tomllib.loads(data.decode()), parse_small(data.decode())
        if repr(theirs) != repr(ours):
            print(f"{name}: {theirs!r}\n{ours!r}")
        project = project_in(data, f"/{name}")
        for group in project.groups:
            project.group(group)
        assert project.requires_python is None or project.requires_python
        count += 1
    print(f"read {count}")


main(sys.argv[1])
