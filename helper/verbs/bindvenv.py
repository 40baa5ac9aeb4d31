"""bindvenv: tie an environment to a project's directory, or untie it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import leads_to
from helper.base.messages import quoted, tell, typed
from helper.base.options import HELP, Option, parse
from helper.inspection import lookup
from helper.outside import projects, python_envs
from helper.outside.projects import Traces
from helper.store.home import Home, active_name
from helper.store.locks import locked

if TYPE_CHECKING:
    from typing import Mapping

    from helper.inspection.facts import Facts

OPTIONS = (
    HELP,
    Option(("--dot-venv",)),
    Option(("--python-envs",)),
    Option(("--remove",)),
)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Bind it, or undo that."""
    given, rest = parse("bindvenv", words, OPTIONS)
    word, place = _name_and_place(rest)
    wanted = Traces("--dot-venv" in given, "--python-envs" in given)
    name = _active(home, environ) if word is None else word
    _check(home, name, word is not None and place is None)
    with locked(home, name, "bindvenv"):
        found = _check(home, name, False)
        if "--remove" in given:
            folder = None if place is None else projects.directory(place, environ)
            return _unbind(home, found, folder, wanted, environ)
        folder = projects.checked(projects.directory(place or "", environ))
        return _bind(home, found, folder, wanted)


def _name_and_place(words: list[str]) -> tuple[str | None, str | None]:
    """The name and the directory that the words are; a single one is a directory if it cannot be a
    name. Raises Misuse.
    """
    if len(words) > 2:
        raise Misuse("bindvenv takes a name and a directory (see bindvenv --help)")
    if len(words) == 2:
        if not words[1]:
            raise Misuse("a directory's path cannot be empty (see bindvenv --help)")
        return words[0], words[1]
    if words and ("/" in words[0] or words[0] in (".", "..")):
        return None, words[0]
    return (words[0] if words else None), None


def _active(home: Home, environ: Mapping[str, str]) -> str:
    """The name of the active environment. Raises Failure."""
    active = environ.get("VIRTUAL_ENV", "").rstrip("/")
    if not active:
        raise Failure("no environment is active (bindvenv NAME takes one by its name)")
    known = list(home.environments())
    name = active_name(home, active, known) or active_name(home, os.path.realpath(active), known)
    if name is None:
        raise Failure(f"{quoted(active)}, which is active, is not in {quoted(home.path)}")
    return name


def _check(home: Home, name: str, alone: bool) -> Facts:
    """The facts of an environment that can be bound; alone tells that its name was the only word.

    Raises Misuse and Failure.
    """
    if alone and name and not os.path.lexists(home.environment(name)) and os.path.isdir(name):
        raise Failure(
            f"no environment named {quoted(name)} (bindvenv {typed('./' + name)} for the directory)"
        )
    found = lookup.find(home, "bindvenv", name)
    if found.target is not None:
        raise Failure(
            f"{quoted(name)} is a link to {quoted(found.target)},"
            f" and nothing is written outside of {quoted(home.path)}"
        )
    return found


def _bind(home: Home, found: Facts, project: str, wanted: Traces) -> int:
    """Bind an environment, after all that could be in the way was looked for."""
    name, path, before = quoted(found.name), found.path, found.project
    if found.unfinished:
        again = f"fixvenv {typed(found.name)} makes it anew"
        raise Failure(f"{name} is incomplete: its creation never finished ({again})")
    projects.check(home, project, path, wanted)
    projects.bind(path, project)
    projects.announce(home)
    elsewhere = before if before is not None and before != project else None
    note = f" (it was bound to {quoted(elsewhere)})" if elsewhere else ""
    tell(f"{name} is bound to {quoted(project)}{note}")
    left_alone = projects.why_left_alone(project)
    if left_alone:
        tell(left_alone)
    _leave_traces(found, project, wanted)
    if elsewhere and not leads_to(elsewhere, project):
        _tell_left(elsewhere, found)
    return 0


def _leave_traces(found: Facts, project: str, wanted: Traces) -> None:
    """Raises Failure and OSError."""
    name, file = quoted(found.name), projects.dot_venv(project)
    if wanted.dot_venv:
        projects.link(project, found.path)
        tell(f"{quoted(file)} leads to {name}")
    if wanted.python_envs:
        listed = python_envs.file_of(project)
        python_envs.add(project, found.path)
        tell(f"{name} is the last line of {quoted(listed)}")
        if os.path.lexists(file) and not projects.traces(project, found.path).dot_venv:
            tell(f"{quoted(file)}, which is there too, counts as the last line of {quoted(listed)}")


def _tell_left(project: str, found: Facts) -> None:
    """Tell what still leads to an environment where it was bound before."""
    left = projects.traces(project, found.path)
    if left.dot_venv:
        file = projects.dot_venv(project)
        tell(f"{quoted(file)} still leads to {quoted(found.name)} (rm {typed(file)})")
    if left.python_envs:
        tell(f"{quoted(python_envs.file_of(project))} still has a line for {quoted(found.name)}")


def _unbind(
    home: Home, found: Facts, folder: str | None, unwanted: Traces, environ: Mapping[str, str]
) -> int:
    """Undo a binding, and what it has left in the project's directory and is unwanted."""
    name, bound = quoted(found.name), found.project
    if folder and bound and not (folder == bound or leads_to(folder, bound)):
        again = f"bindvenv --remove {typed(found.name)}"
        raise Failure(f"{name} is bound to {quoted(bound)}, not to {quoted(folder)} ({again})")
    project = bound or folder or projects.directory("", environ)
    done = projects.take_away(project, found.path, unwanted)
    for line in [*done.did, *done.failed]:
        tell(line)
    if bound is not None:
        projects.unbind(found.path)
        projects.announce(home)
        tell(f"{name} is bound to no project any more (it was bound to {quoted(bound)})")
    _tell_remaining(found, project, unwanted)
    if bound is None and not any(done):
        raise Failure(f"{name} is bound to no project")
    return 1 if done.failed else 0


def _tell_remaining(found: Facts, project: str, unwanted: Traces) -> None:
    """Tell what leads to an environment that nobody wanted to be taken away, and a .venv that
    somebody did want to and that leads elsewhere.
    """
    left, file = projects.traces(project, found.path), projects.dot_venv(project)
    remaining = Traces(*(there and not gone for there, gone in zip(left, unwanted)))
    if any(remaining):
        verb = "lead" if all(remaining) else "leads"
        files = [quoted(os.path.join(project, each)) for each in remaining.names]
        words = " ".join([*remaining.options, typed(found.name), typed(project)])
        tell(f"{' and '.join(files)} still {verb} to it (bindvenv --remove {words})")
    if unwanted.dot_venv and os.path.lexists(file) and not left.dot_venv:
        tell(f"{quoted(file)} does not lead to {quoted(found.name)}, so it stays")
