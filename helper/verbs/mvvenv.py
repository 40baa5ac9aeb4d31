"""mvvenv: give an environment another name, and write it wherever the old one stood."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted
from helper.base.options import HELP, parse
from helper.inspection import lookup, verdict
from helper.inspection.facts import Facts, machine
from helper.making import copy, create, replacement
from helper.making.context import Means, gather
from helper.outside import links
from helper.store import trash
from helper.store.home import Home
from helper.store.locks import locked
from helper.store.names import check_new

if TYPE_CHECKING:
    from typing import Mapping

OPTIONS = (HELP,)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Rename it. multivenv.sh activates it again if it was active."""
    _, names = parse("mvvenv", words, OPTIONS)
    if len(names) != 2:
        raise Misuse("mvvenv needs an environment and its new name (see mvvenv --help)")
    old, new = names
    source = lookup.find(home, "mvvenv", old)
    check_new("mvvenv", new)
    means = gather(home, environ, None)
    try:
        trash.folder(home)
        first, second = sorted((old, new))
        if first == second:
            raise Failure(f"{quoted(old)} has that name already")
        tell = means.shop.progress.show
        with locked(home, first, "mvvenv", tell=tell) as one, locked(
            home, second, "mvvenv", tell=tell
        ) as other:
            _move(means, source, new, one if first == new else other)
    finally:
        means.shop.progress.clear()
        means.interpreters.save()
    return 0


def _move(means: Means, source: Facts, new: str, lock: int) -> None:
    home = means.shop.home
    judged = verdict.judge(source, machine(sys.executable))
    if judged.status == "incomplete":
        raise Failure(f"{quoted(source.name)} is {judged.status}: {judged.reason}")
    create.check_free(home, new, means.shop.progress)
    place = links.known_folder(means.shop.environ)
    if source.target is not None:  # what it leads to stays as it is
        os.rename(source.path, home.environment(new))
        for line in replacement.follow(home, place, source.name, new):
            means.shop.progress.tell(line)
        return
    with replacement.renaming(home, place, source.name, new, means.shop.progress.tell) as whole:
        copy.make(means, source, judged, new, lock, whole)
