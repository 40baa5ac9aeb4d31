"""Adopting an environment of another tool: a symlink to it in the home."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.filesystems import check_symlinks
from helper.base.messages import quoted, typed
from helper.inspection import verdict
from helper.inspection.facts import machine, read_at
from helper.making.create import check_free
from helper.outside import discovery, projects
from helper.store.home import MARKS, Home, active_name, check_child, why_not_name

if TYPE_CHECKING:
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context


def adopt(context: Context, path: str, name: str | None = None) -> tuple[str, Verdict]:
    """Create a link to the environment at a path. name: None for the default. Returns its name and
    its verdict. Raises Misuse, Failure and OSError.
    """
    home, target = context.home, os.path.realpath(path)
    judged = check(context, path)
    name = default_name(path) if name is None else name
    with context.locked(name, "adopt"):
        check_free(context, name)
        advice = "set MULTIVENV_HOME to a folder on another one"
        check_symlinks(home.path, f"cannot adopt {quoted(target)}", advice)
        for mark in MARKS:
            os.makedirs(home.state(mark), exist_ok=True)
        os.symlink(target, home.environment(name))
    projects.forget_bindings(home)  # it may be bound to a project
    return name, judged


def check(context: Context, path: str) -> Verdict:
    """The verdict on the environment at a path. Raises Failure if it cannot be adopted."""
    target = os.path.realpath(path)
    _check_place(context.home, path, target)
    return _adoptable(path, target)


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


def _adoptable(path: str, target: str) -> Verdict:
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


def default_name(path: str) -> str:
    """The name that an environment gets if the user gives none: that of its folder, or, for `.venv`
    and the like, of its project. Raises Misuse and Failure.
    """
    name = os.path.basename(discovery.project_around(path) or path)
    check_child("multivenv adopt", name)
    why = why_not_name(name)  # its scripts are elsewhere
    if why:
        advice = f"multivenv adopt {typed(path)} NAME gives it another"
        raise Failure(f"{quoted(name)} cannot be the name of an environment: {why}", advice)
    return name
