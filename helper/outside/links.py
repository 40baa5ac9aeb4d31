"""Which commands of environments are on PATH: symlinks in the user's folder for programs, BIN.

BIN/black leads to $MULTIVENV_HOME/apps/bin/black. That text makes a link one of ours: it is written
down nowhere else.
"""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, shown
from helper.store.home import STATE, Home

if TYPE_CHECKING:
    from typing import Mapping


class Link(NamedTuple):
    """A link of ours."""

    command: str
    environment: str
    """The name of the environment, which need not be there any more."""


def folder(environ: Mapping[str, str]) -> str:
    """The user's folder for programs, which need not be there: $XDG_BIN_HOME, as uv and others have
    it, or the ~/.local/bin of the XDG Base Directory Specification. Raises Failure.
    """
    setting, user_home = environ.get("XDG_BIN_HOME", ""), environ.get("HOME", "")
    if not setting and not user_home:
        raise Failure("no place for commands: neither XDG_BIN_HOME nor HOME names a folder")
    name, value = ("XDG_BIN_HOME", setting) if setting else ("HOME", user_home)
    if not value.startswith("/"):
        raise Failure(f"{name} is {quoted(value)}: it has to be an absolute path")
    if ":" in value:
        raise Failure(f"{name} is {quoted(value)}: a ':' would split PATH (choose another folder)")
    return os.path.normpath(setting or f"{user_home}/.local/bin")


def known_folder(environ: Mapping[str, str]) -> str | None:
    """The same, for those who have no use for what is wrong with it."""
    try:
        return folder(environ)
    except Failure:
        return None


def listed(home: Home, place: str) -> list[Link]:
    """All links of ours in a folder, sorted by their commands. One that is not there has none.

    Raises OSError if it cannot be read.
    """
    try:
        with os.scandir(place) as entries:
            names = [entry.name for entry in entries if entry.is_symlink()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    owners = [(name, environment_of(home, place, name)) for name in sorted(names)]
    return [Link(name, owner) for name, owner in owners if owner is not None]


def by_environment(home: Home, place: str | None) -> dict[str, tuple[str, ...]]:
    """The commands on PATH of each environment that has some, sorted; nothing if they cannot be
    read.
    """
    found: dict[str, tuple[str, ...]] = {}
    try:
        for command, name in listed(home, place) if place is not None else []:
            found[name] = (*found.get(name, ()), command)
    except OSError:
        pass
    return found


def of_one(home: Home, place: str | None, name: str) -> list[str]:
    """The commands on PATH of one environment, sorted."""
    return list(by_environment(home, place).get(name, ()))


def target(home: Home, command: str, name: str) -> str:
    """What the link of a command of an environment leads to."""
    return f"{home.environment(name)}/bin/{command}"


def environment_of(home: Home, place: str, command: str) -> str | None:
    """The environment to which the link of a command leads; None if that is no link of ours."""
    try:
        text = os.readlink(f"{place}/{command}")
    except OSError:
        return None
    name = text[len(home.path) + 1 : -len(f"/bin/{command}")]
    ours = text == target(home, command, name) and "/" not in name
    return name if ours and name not in ("", ".", "..", STATE) else None


def enumerated(commands: list[str]) -> str:
    """`black, isort`"""
    return ", ".join(map(shown, commands))
