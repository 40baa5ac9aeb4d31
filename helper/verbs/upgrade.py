"""multivenv upgrade: report how this copy of multivenv was installed, and what upgrades it."""

from __future__ import annotations

import os
import re

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted, short, typed, write
from helper.base.options import parse

if TYPE_CHECKING:
    from helper.making.context import Context

_MARK = "installed-by"
"""The file that packaging/install leaves: the method, then lines of a key and a value."""

_PLUGIN_MANAGERS = (
    ("/antidote/", "antidote", "antidote update"),
    ("/.antigen/", "antigen", "antigen update"),
    ("/sheldon/repos/", "sheldon", "sheldon lock --update"),
    ("/.zplug/repos/", "zplug", "zplug update"),
    ("/.zgenom/", "zgenom", "zgenom update"),
    ("/.zim/modules/", "zim", "zimfw update"),
)
"""Managers of zsh's plugins that leave no mark of their own in a clone: a part of the path, the
name, and the command. oh-my-zsh leaves clones in its `custom` folder to git.
"""


class Installation(NamedTuple):
    """How a copy was installed, and how to upgrade it."""

    how: str
    where: str
    """Where to type the commands, such as ` in the folder of a newer version`."""
    commands: tuple[str, ...]


def run(context: Context, words: list[str]) -> int:
    """Report. Changes nothing, and starts nothing."""
    _, rest = parse("multivenv upgrade", words)
    if rest:
        raise Misuse("multivenv upgrade takes no arguments", "see multivenv upgrade --help")
    root = __file__.rpartition("/helper/")[0]  # as the shell names it: maybe through a symlink
    found = installation(root, writable=os.access(root, os.W_OK))
    if found is None:
        what = f"no record of how {quoted(root)} was installed"
        raise Failure(what, "replace the folder with that of a newer version")
    return write(
        (
            f"multivenv {_version(root)} in {short(root)}: {found.how}",
            f"upgrade it{found.where}:",
            *(f"  {command}" for command in found.commands),
        )
    )


def _version(root: str) -> str:
    text = files.read_or_nothing(f"{root}/multivenv.sh", 1 << 16).decode(errors="replace")
    match = re.search("^_multivenv_version=(.*)", text, re.MULTILINE)
    return match.group(1) if match else "(unknown version)"


def installation(root: str, writable: bool) -> Installation | None:
    """How the copy in root was installed; None if nothing says so. writable: whether this user may
    change it.
    """
    mark = os.fsdecode(files.read_or_nothing(f"{root}/{_MARK}")).split("\n")
    if mark[0]:
        notes = dict(line.split(" ", 1) for line in mark[1:] if " " in line)
        return _marked(mark[0], notes, writable)
    if os.path.lexists(f"{root}/.git"):
        return _cloned(root)
    return None


def _marked(method: str, notes: dict[str, str], writable: bool) -> Installation:
    prefix = notes.get("prefix", "")
    sudo = "" if writable else "sudo "
    if method == "make":
        command = f"make && {sudo}make install prefix={typed(prefix)}"
        where = " in the folder of a newer version"
        return Installation(f"make install, prefix {short(prefix)}", where, (command,))
    if method == "install.sh":
        source = f", from {notes['from']}" if "from" in notes else ""
        command = f"{sudo}sh install.sh --prefix {typed(prefix)}"
        where = " with the install.sh of a newer version"
        return Installation(f"install.sh, prefix {short(prefix)}{source}", where, (command,))
    if method == "debian":
        commands = (
            "sudo apt update && sudo apt install --only-upgrade multivenv",
            "sudo apt install ./multivenv_VERSION_all.deb    # a package that you downloaded",
        )
        return Installation("Debian package", "", commands)
    if method == "homebrew":
        return Installation("Homebrew", "", ("brew update && brew upgrade multivenv",))
    if method == "aur":
        where = " in the folder of the newer PKGBUILD"
        return Installation("Arch package", where, ("makepkg -si",))
    return Installation(f"package of {method}", "", (f"use {method}",))


def _cloned(root: str) -> Installation:
    if os.path.isdir(f"{root}/._zinit"):
        plugin = os.path.basename(root).replace("---", "/")
        return Installation("plugin of zinit", "", (f"zinit update {typed(plugin)}",))
    for part, name, command in _PLUGIN_MANAGERS:
        if part in root:
            return Installation(f"plugin of {name}", "", (command,))
    git = f"git -C {typed(root)}"
    if _head(root).startswith("ref:"):
        return Installation("git clone", "", (f"{git} pull",))
    commands = (f"{git} fetch --tags", f"{git} checkout vVERSION")
    return Installation("git clone of one version", "", commands)


def _head(root: str) -> str:
    """The text of HEAD in the clone or worktree."""
    git = f"{root}/.git"
    link = files.first_line(git) or ""  # of a worktree or submodule
    if link.startswith("gitdir: "):
        git = os.path.join(root, link[len("gitdir: ") :])
    return files.first_line(f"{git}/HEAD") or ""
