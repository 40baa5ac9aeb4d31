"""The project that an environment is bound to, and what in its directory leads to the environment.

The binding is a line in the environment's .project, as virtualenvwrapper writes it. The directory
itself changes only on request: --dot-venv makes .venv a symlink to the environment, --python-envs
lists it in .python-envs. These traces of an environment are renamed and removed with it.
"""

from __future__ import annotations

import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted
from helper.outside.outcome import Outcome
from helper.outside.traces import ALL, Traces
from helper.store.home import OPEN, PROJECT, Home

if TYPE_CHECKING:
    from typing import Mapping


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


def bind(path: str, project: str) -> None:
    """Bind the environment at a path to a project. Raises OSError.

    The mark for MULTIVENV_AUTO to ignore it is created before the binding, and removed after it.
    """
    mark, ignored = f"{path}/{OPEN}", why_ignored(project)
    if ignored and not os.path.lexists(mark):
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
    line = os.fsencode(project) + b"\n"
    files.write(f"{path}/{PROJECT}", line, f"{path}/.multivenv-project.new")
    if not ignored:
        _unlink_if_there(mark)


def unbind(path: str) -> None:
    """Remove the binding of the environment at a path. Raises OSError."""
    for name in (PROJECT, OPEN):
        _unlink_if_there(f"{path}/{name}")


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


def remove_traces(project: str | None, path: str, unwanted: Traces = ALL) -> Outcome:
    """Remove the traces of the environment at a path, which need not exist anymore."""
    outcome, name = Outcome(), quoted(os.path.basename(path))
    for trace in unwanted.of(project):
        outcome.attempt(f"{quoted(trace.file)} still leads to {name}", trace.take, path)
    return outcome


def rename_traces(project: str | None, old: str, new: str) -> list[str]:
    """Point the traces of a renamed environment to its new path. Idempotent. Returns messages about
    what failed.
    """
    outcome, name = Outcome(), quoted(os.path.basename(old))
    for trace in ALL.of(project):
        outcome.attempt(f"{quoted(trace.file)} still leads to {name}", trace.follow, old, new)
    return outcome.failed


def create_traces(project: str | None, path: str, wanted: Traces) -> list[str]:
    """Create the traces of a new environment at a path, unless something else is in their place.
    Returns messages about that and about the project.
    """
    if project is None or not project.startswith("/"):
        return []
    name = quoted(os.path.basename(path))
    if files.is_gone(project):
        return [f"the project of {name} no longer exists: {quoted(project)}"]
    outcome, ignored = Outcome(), why_ignored(project)
    for trace in wanted.of(project):
        outcome.attempt(f"{quoted(trace.file)} no longer leads to {name}", trace.put, path)
    return [*([ignored] if ignored else []), *outcome.messages]
