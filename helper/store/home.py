"""The home of the environments: the layout of $MULTIVENV_HOME, and the names in it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.files import is_utf8, same
from helper.base.messages import quoted

if TYPE_CHECKING:
    from typing import Iterator

STATE = ".multivenv"
RECORD = ".multivenv.json"
UNFINISHED = ".multivenv-incomplete"
"""The record's name until its environment is finished: renaming it to RECORD is the last step."""
PROJECT = ".project"
OPEN = ".multivenv-open"
"""There if MULTIVENV_AUTO is to leave it alone: others may put files into its project."""
LAST_USED = ".last-used"


class Home(NamedTuple):
    """$MULTIVENV_HOME, an absolute path that need not exist."""

    path: str

    def environment(self, name: str) -> str:
        """Path of the environment of that name."""
        return f"{self.path}/{name}"

    def state(self, *parts: str) -> str:
        """Path of something in multivenv's own folder: recipes, trash, locks."""
        return "/".join((self.path, STATE, *parts))

    def children(self) -> list[tuple[str, bool]]:
        """Name of each folder and link in the home, and whether it is a link; not multivenv's own.

        In the order of their bytes, those that start with a dot last: multivenv.sh has the same
        order. A home that is not there has none. Raises OSError if it cannot be read.
        """
        try:
            with os.scandir(self.path) as entries:
                # only the name and the type: an entry kept open would cost memory by the thousand
                found = [
                    (entry.name, entry.is_symlink())
                    for entry in entries
                    if not entry.is_file(follow_symlinks=False)
                ]
        except FileNotFoundError:
            return []
        found.sort(key=lambda item: (_dots(item[0]), os.fsencode(item[0])))
        return [each for each in found if each[0] != STATE]

    def environments(self) -> Iterator[tuple[str, bool]]:
        """Those of the children that are environments."""
        for name, link in self.children():
            if is_environment(f"{self.path}/{name}", link):
                yield name, link


def _dots(name: str) -> int:
    return 0 if name[0] != "." else 1 if name[1:2] != "." else 2


def is_environment(path: str, link: bool) -> bool:
    """Whether a direct child of the home is an environment, be it a damaged one.

    multivenv.sh has the same rule in _multivenv_is_environment.
    """
    exists = os.path.exists
    return (
        exists(f"{path}/pyvenv.cfg")
        or os.path.lexists(f"{path}/bin/python")
        or exists(f"{path}/{UNFINISHED}")
        or (link and not exists(path))
    )


def active_name(home: Home, virtual_env: str, known: list[tuple[str, bool]]) -> str | None:
    """Which of the environments of the home $VIRTUAL_ENV is.

    known are those of Home.children. A symlink is the active one too if its target is.
    """
    if not virtual_env:
        return None
    parent, name = os.path.split(virtual_env.rstrip("/"))
    if any(name == each for each, _ in known) and same(parent, home.path):
        return name
    links = [each for each, link in known if link]
    return next((each for each in links if same(home.environment(each), virtual_env)), None)


# ---- names ---------------------------------------------------------------------------------------

LONGEST = 128
"""Bytes in the longest name that a new environment may have."""


def check_child(verb: str, name: str) -> None:
    """Refuse what cannot be the name of a direct child of the home; any other name is data.

    Raises Misuse.
    """
    if not name:
        raise Misuse("the name of an environment cannot be empty", f"see {verb} --help")
    if name in (".", "..", ".multivenv"):  # the last one is multivenv's own folder
        raise Misuse(f"'{name}' is not the name of an environment", f"see {verb} --help")
    if "/" in name:
        raise Misuse(f"{quoted(name)} is not a name: it contains a '/'", f"see {verb} --help")


def check_new(verb: str, name: str) -> None:
    """Refuse what a new environment may not be called. Raises Misuse."""
    check_child(verb, name)
    why = why_not_new(name)
    if why:
        raise Misuse(
            f"{quoted(name)} cannot be the name of an environment: {why}", f"see {verb} --help"
        )


def why_not_new(name: str) -> str | None:
    """Why a new environment may not have this name, which check_child passed; None if it may."""
    if name.startswith(("-", ".")):
        return f"it starts with '{name[0]}'"
    if ":" in name:
        return "a ':' would split PATH"
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in name):
        return "it contains a control character"
    if not is_utf8(name):  # venv writes it into files as UTF-8
        return "it is not UTF-8"
    if len(os.fsencode(name)) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    return None
