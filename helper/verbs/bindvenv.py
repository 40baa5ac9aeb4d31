"""bindvenv: bind an environment to a project's directory, or unbind it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import leads_to
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, report, typed
from helper.base.options import parse
from helper.outside import projects
from helper.outside.traces import DotVenv, Traces, leading
from helper.store.home import active_name

if TYPE_CHECKING:
    from helper.inspection.facts import Facts
    from helper.making.context import Context

_SEE = "see bindvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Bind it, or undo that."""
    given, rest = parse("bindvenv", words)
    if "--add" in given and "--remove" in given:
        raise Misuse("bindvenv takes only one of --add and --remove", _SEE)
    word, place = _name_and_place(rest)
    chosen = Traces("--dot-venv" in given, "--python-envs" in given)
    name = _active(context) if word is None else word
    name = _check(context, name, word is not None and place is None).name
    with context.locked(name, "bindvenv"):
        found = _check(context, name, False)
        folder = projects.directory(place or "", context.environ)
        if "--remove" in given:
            return _unbind(context, found, _bound(found, folder, place is not None), chosen)
        return _bind_to(context, found, projects.checked(folder), chosen, "--add" in given)


def _bound(found: Facts, folder: str, named: bool) -> list[str]:
    """The directories to unbind: the named one, else all of them, else the current one, where
    something may still lead to the environment. Raises Failure.
    """
    matching = [each for each in found.projects if _is_same(folder, each)]
    if not found.projects or (named and matching):
        return matching or [folder]
    if not named:
        return list(found.projects)
    name, several = quoted(found.name), comma_separated([*found.projects])
    undo = f"bindvenv --remove {typed(found.name)}"
    raise Failure(f"{name} is bound to {several}, not to {quoted(folder)}", undo)


def _is_same(folder: str, bound: str) -> bool:
    return folder == bound or leads_to(folder, bound)


def _name_and_place(words: list[str]) -> tuple[str | None, str | None]:
    """The name and the directory among the words; a single word is a directory if it cannot be a
    name. Raises Misuse.
    """
    if len(words) > 2:
        raise Misuse("bindvenv takes a name and a directory", _SEE)
    if words[1:] == [""]:
        raise Misuse("the path of a directory cannot be empty", _SEE)
    if len(words) == 1 and ("/" in words[0] or words[0] in (".", "..")):
        return None, words[0]
    name, place, *_ = *words, None, None
    return name, place


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
    """The facts of an environment of the home; alone: whether its name was the only word.

    Raises Misuse and Failure.
    """
    missing = not os.path.lexists(context.home.environment(name))
    if alone and name and missing and os.path.isdir(name):
        advice = f"bindvenv {typed('./' + name)} for the directory"
        raise Failure(f"no environment named {quoted(name)}", advice)
    found = context.find("bindvenv", name)
    if found.target is not None:
        outside = f"and bindvenv writes nothing outside {quoted(context.home.path)}"
        raise Failure(f"{quoted(name)} is a link to {quoted(found.target)}, {outside}")
    return found


def _bind_to(context: Context, found: Facts, project: str, wanted: Traces, add: bool) -> int:
    """Bind an environment, after a check for everything that could be in the way."""
    name = quoted(found.name)
    if found.unfinished:
        advice = f"fixvenv {typed(found.name)} recreates it"
        raise Failure(f"{name} is incomplete: its creation never finished", advice)
    for trace in wanted.of(project):
        trace.check(found.path)
    after = _added(found.projects, project) if add else _with_first(found.projects, project)
    projects.check_number(found.name, after)
    projects.bind(found.path, after)
    projects.forget_bindings(context.home)
    report(f"bound {name} to {quoted(project)} ({_undo(found, project, wanted, after)})")
    others = [each for each in after if not _is_same(each, project)]
    if others:
        report(f"{name} is also bound to {comma_separated(others)}")
    ignored = projects.why_ignored(project)
    if ignored:
        report(ignored)
    for trace in wanted.of(project):
        report(trace.put(found.path) or f"{quoted(trace.file)} already leads to {name}")
    other = DotVenv(project)
    if wanted.python_envs and os.path.lexists(other.file) and not other.leads(found.path):
        report(f"{quoted(other.file)} overrides the last line of .python-envs")
    for before in found.projects:
        if not any(leads_to(before, each) for each in after):
            for trace in leading(before, found.path).of(before):
                remedy = f" (rm {typed(trace.file)})" if isinstance(trace, DotVenv) else ""
                report(f"{quoted(trace.file)} still leads to {name}{remedy}")
    return 0


def _added(before: tuple[str, ...], project: str) -> list[str]:
    """The directories with one more."""
    there = any(_is_same(project, each) for each in before)
    return [*before] if there else [*before, project]


def _with_first(before: tuple[str, ...], project: str) -> list[str]:
    """The directories with another first one: it replaces that, or changes places with it."""
    first, others = before[:1], list(before[1:])
    there = [each for each in others if _is_same(project, each)]
    if there and not any(_is_same(project, each) for each in first):
        others[others.index(there[0])] = first[0]
    return [project, *others]


def _undo(found: Facts, project: str, wanted: Traces, after: list[str]) -> str:
    """How to undo a binding, or the earlier project if that no longer exists."""
    name, before = typed(found.name), found.project
    if before is None or before == after[0]:
        options = [trace.option for trace in wanted.of(project)]
        place = [typed(project)] if len(after) > 1 else []
        return f"undo: {' '.join(['bindvenv --remove', *options, name, *place])}"
    if found.project_gone:
        return f"before: {quoted(before)}"
    return f"undo: bindvenv {name} {typed(before)}"


def _unbind(context: Context, found: Facts, gone: list[str], unwanted: Traces) -> int:
    """Undo bindings, and remove the unwanted traces in those directories. Report the others, and a
    .venv that leads elsewhere.
    """
    name, bound, failed, changed = quoted(found.name), list(found.projects), False, False
    for project in gone:
        other = DotVenv(project)
        options = [trace.option for trace in unwanted.of(project)]
        traces = leading(project, found.path).of(project)
        taken = [trace.option for trace in traces if trace.option in options]
        outcome = projects.remove_traces([project], found.path, unwanted)
        failed, changed = failed or bool(outcome.failed), changed or bool(outcome.messages)
        for line in outcome.messages:
            report(line)
        if project in bound:
            again = (
                [] if project == found.project and len(gone) == len(found.projects) else ["--add"]
            )
            bound.remove(project)
            projects.bind(found.path, bound)
            projects.forget_bindings(context.home)
            undo = " ".join(["bindvenv", *again, *taken, typed(found.name), typed(project)])
            report(f"unbound {name} from {quoted(project)} (undo: {undo})")
        for trace in traces:
            if trace.option not in options:
                advice = f"bindvenv --remove {trace.option} {typed(found.name)} {typed(project)}"
                report(f"{quoted(trace.file)} still leads to {name} ({advice})")
        if unwanted.dot_venv and other.option not in taken and os.path.lexists(other.file):
            report(f"{quoted(other.file)} does not lead to {name}, so bindvenv kept it")
    if not found.projects and not changed:
        raise Failure(f"{name} is not bound to a project")
    return 1 if failed else 0
