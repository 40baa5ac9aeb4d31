"""multivenv adopt: make an environment of another tool one of the home, where it is."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted, tell, typed
from helper.base.options import HELP, parse
from helper.base.processes import Progress
from helper.inspection import verdict
from helper.inspection.facts import machine, read_at
from helper.making import create
from helper.outside import discovery, projects
from helper.store.home import Home, active_name
from helper.store.locks import locked
from helper.store.names import check_child, check_new, why_not_new

if TYPE_CHECKING:
    from typing import Mapping

    from helper.inspection.verdict import Verdict

OPTIONS = (HELP,)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Put a link to it into the home."""
    _, rest = parse("multivenv adopt", words, OPTIONS)
    if not 1 <= len(rest) <= 2 or not rest[0]:
        raise Misuse(
            "multivenv adopt needs a path, and may get a name (see multivenv adopt --help)"
        )
    if len(rest) == 2:
        check_new("multivenv adopt", rest[1])
    path = projects.directory(rest[0], environ)
    target = os.path.realpath(path)
    _check_place(home, path, target)
    judged = _checked(path, target)
    name = rest[1] if len(rest) == 2 else _name_for(path)
    with locked(home, name, "adopt"):
        create.check_free(home, name, Progress())
        os.symlink(target, home.environment(name))
    projects.announce(home)  # it may be bound to a project
    tell(f"{quoted(name)} is the environment {quoted(target)}, which stays where it is")
    if judged.status != "ok":
        tell(f"{quoted(name)} is {judged.status}: {judged.reason}")
    return 0


def _check_place(home: Home, path: str, target: str) -> None:
    """See that there is a folder that is not of the home. Raises Failure."""
    if not os.path.isdir(target):
        there = f"{quoted(path)} is no directory" if os.path.lexists(path) else None
        raise Failure(there or f"there is no directory {quoted(path)}")
    if ":" in target:
        raise Failure(f"{quoted(target)} has a ':', which would split PATH")
    name = active_name(home, target, home.children())
    if name is not None:
        raise Failure(
            f"{quoted(path)} is the environment {quoted(name)} already (usevenv {typed(name)})"
        )
    own = os.path.realpath(home.path)
    if target == own or target.startswith(f"{own}/"):
        raise Failure(f"{quoted(path)} is in {quoted(home.path)} already")


def _checked(path: str, target: str) -> Verdict:
    """The verdict on an environment that can be adopted. Raises Failure for anything else."""
    if discovery.is_conda(target):
        again = f"mkvenv -p {typed(path)} NAME makes one with its Python"
        raise Failure(f"{quoted(path)} is conda's, and no virtual environment ({again})")
    found = read_at(target)
    if found is None:
        raise Failure(f"{quoted(path)} is no environment: there is no pyvenv.cfg in it")
    judged = verdict.judge(found, machine(sys.executable))
    if judged.status in ("corrupt", "incomplete"):
        raise Failure(f"{quoted(path)} is {judged.status}: {judged.reason}")
    return judged


def _name_for(path: str) -> str:
    """The name of an environment that the user has not named. Raises Failure."""
    name = os.path.basename(discovery.project_around(path) or path)
    check_child("multivenv adopt", name)
    why = why_not_new(name)
    if why:
        again = f"multivenv adopt {typed(path)} NAME gives it another"
        raise Failure(f"{quoted(name)} cannot be the name of an environment: {why} ({again})")
    return name
