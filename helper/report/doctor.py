"""What doctor examines: the shell, the interpreters, the home, the cache, and interrupted work."""

from __future__ import annotations

import os
import sys

from helper.base import files, filesystems
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.formats import parse_config
from helper.base.messages import listed, quoted, typed
from helper.base.options import verbs
from helper.inspection.probe import judge_each
from helper.inspection.variables import variables_of
from helper.inspection.verdict import advice
from helper.interpreters.search import all_on_path
from helper.making import seeds
from helper.outside import foreign
from helper.outside.kernels import HOW_TO_INSTALL, IPYKERNEL_GONE
from helper.outside.links import COMMAND_GONE, ENVIRONMENT_GONE, enumerated
from helper.outside.traces import DotVenv
from helper.report import leftovers, shell_report
from helper.store import kept, temporary
from helper.store.home import VARIABLES
from helper.store.records import timestamp

if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Tuple

    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context
    from helper.report.shell_report import Shell

    Part = Dict[str, Any]
    Judged = List[Tuple[Facts, Verdict]]

_MOST_NAMES = 5
"""How many names a finding lists; it counts the rest."""


def examine(context: Context, shell: Shell) -> Part:
    """The whole report of doctor, as in its JSON document."""
    home, environ = context.home, context.environ
    problems = shell_report.problems(shell, environ)
    found = leftovers.find_leftovers(home, context.cache, environ)
    facts = shell._asdict()
    report = {
        "version": shell.multivenv,
        "root": shell.root,
        "shell": {
            key: facts[key] for key in ("name", "version", "interactive", "completion", "switching")
        },
        "settings": [each._asdict() for each in shell.settings],
        "variables": {name: environ.get(name) for name in shell_report.VARIABLES},
        "helper": {"path": sys.executable, "version": sys.version.split()[0]},
        **_interpreters(context, problems),
        "home": _home(context, problems),
        "cache": _cache(context, problems),
        "at_work": [{"name": name, "who": who} for name, who in leftovers.at_work(home)],
        "kept": _kept(context, problems),
        "left": [each.element for each in found],
        "tools": shell.tools,
        "hidden": [file for verb in verbs() for file in all_on_path(verb, environ)],
    }
    problems += [Failure(each.what, leftovers.FIX) for each in found]
    report["findings"] = [
        {"what": each.text, "advice": each.advice, "fixable": each.advice == leftovers.FIX}
        for each in problems
    ]
    report["problems"] = [str(each) for each in problems]
    return report


def _interpreters(context: Context, problems: list[Failure]) -> Part:
    """The interpreters for mkvenv. Starts those that are not in the cache."""
    path = None
    try:
        choice = context.pythons.choose(None)
        path, why = choice.interpreter.path, choice.why
    except Failure as failure:
        why = str(failure)
        problems.append(failure)
    try:
        context.installer("")  # only its failure counts
    except Failure as failure:
        problems.append(failure)
    found = [each.interpreter for each in context.pythons.all()]
    pythons = [
        {"version": one.text, "implementation": one.product, "path": one.path} for one in found
    ]
    return {"default": {"path": path, "reason": why}, "pythons": pythons}


def _kept(context: Context, problems: list[Failure]) -> list[Part]:
    """The old environments that fixvenv --undo can restore."""
    odd = kept.problem(context.environ)
    problems += [odd] if odd else []
    return [
        {
            "name": each.name,
            "size": files.disk_usage(each.path).size,
            "since": timestamp(each.since),
        }
        for each in kept.all_in(context.home)
    ]


def _home(context: Context, problems: list[Failure]) -> Part:
    home = context.home
    mounts = filesystems.mounts()
    mount = filesystems.mount_of(home.path, mounts)
    part: Part = {
        "path": home.path,
        "environments": None,
        "statuses": None,
        "no_environments": None,
        "file_system": mount.type if mount else None,
        "ignores_case": filesystems.ignores_case(home.path),
        "symlinks": filesystems.has_symlinks(home.path),
        "hard_links": filesystems.can_link(home.path, context.cache, mounts),
    }
    if mount is not None and "noexec" in mount.options:
        what = f"{quoted(mount.point)} is mounted with noexec, so no environment in it works"
        problems.append(Failure(what, "set MULTIVENV_HOME to a folder on another file system"))
    if not part["symlinks"]:
        what = f"the file system of {quoted(home.path)} has no symlinks: each environment contains"
        what += " a copy of its Python, and multivenv adopt is not possible"
        problems.append(Failure(what, "set MULTIVENV_HOME to a folder on another file system"))
    try:
        children = home.children()
    except OSError as error:
        problems.append(Failure(f"cannot read {quoted(home.path)}: {error.strerror}"))
        return part
    odd = foreign.odd_home(home, context.environ)
    problems += [odd] if odd else []
    problems += _synced(home.path)
    if not filesystems.is_writable(home.path):
        what = f"cannot write to {quoted(home.path)}"
        problems.append(Failure(what, "change its permissions, or set MULTIVENV_HOME"))
    judged = list(judge_each(home, children))
    environments = {facts.name for facts, _ in judged}
    others = [name for name, _ in children if name not in environments]
    others = [name for name in others if os.path.isdir(home.environment(name))]
    statuses = sorted(verdict.status for _, verdict in judged)
    counts = {status: statuses.count(status) for status in statuses}
    part.update(environments=len(judged), statuses=counts, no_environments=others)
    problems += [
        *_stale(judged),
        *_projects(context, judged),
        *_dead_links(context),
        *_dead_kernels(context),
    ]
    problems += _ignored_variables(context, judged)
    problems += [*_without_shell(judged), *_foreign_folders(home.path, others)]
    return part


def _synced(home: str) -> Iterator[Failure]:
    """A cloud service copies symlinks and programs late, partly or to other systems."""
    service = foreign.syncing_service(home) or foreign.syncing_service(os.path.realpath(home))
    if service is not None:
        what = f"{service} synchronizes {quoted(home)}, which breaks environments"
        yield Failure(what, "set MULTIVENV_HOME to a folder that nothing synchronizes")


def _stale(judged: Judged) -> Iterator[Failure]:
    """Environments by status; broken links each on their own."""
    groups: dict[tuple[str, str], Judged] = {}
    for facts, verdict in judged:
        if verdict.status != "ok" and not (verdict.status == "incomplete" and facts.owner):
            key = (verdict.status, "" if facts.target_exists else facts.name)
            groups.setdefault(key, []).append((facts, verdict))
    for (status, _), group in groups.items():
        facts, verdict = group[0]
        if len(group) == 1:
            what = f"{quoted(facts.name)} is {status}: {verdict.reason}"
            yield Failure(what, advice(facts, verdict))
        else:
            what = f"{_some([facts.name for facts, _ in group])} are {status}"
            why = f"lsvenvs --long --status {status} shows why"
            yield Failure(what, f"{why}, fixvenv NAME repairs one")


def _projects(context: Context, judged: Judged) -> Iterator[Failure]:
    """Missing projects, and in the others a .venv that is no link; broken .venv links there and in
    the current directory.
    """
    folders = []
    bound: dict[str, list[Facts]] = {}
    for facts, _ in judged:
        gone = {*facts.gone, *([facts.project] if facts.project_gone else [])}
        yield from _missing(facts, [each for each in facts.projects if each in gone])
        for project in facts.projects:
            if project.startswith("/") and project not in gone:
                folders.append(project)
                bound.setdefault(os.path.normpath(project), []).append(facts)
    for project, group in bound.items():
        yield from _replaced(project, group)
    try:
        folders.append(files.current_folder(context.environ))
    except OSError:  # it was deleted
        pass
    for file in dict.fromkeys(DotVenv(os.path.normpath(each)).file for each in folders):
        if os.path.islink(file) and not os.path.exists(file):
            yield Failure(f"{quoted(file)} is a broken symlink", f"rm {typed(file)}")


def _missing(facts: Facts, gone: list[str]) -> Iterator[Failure]:
    """Directories that an environment is bound to and that no longer exist."""
    name, several = typed(facts.name), len(facts.projects) > 1
    for project in gone:
        what = f"{'a' if several else 'the'} project of {quoted(facts.name)} no longer exists: "
        again = f"bindvenv {name} DIR binds it to another, bindvenv --remove {name} to none"
        again = f"bindvenv --remove {name} {typed(project)} unbinds it" if several else again
        yield Failure(what + quoted(project), again)


def _replaced(project: str, group: list[Facts]) -> Iterator[Failure]:
    """An environment of the project's own in the place of a .venv link: usevenv, uv and editors
    find that one. It may also be an adopted one.
    """
    file = DotVenv(project).file
    others = [facts for facts in group if not files.same(facts.path, file)]
    config = files.read_or_nothing(f"{file}/pyvenv.cfg")
    if config and others == group and not os.path.islink(file):
        creator = (parse_config(os.fsdecode(config)).creator or "").partition(" ")[0]
        what = f"{quoted(file)} is a directory that {creator} created, and hides "
        link = f"bindvenv --dot-venv {typed(group[0].name)} {typed(project)}"
        again = f"move it elsewhere, then {link}"
        yield Failure(what + _some([facts.name for facts in group]), again)


def _dead_links(context: Context) -> Iterator[Failure]:
    """Commands on PATH without a target, except in damaged environments: see their status."""
    links = context.links
    folder = str(links.place)
    try:
        found = links.all()
    except OSError as error:
        yield Failure(f"cannot read {quoted(folder)}: {error.strerror}")
        return
    dead: dict[tuple[str, str | None], list[str]] = {}
    for (command, name), reason in zip(found, links.reasons(found)):
        dead.setdefault((name, reason), []).append(command)
    for (name, reason), commands in dead.items():
        one = len(commands) == 1
        what = f"{enumerated(commands)} in {quoted(folder)} link to"
        what = f"{quoted(f'{folder}/{commands[0]}')} links to" if one else what
        remove = f"linkvenv --remove {typed(name)}"
        if reason == ENVIRONMENT_GONE:
            yield Failure(f"{what} environment {quoted(name)}, which no longer exists", remove)
        elif reason == COMMAND_GONE:
            what += f" {'a command' if one else 'commands'} that {quoted(name)} no longer has"
            yield Failure(what, " ".join([remove, *map(typed, commands)]))


def _dead_kernels(context: Context) -> Iterator[Failure]:
    """Kernels for Jupyter that cannot start, except of damaged environments: see their status."""
    kernels = context.links.kernels
    found = kernels.all()
    for each, reason in zip(found, kernels.reasons(found)):
        name, what = each.environment, f"Jupyter's kernel {quoted(each.kernel)} starts"
        if reason == ENVIRONMENT_GONE:
            remove = f"linkvenv --remove --kernel {typed(name)}"
            yield Failure(f"{what} environment {quoted(name)}, which no longer exists", remove)
        elif reason == IPYKERNEL_GONE:
            what += f" {quoted(name)}, which no longer has ipykernel"
            yield Failure(what, HOW_TO_INSTALL.format(typed(name)))


def _without_shell(judged: Judged) -> Iterator[Failure]:
    """Temporary environments that no shell is going to remove."""
    for facts, _ in judged:
        owner = temporary.owner_of(facts.record, facts.name)
        if owner is None:
            continue
        what = f"{quoted(facts.name)} is temporary, but its shell"
        if not temporary.can_be_seen(owner):
            advice = f"rmvenv {typed(facts.name)} if that shell has ended"
            yield Failure(f"{what} is not on this machine", advice)
        elif temporary.has_ended(owner):
            yield Failure(f"{what} has ended", leftovers.FIX)


def _ignored_variables(context: Context, judged: Judged) -> Iterator[Failure]:
    """What usevenv ignores of the .env files."""
    for facts, _ in judged:
        at_home = context.home.holds(facts.path, facts.target is not None)
        found = variables_of(facts.path) if at_home else None
        if found is not None and found.problems:
            first, more = found.problems[:_MOST_NAMES], found.problems[_MOST_NAMES:]
            what = f"{quoted(f'{facts.path}/{VARIABLES}')}: {', '.join(first)}"
            yield Failure(f"{what} and {len(more)} more" if more else what, "see usevenv --help")


def _foreign_folders(home: str, names: list[str]) -> list[Failure]:
    names = [name for name in names if not name.startswith(".")]  # .git is there on purpose
    be, them = (
        ("is not an environment", "it") if len(names) == 1 else ("are not environments", "them")
    )
    what = f"{_some(names)} in {quoted(home)} {be}"
    return [Failure(what, f"move {them} to another folder")] if names else []


def _cache(context: Context, problems: list[Failure]) -> Part:
    folder = context.environ["MULTIVENV_CACHE"]
    ignored = _ignored_in(folder)
    if ignored:
        it = "it" if len(ignored) == 1 else "them"
        what = f"others can change {listed(ignored)}, so multivenv ignores {it}"
        problems.append(Failure(what, f"rm -r {it}, or set XDG_CACHE_HOME to another folder"))
    elif not filesystems.is_writable(folder):
        what = f"cannot write to the cache {quoted(folder)}, so each mkvenv takes seconds"
        problems.append(Failure(what, "change its permissions, or set XDG_CACHE_HOME"))
    return {
        "path": folder,
        "size": files.disk_usage(folder).size,
        "seeds": [
            {"path": path, "size": files.disk_usage(path).size} for path in seeds.all_in(folder)
        ],
        "clear": f"rm -r -- {typed(folder)}",
    }


def _ignored_in(cache: str) -> list[str]:
    """What verbs ignore of the cache, because others can change it."""
    parts = [cache, *(f"{cache}/{name}" for name in ("helper-python", "interpreters", "seeds"))]
    parts = [part for part in parts if os.path.lexists(part) and not files.is_own(part)]
    if not parts:
        parts = [folder for folder in seeds.all_in(cache) if seeds.is_foreign(folder)]
    return parts[:1] if parts[:1] == [cache] else parts


def _some(names: list[str]) -> str:
    text = listed(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{text} and {more} more" if more > 0 else text
