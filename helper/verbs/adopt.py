"""multivenv adopt: give an environment of another tool a name in the home, without moving it."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.filesystems import check_symlinks
from helper.base.messages import quoted, report, typed
from helper.base.options import parse
from helper.inspection import verdict
from helper.inspection.facts import machine, read_at
from helper.making.create import check_free
from helper.outside import discovery, projects
from helper.store.home import MARKS, Home, active_name, check_child, check_new, why_not_name

if TYPE_CHECKING:
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Create a link to it in the home."""
    home = context.home
    _, rest = parse("multivenv adopt", words)
    if not 1 <= len(rest) <= 2 or not rest[0]:
        raise Misuse(
            "multivenv adopt needs a path, and takes one name", "see multivenv adopt --help"
        )
    if len(rest) == 2:
        check_new("multivenv adopt", rest[1])
    path = projects.directory(rest[0], context.environ)
    target = os.path.realpath(path)
    _check_place(home, path, target)
    judged = _adoptable(path, target)
    name = rest[1] if len(rest) == 2 else _name_for(path)
    with context.locked(name, "adopt"):
        check_free(context, name)
        advice = "set MULTIVENV_HOME to a folder on another one"
        check_symlinks(home.path, f"cannot adopt {quoted(target)}", advice)
        for mark in MARKS:
            os.makedirs(home.state(mark), exist_ok=True)
        os.symlink(target, home.environment(name))
    projects.forget_bindings(home)  # it may be bound to a project
    report(f"adopted {quoted(target)} as {quoted(name)} (not moved; undo: rmvenv {typed(name)})")
    if judged.status != "ok":
        report(f"{quoted(name)} is {judged.status}: {judged.reason}")
    return 0


def _check_place(home: Home, path: str, target: str) -> None:
    """Check that it is a folder outside the home. Raises Failure."""
    if not os.path.isdir(target):
        problem = "is not a directory" if os.path.lexists(path) else "does not exist"
        raise Failure(f"{quoted(path)} {problem}")
    if ":" in target:
        raise Failure(f"cannot adopt {quoted(target)}: ':' would split PATH")
    name = active_name(home, target, home.children())
    if name is not None:
        advice = f"usevenv {typed(name)}"
        raise Failure(f"{quoted(path)} is already environment {quoted(name)}", advice)
    if f"{target}/".startswith(f"{os.path.realpath(home.path)}/"):
        raise Failure(f"{quoted(path)} is already in {quoted(home.path)}")


def _adoptable(path: str, target: str) -> verdict.Verdict:
    """The verdict on an environment that can be adopted. Raises Failure for anything else."""
    if discovery.is_conda(target):
        advice = f"mkvenv -p {typed(path)} NAME creates one with its Python"
        raise Failure(f"{quoted(path)} belongs to conda; it is not a virtual environment", advice)
    found = read_at(target)
    if found is None:
        raise Failure(f"{quoted(path)} is not an environment: it has no pyvenv.cfg")
    judged = verdict.judge(found, machine(sys.executable))
    if judged.status in ("corrupt", "incomplete"):
        raise Failure(f"{quoted(path)} is {judged.status}: {judged.reason}")
    return judged


def _name_for(path: str) -> str:
    """The default name of an environment. Raises Misuse and Failure."""
    name = os.path.basename(discovery.project_around(path) or path)
    check_child("multivenv adopt", name)
    why = why_not_name(name)  # its scripts are elsewhere
    if why:
        advice = f"multivenv adopt {typed(path)} NAME gives it another"
        raise Failure(f"{quoted(name)} cannot be the name of an environment: {why}", advice)
    return name
