"""mvvenv: give an environment another name, and write it wherever the old one stood."""

from __future__ import annotations

import os
import sys

import create
import duplicate
import journal
import links
import lookup
import trash
import verdict
from errors import Failure, Misuse
from facts import Facts, machine
from home import Home
from locks import locked
from means import Means, gather
from messages import quoted
from names import check_new
from options import HELP, parse
from tuples import TYPE_CHECKING

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
        for line in journal.follow(home, place, source.name, new):
            means.shop.progress.tell(line)
        return
    with journal.renaming(home, place, source.name, new, means.shop.progress.tell) as whole:
        duplicate.make(means, source, judged, new, lock, whole)
