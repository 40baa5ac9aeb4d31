"""The home of the environments: the layout of $MULTIVENV_HOME, and the names in it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.files import is_utf8, same, spelling
from helper.base.messages import shown

if TYPE_CHECKING:
    from typing import Iterator

STATE = ".multivenv"
RECORD = ".multivenv.json"
UNFINISHED = ".multivenv-incomplete"
"""The record's name until its environment is finished: renaming it to RECORD is the last step."""
PROJECT = ".project"
PROJECTS = ".multivenv-projects"
"""The other directories that it is bound to, one in each line."""
OPEN = ".multivenv-open"
"""Those of its projects for which MULTIVENV_AUTO does not activate it, one in each line: others can
write to them. All of them if it is empty."""
LAST_USED = ".last-used"
VARIABLES = ".env"
"""What usevenv and runvenv set, in the environments of the home."""
MARKS = USED, SOUND = "used", "sound"
"""Folders in STATE with a file for each symlinked environment: usevenv writes nothing into it."""


class Home(NamedTuple):
    """$MULTIVENV_HOME, an absolute path that need not exist."""

    path: str

    def environment(self, name: str) -> str:
        """The path of the environment of that name."""
        return f"{self.path}/{name}"

    def holds(self, path: str, link: bool) -> bool:
        """Whether an environment is in the home itself: not elsewhere, and no link to elsewhere."""
        return not link and os.path.dirname(path) == self.path

    def state(self, *parts: str) -> str:
        """A path in multivenv's own folder, such as that of a recipe."""
        return "/".join((self.path, STATE, *parts))

    def spelled(self, name: str) -> str:
        """The name of an environment as the home spells it: on a case-insensitive file system,
        names that differ only in case are one.
        """
        return spelling(self.path, name)

    def children(self) -> list[tuple[str, bool]]:
        """The name of each folder and link in the home, without multivenv's own, and whether it is
        a link. Empty if the home does not exist. Raises OSError if it cannot be read.

        Sorted by their bytes, those with a leading dot last, as in multivenv.sh.
        """
        try:
            with os.scandir(self.path) as entries:
                # only name and type: thousands of entries take memory
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
        """The children that are environments."""
        for name, link in self.children():
            if is_environment(f"{self.path}/{name}", link):
                yield name, link


def _dots(name: str) -> int:
    return 0 if name[0] != "." else 1 if name[1:2] != "." else 2


def is_environment(path: str, link: bool) -> bool:
    """Whether a direct child of the home is an environment, even a damaged one.

    The same rule as _multivenv_is_environment in the shell part.
    """
    exists = os.path.exists
    return (
        exists(f"{path}/pyvenv.cfg")
        or os.path.lexists(f"{path}/bin/python")
        or exists(f"{path}/{UNFINISHED}")
        or (link and not exists(path))
    )


def active_name(home: Home, virtual_env: str, known: list[tuple[str, bool]]) -> str | None:
    """The name of the environment at $VIRTUAL_ENV; None if that is not in the home. A symlink is
    active if its target is. known: the result of Home.children.
    """
    if not virtual_env:
        return None
    parent, name = os.path.split(virtual_env.rstrip("/"))
    names = [each for each, _ in known]
    if names and same(parent, home.path):
        spelled = name if name in names else home.spelled(name)
        if spelled in names:
            return spelled
    links = [each for each, link in known if link]
    return next((each for each in links if same(home.environment(each), virtual_env)), None)


# ---- names ---------------------------------------------------------------------------------------

LONGEST = 128
"""Bytes in the longest name of a new environment."""


def check_child(verb: str, name: str) -> None:
    """Raise Misuse for a name that no direct child of the home can have. Any other name is data."""
    if not name:
        raise Misuse("the name of an environment cannot be empty", f"see {verb} --help")
    if name in (".", "..", ".multivenv"):  # the last one is multivenv's own folder
        raise Misuse(f"'{name}' is not the name of an environment", f"see {verb} --help")
    if "/" in name:
        raise Misuse(f"'{shown(name)}' is not a name: it contains a '/'", f"see {verb} --help")


def check_new(verb: str, name: str) -> None:
    """Raise Misuse for a name that no new environment can have."""
    check_child(verb, name)
    why = why_not_new(name)
    if why:
        text = f"'{shown(name)}' cannot be the name of an environment: {why}"
        raise Misuse(text, f"see {verb} --help")


def why_not_new(name: str) -> str | None:
    """Why a new environment cannot have a name that passed check_child; None if it can."""
    expanded = next((char for char in name if char in _EXPANDED), None)
    if expanded is not None:
        return f"sh would expand the '{expanded}' in its scripts"
    return why_not_name(name)


_EXPANDED = '$`"\\'
"""What sh expands between double quotes, as in the first lines of a script with a long path."""


def why_not_name(name: str) -> str | None:
    """Why no verb creates a name that passed check_child; None if one may, or might before."""
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
