"""Project templates of virtualenvwrapper, for the Python that they are installed for.

templates.py                      list them
templates.py NAME PROJECT DIR     apply one to the project PROJECT in DIR
"""

from __future__ import annotations

import inspect
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Iterable


def main(words: list[str]) -> None:
    """List the templates, or apply one. Exits with a message if it does not exist."""
    found = {each.name: each for each in _found("virtualenvwrapper.project.template")}
    if not words:
        for name, each in sorted(found.items()):
            print(f"{name:33} {inspect.getdoc(each.load()) or ''}")
    elif words[0] in found:
        found[words[0]].load()(words[1:])
    else:
        sys.exit(f"multivenv: no template named '{words[0]}': mkproject --help lists them")


def _found(group: str) -> Iterable[EntryPoint]:
    every: Any = entry_points()  # a dict before Python 3.10
    selected: Iterable[EntryPoint] = (
        every.select(group=group) if hasattr(every, "select") else every.get(group, ())
    )
    return selected


if __name__ == "__main__":
    main(sys.argv[1:])
