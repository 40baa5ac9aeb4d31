"""The project that an environment is bound to, and what in its directory leads to the environment.

The binding is a line in the environment's .project, as virtualenvwrapper writes it, or, of further
directories, in its .multivenv-projects. A directory itself changes only on request: --dot-venv
makes .venv a symlink to the environment, --python-envs lists it in .python-envs. These traces of an
environment are renamed and removed with it.
"""

from __future__ import annotations

import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted, typed
from helper.outside.outcome import Outcome
from helper.outside.traces import ALL, Traces
from helper.store.bindings import LARGEST, bound, lines_of
from helper.store.home import OPEN, PROJECT, PROJECTS, Home

if TYPE_CHECKING:
    from typing import Mapping, Sequence


def directory(word: str, environ: Mapping[str, str]) -> str:
    """The absolute path of a directory that the user named; it need not exist. Symlinks stay in it.
    An empty word is the current directory. Raises OSError if that was deleted.
    """
    word = files.expanded(word)
    here = "" if word.startswith("/") else files.current_folder(environ)
    return os.path.normpath(os.path.join(here, word))


def checked(project: str) -> str:
    """A directory that an environment can be bound to. Raises Failure for any other path."""
    if not os.path.isdir(project):
        raise Failure(f"cannot bind to {quoted(project)}: no such directory")
    if "\n" in project:
        raise Failure(f"{quoted(project)} contains a newline, which {PROJECT} cannot hold")
    return project


def bind(path: str, projects: Sequence[str]) -> None:
    """Bind the environment at a path to these directories, and to no other. Raises OSError.

    At each step it is bound to all that were and are to be bound. The mark for MULTIVENV_AUTO to
    ignore some of them is written before they are bound, and reduced after that.
    """
    before = bound(path)
    _mark(path, [*before, *projects], before)
    if len(before) > 1 or len(projects) > 1:
        _write_others(path, list(dict.fromkeys([*projects, *before])))
    if projects:
        line = lines_of([projects[0]])
        files.write(f"{path}/{PROJECT}", line, f"{path}/.multivenv-project.new")
    else:
        _unlink_if_there(f"{path}/{PROJECT}")
    _write_others(path, list(projects[1:]))
    _mark(path, projects)


def _write_others(path: str, projects: list[str]) -> None:
    file, text = f"{path}/{PROJECTS}", lines_of(projects)
    if not text:
        _unlink_if_there(file)
    elif files.read_or_nothing(file, LARGEST) != text:
        files.write(file, text)


def _mark(path: str, projects: Sequence[str], known: Sequence[str] = ()) -> None:
    """Write the mark. known: directories for which an empty one, of an earlier version, may be."""
    file = f"{path}/{OPEN}"
    ignored = [each for each in dict.fromkeys(projects) if why_ignored(each)]
    if not ignored and not known:
        _unlink_if_there(file)
    elif ignored and files.read_or_nothing(file, LARGEST) != lines_of(ignored):
        files.write(file, lines_of(ignored))


def check_number(name: str, projects: Sequence[str]) -> None:
    """Check that the shells can read all bindings of an environment. Raises Failure."""
    if len(lines_of(list(projects))) > LARGEST:
        advice = f"bindvenv --remove {typed(name)} DIR"
        raise Failure(f"{quoted(name)} is bound to too many directories", advice)


def _unlink_if_there(file: str) -> None:
    try:
        os.unlink(file)
    except FileNotFoundError:
        pass


def why_ignored(project: str) -> str | None:
    """Why MULTIVENV_AUTO ignores a project, as a message: another user may put files there. None if
    it does not, or if the directory cannot be examined.
    """
    try:
        found = os.stat(project)
    except OSError:
        return None
    so = "so MULTIVENV_AUTO ignores it"
    if found.st_uid != os.geteuid():
        return f"{quoted(project)} belongs to another user, {so}"
    if found.st_mode & stat.S_IWOTH:
        advice = "chmod o-w it, then bindvenv again"
        return f"everybody can write to {quoted(project)}, {so} ({advice})"
    return None


def forget_bindings(home: Home) -> None:
    """Delete the shells' list of the bindings: one has changed."""
    files.drop(home.state("bindings"))


def remove_traces(projects: Sequence[str], path: str, unwanted: Traces = ALL) -> Outcome:
    """Remove the traces of the environment at a path, which need not exist anymore."""
    outcome, name = Outcome(), quoted(os.path.basename(path))
    for trace in [trace for each in projects for trace in unwanted.of(each)]:
        outcome.attempt(f"{quoted(trace.file)} still leads to {name}", trace.take, path)
    return outcome


def rename_traces(projects: Sequence[str], old: str, new: str) -> list[str]:
    """Point the traces of a renamed environment to its new path. Idempotent. Returns messages about
    what failed.
    """
    outcome, name = Outcome(), quoted(os.path.basename(old))
    for trace in [trace for each in projects for trace in ALL.of(each)]:
        outcome.attempt(f"{quoted(trace.file)} still leads to {name}", trace.follow, old, new)
    return outcome.failed


def create_traces(projects: Sequence[str], path: str, wanted: Mapping[str, Traces]) -> list[str]:
    """Create the traces of a new environment at a path, unless something else is in their place.
    wanted: those in each directory. Returns messages about that and about the directories.
    """
    name, lines = quoted(os.path.basename(path)), []
    for project in [each for each in projects if each.startswith("/")]:
        if files.is_gone(project):
            lines.append(f"the project of {name} no longer exists: {quoted(project)}")
            continue
        outcome, ignored = Outcome(), why_ignored(project)
        for trace in wanted.get(project, Traces()).of(project):
            outcome.attempt(f"{quoted(trace.file)} no longer leads to {name}", trace.put, path)
        lines += [*([ignored] if ignored else []), *outcome.messages]
    return lines
