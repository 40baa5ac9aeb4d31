"""rmvenv: remove environments, after one question for all of them."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.messages import confirmed, quoted, shown, tell
from helper.base.options import HELP, Option, parse
from helper.inspection import lookup
from helper.inspection.facts import Facts
from helper.making.remove import remove_with_hooks
from helper.outside import links
from helper.store import trash
from helper.store.home import Home
from helper.store.names import check_child

if TYPE_CHECKING:
    from typing import Mapping


OPTIONS = (HELP, Option(("-y", "--yes")))


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Remove environments, after one question for all of them."""
    given, wanted = parse("rmvenv", words, OPTIONS)
    if not wanted:
        raise Misuse("rmvenv needs a name (see rmvenv --help)")
    names = list(dict.fromkeys(wanted))
    for name in names:  # a misuse anywhere comes before anything else
        check_child("rmvenv", name)
    found = [lookup.find(home, "rmvenv", name) for name in names]
    for each in found:
        _check_removable(each, environ.get("VIRTUAL_ENV", ""))
    trash.sweep(home)
    if "--yes" not in given and not confirmed(_question(found)):
        tell("nothing was removed")
        return 1
    place = links.known_folder(environ)
    return max([remove_with_hooks(home, name, place) for name in names])


def _check_removable(found: Facts, virtual_env: str) -> None:
    if virtual_env and same(found.path, virtual_env):  # by whatever path it was activated
        raise Failure(f"{quoted(found.name)} is active (stopvenv first)")
    if found.owner:
        raise Failure(f"{quoted(found.name)} is being worked on ({found.owner})")


def _question(found: list[Facts]) -> str:
    """What to ask. Of a symlinked one that is there elsewhere only the link goes."""
    links = [each for each in found if each.target is not None and each.target_exists]
    others = [each for each in found if each not in links]
    if not links:
        return f"Remove {_joined(others)}?"
    stays = shown(links[0].target or "")
    note = f"It stays in {stays}" if len(links) == 1 else "They stay where they are"
    if not others:
        return f"Forget {_joined(links)}? {note}"
    return f"Remove {_joined(others)}, and forget {_joined(links)}? {note}"


def _joined(found: list[Facts]) -> str:
    *others, last = (shown(each.name) for each in found)
    return f"{', '.join(others)} and {last}" if others else last
