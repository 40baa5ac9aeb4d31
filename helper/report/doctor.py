"""What doctor examines: the shell, the interpreters, the home, the cache, and interrupted work."""

from __future__ import annotations

import os
import sys

from helper.base import files, filesystems
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted, typed
from helper.inspection import verdict
from helper.inspection.facts import Reader, machine
from helper.interpreters.creators import chosen_installer
from helper.making import seeds
from helper.outside import projects
from helper.outside.links import COMMAND_GONE, ENVIRONMENT_GONE, enumerated
from helper.report import leftovers, shell_report
from helper.report.findings import Finding, leftover
from helper.store import temporary
from helper.store.home import is_environment

if TYPE_CHECKING:
    from typing import Any, Dict, Mapping

    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context
    from helper.report.shell_report import Shell
    from helper.store.home import Home

    Part = Dict[str, Any]

_SOME = 5
"""How many names a finding lists; of the rest it gives the number."""


def examine(context: Context, shell: Shell) -> Part:
    """Everything that doctor reports, as JSON holds it."""
    home, environ = context.home, context.environ
    problems = shell_report.findings(shell, environ)
    report = {
        "version": shell.multivenv,
        "root": shell.root,
        "shell": {
            "name": shell.name,
            "version": shell.version,
            "interactive": shell.interactive,
            "completion": shell.completion,
            "switching": shell.switching,
        },
        "settings": [each._asdict() for each in shell.settings],
        "variables": {name: environ.get(name) for name in shell_report.VARIABLES},
        "helper": {"path": sys.executable, "version": sys.version.split()[0]},
        **_interpreters(context, problems),
        "home": _home(context, problems),
        "cache": _cache(context.cache, problems),
        "at_work": [{"name": name, "who": who} for name, who in leftovers.at_work(home)],
        "left": [],
        "tools": shell.tools,
        "hidden": shell_report.hidden(environ),
    }
    found = leftovers.find(home, context.cache)
    problems += [each.finding for each in found]
    report["left"] = [each.element for each in found]
    report["findings"] = [each._asdict() for each in problems]
    report["problems"] = [each.text for each in problems]
    return report


def _interpreters(context: Context, problems: list[Finding]) -> Part:
    """The interpreters for mkvenv. Unknown ones are started."""
    pythons = context.pythons
    default, why = None, None
    try:
        choice = pythons.choose(None)
        default, why = choice.interpreter.path, choice.why
    except Failure as failure:
        why = str(failure)
        problems.append(Finding(failure.text, failure.advice))
    try:
        chosen_installer(context.environ)
    except Failure as failure:
        problems.append(Finding(failure.text, failure.advice))
    there = [
        {"version": one.text, "implementation": one.product, "path": one.path}
        for one in (each.interpreter for each in pythons.all())
    ]
    return {"default": {"path": default, "reason": why}, "pythons": there}


def _home(context: Context, problems: list[Finding]) -> Part:
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
        "hard_links": filesystems.can_link(home.path, context.cache, mounts),
    }
    if mount is not None and "noexec" in mount.options:
        what = f"{mount.point} is mounted with noexec, so no environment in it works"
        problems.append(Finding(what, "set MULTIVENV_HOME to a folder on another file system"))
    try:
        judged = _judged(home)
        strangers = _strangers(home)
    except OSError as error:
        problems.append(Finding(f"cannot read {home.path}: {error.strerror}", None))
        return part
    if not filesystems.is_writable(home.path):
        what = f"cannot write to {home.path}"
        problems.append(Finding(what, "change its permissions, or set MULTIVENV_HOME"))
    part["environments"] = len(judged)
    statuses = [verdict.status for _, verdict in judged]
    part["statuses"] = {status: statuses.count(status) for status in sorted(set(statuses))}
    part["no_environments"] = strangers
    problems += [*_stale(judged), *_bindings(judged, context.environ), *_links(context)]
    problems += [*_temporary(judged), *_no_environments(home, strangers)]
    return part


def _judged(home: Home) -> list[tuple[Facts, Verdict]]:
    """Each environment with its verdict. Raises OSError if the home cannot be read."""
    reader, here = Reader(home), machine(sys.executable)
    found = [reader.read(name, link) for name, link in home.children()]
    return [(each, verdict.judge(each, here)) for each in found if each is not None]


def _strangers(home: Home) -> list[str]:
    """The folders in the home that are no environment. Raises OSError."""
    children = [(name, home.environment(name), link) for name, link in home.children()]
    return [
        name
        for name, path, link in children
        if os.path.isdir(path) and not is_environment(path, link)
    ]


def _temporary(judged: list[tuple[Facts, Verdict]]) -> list[Finding]:
    """Temporary environments that no process may remove."""
    found = []
    for each, _ in judged:
        owner = temporary.owner_of(each.record, each.name)
        if owner is None:
            continue
        if not temporary.can_be_seen(owner):
            what = f"{quoted(each.name)} is temporary, and its shell is not on this machine"
            found.append(Finding(what, f"rmvenv {typed(each.name)} if that has ended"))
        elif temporary.has_ended(owner):
            found.append(leftover(f"{quoted(each.name)} is temporary, and its shell has ended"))
    return found


def _no_environments(home: Home, names: list[str]) -> list[Finding]:
    """Those that are hidden, such as .git, are there for a reason."""
    names = [name for name in names if not name.startswith(".")]
    if not names:
        return []
    one = len(names) == 1
    kind = "is not an environment" if one else "are not environments"
    what = f"{_some(names)} in {home.path} {kind}"
    return [Finding(what, f"move {'it' if one else 'them'} to another folder")]


def _stale(judged: list[tuple[Facts, Verdict]]) -> list[Finding]:
    """Links that lead nowhere, each by itself; the others by their status."""
    found = []
    by_status: dict[tuple[str, str], list[tuple[Facts, Verdict]]] = {}
    for each, its in judged:
        if its.status == "ok" or (its.status == "incomplete" and each.owner):
            continue
        key = (its.status, "" if each.target_exists else each.name)
        by_status.setdefault(key, []).append((each, its))
    for those in by_status.values():
        each, its = those[0]
        if len(those) == 1:
            what = f"{quoted(each.name)} is {its.status}: {its.reason}"
            found.append(Finding(what, verdict.advice(each, its)))
        else:
            what = f"{_some([each.name for each, _ in those])} are {its.status}"
            why = f"lsvenvs --long --status {its.status} shows why"
            found.append(Finding(what, f"{why}, fixvenv NAME repairs one"))
    return found


def _bindings(judged: list[tuple[Facts, Verdict]], environ: Mapping[str, str]) -> list[Finding]:
    """Missing projects, and dangling .venv links in the others and in the current directory."""
    found = []
    places = []
    for each, _ in judged:
        if each.project_gone:
            name = typed(each.name)
            what = f"the project of {quoted(each.name)}, {quoted(each.project or '')}, is gone"
            advice = f"bindvenv {name} DIR binds it to another, bindvenv --remove {name} to none"
            found.append(Finding(what, advice))
        elif each.project and each.project.startswith("/"):
            places.append(each.project)
    try:
        places.append(files.current_folder(environ))
    except OSError:  # it was deleted
        pass
    for file in dict.fromkeys(projects.dot_venv(os.path.normpath(each)) for each in places):
        if os.path.islink(file) and not os.path.exists(file):
            what = f"{quoted(file)} is a dangling link"
            found.append(Finding(what, f"rm {typed(file)}"))
    return found


def _links(context: Context) -> list[Finding]:
    """Commands on PATH that are not in their environment any more, or whose environment is gone. Of
    one that is damaged more is told elsewhere.
    """
    links = context.links
    place = links.place
    try:
        listed = links.all()
    except OSError as error:
        return [Finding(f"cannot read {place}: {error.strerror}", None)]
    dead: dict[tuple[str, str | None], list[str]] = {}
    for (command, name), reason in zip(listed, links.reasons(listed)):
        dead.setdefault((name, reason), []).append(command)
    found = []
    for (name, reason), commands in dead.items():
        if len(commands) == 1:
            what = f"{quoted(f'{place}/{commands[0]}')} leads to"
        else:
            what = f"{enumerated(commands)} in {quoted(str(place))} lead to"
        again = f"linkvenv --remove {typed(name)}"
        if reason == ENVIRONMENT_GONE:
            found.append(
                Finding(f"{what} environment {quoted(name)}, which no longer exists", again)
            )
        elif reason == COMMAND_GONE:
            words = " ".join(map(typed, commands))
            gone = "a command" if len(commands) == 1 else "commands"
            what = f"{what} {gone} that {quoted(name)} no longer has"
            found.append(Finding(what, f"{again} {words}"))
    return found


def _cache(folder: str, problems: list[Finding]) -> Part:
    if not filesystems.is_writable(folder):
        what = f"cannot write to the cache {folder}, so each mkvenv takes seconds"
        problems.append(Finding(what, "change its permissions, or set XDG_CACHE_HOME"))
    return {
        "path": folder,
        "size": files.disk_usage(folder),
        "seeds": [{"path": path, "size": files.disk_usage(path)} for path in seeds.all_in(folder)],
        "clear": f"rm -r -- {typed(folder)}",
    }


def _some(names: list[str]) -> str:
    text = ", ".join(map(quoted, names[:_SOME]))
    return text if len(names) <= _SOME else f"{text} and {len(names) - _SOME} more"
