"""bindvenv: tie an environment to a project's directory, or untie it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import leads_to
from helper.base.messages import quoted, report, typed
from helper.base.options import parse
from helper.outside import projects, python_envs
from helper.outside.projects import Traces
from helper.store.home import Home, active_name

if TYPE_CHECKING:
    from helper.inspection.facts import Facts
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Bind it, or undo that."""
    given, rest = parse("bindvenv", words)
    word, place = _name_and_place(rest)
    wanted = Traces("--dot-venv" in given, "--python-envs" in given)
    name = _active(context) if word is None else word
    _check(context, name, word is not None and place is None)
    with context.locked(name, "bindvenv"):
        found = _check(context, name, False)
        folder = projects.directory(place or "", context.environ)
        if "--remove" in given:
            return _unbind(context, found, None if place is None else folder, folder, wanted)
        return _bind(context.home, found, projects.checked(folder), wanted)


def _name_and_place(words: list[str]) -> tuple[str | None, str | None]:
    """The name and the directory that the words are; a single one is a directory if it cannot be a
    name. Raises Misuse.
    """
    if len(words) > 2:
        raise Misuse("bindvenv takes a name and a directory", "see bindvenv --help")
    if len(words) == 2:
        if not words[1]:
            raise Misuse("the path of a directory cannot be empty", "see bindvenv --help")
        return words[0], words[1]
    if words and ("/" in words[0] or words[0] in (".", "..")):
        return None, words[0]
    return (words[0] if words else None), None


def _active(context: Context) -> str:
    """The name of the active environment. Raises Failure."""
    home, active = context.home, context.active
    if not active:
        raise Failure("no environment is active", "name one: bindvenv NAME")
    known = list(home.environments())
    name = active_name(home, active, known) or active_name(home, os.path.realpath(active), known)
    if name is None:
        raise Failure(f"the active environment {quoted(active)} is not in {quoted(home.path)}")
    return name


def _check(context: Context, name: str, alone: bool) -> Facts:
    """The facts of an environment that can be bound; alone: whether its name was the only word.

    Raises Misuse and Failure.
    """
    home = context.home
    if alone and name and not os.path.lexists(home.environment(name)) and os.path.isdir(name):
        advice = f"bindvenv {typed('./' + name)} for the directory"
        raise Failure(f"no environment named {quoted(name)}", advice)
    found = context.find("bindvenv", name)
    if found.target is not None:
        outside = f"and bindvenv writes nothing outside {quoted(home.path)}"
        raise Failure(f"{quoted(name)} is a link to {quoted(found.target)}, {outside}")
    return found


def _bind(home: Home, found: Facts, project: str, wanted: Traces) -> int:
    """Bind an environment, after a check for everything that could be in the way."""
    name, path, before = quoted(found.name), found.path, found.project
    if found.unfinished:
        advice = f"fixvenv {typed(found.name)} recreates it"
        raise Failure(f"{name} is incomplete: its creation never finished", advice)
    projects.check(home, project, path, wanted)
    projects.bind(path, project)
    projects.announce(home)
    elsewhere = before if before is not None and before != project else None
    undo = f"undo: bindvenv --remove {typed(found.name)}"
    if elsewhere:
        undo = f"before: {quoted(elsewhere)}"
    report(f"bound {name} to {quoted(project)} ({undo})")
    left_alone = projects.why_left_alone(project)
    if left_alone:
        report(left_alone)
    _leave_traces(found, project, wanted)
    if elsewhere and not leads_to(elsewhere, project):
        _report_left(elsewhere, found)
    return 0


def _leave_traces(found: Facts, project: str, wanted: Traces) -> None:
    """Raises Failure and OSError."""
    name, file = quoted(found.name), projects.dot_venv(project)
    if wanted.dot_venv:
        projects.link(project, found.path)
        report(f"linked {quoted(file)} to {name}")
    if wanted.python_envs:
        listed = python_envs.file_of(project)
        python_envs.add(project, found.path)
        report(f"added {name} as the last line of {quoted(listed)}")
        if os.path.lexists(file) and not projects.traces(project, found.path).dot_venv:
            report(f"{quoted(file)} also exists, and counts as the last line of {quoted(listed)}")


def _report_left(project: str, found: Facts) -> None:
    """Report what still leads to an environment from its previous project."""
    left = projects.traces(project, found.path)
    if left.dot_venv:
        file = projects.dot_venv(project)
        report(f"{quoted(file)} still leads to {quoted(found.name)} (rm {typed(file)})")
    if left.python_envs:
        report(f"{quoted(python_envs.file_of(project))} still lists {quoted(found.name)}")


def _unbind(
    context: Context, found: Facts, named: str | None, folder: str, unwanted: Traces
) -> int:
    """Undo a binding, and remove the unwanted traces in the project's directory. named: the
    directory that the user named, folder: the same or else the current one.
    """
    name, bound = quoted(found.name), found.project
    if named and bound and not (named == bound or leads_to(named, bound)):
        advice = f"bindvenv --remove {typed(found.name)}"
        raise Failure(f"{name} is bound to {quoted(bound)}, not to {quoted(named)}", advice)
    project = bound or folder
    done = projects.take_away(project, found.path, unwanted)
    for line in [*done.did, *done.failed]:
        report(line)
    if bound is not None:
        projects.unbind(found.path)
        projects.announce(context.home)
        undo = f"undo: bindvenv {typed(found.name)} {typed(bound)}"
        report(f"unbound {name} from {quoted(bound)} ({undo})")
    _report_remaining(found, project, unwanted)
    if bound is None and not any(done):
        raise Failure(f"{name} is not bound to a project")
    return 1 if done.failed else 0


def _report_remaining(found: Facts, project: str, unwanted: Traces) -> None:
    """Report the traces that the user did not ask to remove, and a .venv that the user did, but
    that leads elsewhere.
    """
    left, file = projects.traces(project, found.path), projects.dot_venv(project)
    remaining = Traces(*(there and not gone for there, gone in zip(left, unwanted)))
    if any(remaining):
        verb = "lead" if all(remaining) else "leads"
        files = [quoted(os.path.join(project, each)) for each in remaining.names]
        words = " ".join([*remaining.options, typed(found.name), typed(project)])
        report(f"{' and '.join(files)} still {verb} to it (bindvenv --remove {words})")
    if unwanted.dot_venv and os.path.lexists(file) and not left.dot_venv:
        report(f"{quoted(file)} does not lead to {quoted(found.name)}, so bindvenv kept it")
