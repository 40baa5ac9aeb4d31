"""bindvenv: bind an environment to a project's directory, or unbind it."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import leads_to
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
    word, place = _name_and_place(rest)
    chosen = Traces("--dot-venv" in given, "--python-envs" in given)
    name = _active(context) if word is None else word
    name = _check(context, name, word is not None and place is None).name
    with context.locked(name, "bindvenv"):
        found = _check(context, name, False)
        folder = projects.directory(place or "", context.environ)
        if "--remove" in given:
            bound = found.project
            if bound and place is not None and not (folder == bound or leads_to(folder, bound)):
                text = f"{quoted(name)} is bound to {quoted(bound)}, not to {quoted(folder)}"
                raise Failure(text, f"bindvenv --remove {typed(name)}")
            return _unbind_from(context, found, bound or folder, chosen)
        return _bind_to(context, found, projects.checked(folder), chosen)


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


def _bind_to(context: Context, found: Facts, project: str, wanted: Traces) -> int:
    """Bind an environment, after a check for everything that could be in the way."""
    name = quoted(found.name)
    if found.unfinished:
        advice = f"fixvenv {typed(found.name)} recreates it"
        raise Failure(f"{name} is incomplete: its creation never finished", advice)
    for trace in wanted.of(project):
        trace.check(found.path)
    projects.bind(found.path, project)
    projects.forget_bindings(context.home)
    report(f"bound {name} to {quoted(project)} ({_undo(found, project, wanted)})")
    ignored = projects.why_ignored(project)
    if ignored:
        report(ignored)
    for trace in wanted.of(project):
        report(trace.put(found.path) or f"{quoted(trace.file)} already leads to {name}")
    other = DotVenv(project)
    if wanted.python_envs and os.path.lexists(other.file) and not other.leads(found.path):
        report(f"{quoted(other.file)} overrides the last line of .python-envs")
    before = found.project
    if before is not None and not leads_to(before, project):
        for trace in leading(before, found.path).of(before):
            remedy = f" (rm {typed(trace.file)})" if isinstance(trace, DotVenv) else ""
            report(f"{quoted(trace.file)} still leads to {name}{remedy}")
    return 0


def _undo(found: Facts, project: str, wanted: Traces) -> str:
    """How to undo a binding, or the earlier project if that no longer exists."""
    name, before = typed(found.name), found.project
    if before is None or before == project:
        options = [trace.option for trace in wanted.of(project)]
        return f"undo: bindvenv {' '.join(['--remove', *options, name])}"
    if found.project_gone:
        return f"before: {quoted(before)}"
    return f"undo: bindvenv {name} {typed(before)}"


def _unbind_from(context: Context, found: Facts, project: str, unwanted: Traces) -> int:
    """Undo a binding, and remove the unwanted traces in the project's directory. Report the others,
    and a .venv that leads elsewhere.
    """
    name, bound, other = quoted(found.name), found.project, DotVenv(project)
    options = [trace.option for trace in unwanted.of(project)]
    traces = leading(project, found.path).of(project)
    taken = [trace.option for trace in traces if trace.option in options]
    kept = [trace for trace in traces if trace.option not in options]
    outcome = projects.remove_traces(project, found.path, unwanted)
    for line in outcome.messages:
        report(line)
    if bound is not None:
        projects.unbind(found.path)
        projects.forget_bindings(context.home)
        undo = " ".join(["bindvenv", *taken, typed(found.name), typed(bound)])
        report(f"unbound {name} from {quoted(bound)} (undo: {undo})")
    for trace in kept:
        advice = f"bindvenv --remove {trace.option} {typed(found.name)} {typed(project)}"
        report(f"{quoted(trace.file)} still leads to {name} ({advice})")
    if unwanted.dot_venv and other.option not in taken and os.path.lexists(other.file):
        report(f"{quoted(other.file)} does not lead to {name}, so bindvenv kept it")
    if bound is None and not outcome.messages:
        raise Failure(f"{name} is not bound to a project")
    return 1 if outcome.failed else 0
