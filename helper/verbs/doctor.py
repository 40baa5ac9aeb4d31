"""multivenv doctor: what multivenv has found and keeps here, and what is amiss with it."""

from __future__ import annotations

import json
import os
import shlex
import sys

from helper.base import cache, files, filesystems
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted, shown, typed, write
from helper.base.options import HELP, Option, parse
from helper.inspection import facts, verdict
from helper.interpreters.choice import Pythons
from helper.interpreters.installers import chosen
from helper.interpreters.query import Interpreters
from helper.making import reaper, seeds
from helper.outside import linking, links, projects
from helper.report import leftovers, shell_report
from helper.report.findings import Finding, left, of_message
from helper.report.tables import bytes_text, short
from helper.store import temporary
from helper.store.home import Home, is_environment

if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Mapping

    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.report.shell_report import Shell

    Part = Dict[str, Any]

OPTIONS = (HELP, Option(("--json",)), Option(("--fix",)))

FOUND = 3
"""The status if something is amiss. shell/doctor.sh makes 1 of it, and takes any other but 0 and
that of a misuse for a helper that did not come to its end."""

_SOME = 5
"""Names that are told; of the rest only how many they are."""


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Report. The words are those of shell/doctor.sh, `--`, and then those that were typed."""
    index = words.index("--")
    given, rest = parse("multivenv doctor", words[index + 1 :], OPTIONS)
    if rest:
        raise Misuse("multivenv doctor takes no more words (see multivenv doctor --help)")
    folder = cache.folder(environ)
    fixed = []
    if "--fix" in given:
        reaper.sweep(home, environ)
        fixed = leftovers.clear(home, folder)
    report = _report(home, folder, shell_report.read(words[:index]), environ)
    report["fixed"] = [each.what for each in fixed]
    if "--json" in given:
        status = write([json.dumps({"schema": 1, **report}), "\n"])
    else:
        status = write(_as_text(report, environ.get("HOME", "")))
    return FOUND if report["findings"] or status else 0


# ---- finding it out ------------------------------------------------------------------------------


def _report(home: Home, folder: str, shell: Shell, environ: Mapping[str, str]) -> Part:
    """Everything there is to tell, as JSON has it."""
    amiss = shell_report.findings(shell, environ)
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
        **_interpreters(home, folder, environ, amiss),
        "home": _home(home, folder, environ, amiss),
        "cache": _cache(folder, amiss),
        "at_work": [{"name": name, "who": who} for name, who in leftovers.at_work(home)],
        "left": [],
        "tools": shell.tools,
        "hidden": shell_report.hidden(environ),
    }
    found = leftovers.look(home, folder)
    amiss += [each.finding for each in found]
    report["left"] = [each.element for each in found]
    report["findings"] = [each._asdict() for each in amiss]
    report["problems"] = [each.text for each in amiss]
    return report


def _interpreters(
    home: Home, folder: str, environ: Mapping[str, str], amiss: list[Finding]
) -> Part:
    """What mkvenv makes environments with. Those that are not known yet are started."""
    known = Interpreters(folder, environ)
    pythons = Pythons(home, environ, known)
    default, why = None, None
    try:
        choice = pythons.choose(None)
        default, why = choice.interpreter.path, choice.why
    except Failure as failure:
        why = str(failure)
        amiss.append(of_message(why))
    try:
        chosen(environ)
    except Failure as failure:
        amiss.append(of_message(str(failure)))
    there = [
        {"version": one.text, "implementation": one.product, "path": one.path}
        for one in (each.interpreter for each in pythons.all())
    ]
    known.save()
    return {"default": {"path": default, "reason": why}, "pythons": there}


def _home(home: Home, folder: str, environ: Mapping[str, str], amiss: list[Finding]) -> Part:
    mounts = filesystems.table()
    mount = filesystems.mount_of(home.path, mounts)
    part: Part = {
        "path": home.path,
        "environments": None,
        "statuses": None,
        "no_environments": None,
        "file_system": mount.type if mount else None,
        "ignores_case": filesystems.ignores_case(home.path),
        "hard_links": filesystems.can_link(home.path, folder, mounts),
    }
    if mount is not None and "noexec" in mount.options:
        what = f"{mount.point} is mounted with noexec, so that no environment in it can be used"
        amiss.append(Finding(what, "set MULTIVENV_HOME to a folder on another file system"))
    try:
        judged = _judged(home)
        strangers = _strangers(home)
    except OSError as error:
        amiss.append(Finding(f"{home.path} cannot be read: {error.strerror}", None))
        return part
    if not filesystems.is_writable(home.path):
        what = f"{home.path} cannot be written, so that nothing can be made there"
        amiss.append(Finding(what, "change its permissions, or set MULTIVENV_HOME"))
    part["environments"] = len(judged)
    statuses = [verdict.status for _, verdict in judged]
    part["statuses"] = {status: statuses.count(status) for status in sorted(set(statuses))}
    part["no_environments"] = strangers
    amiss += [*_stale(judged), *_bindings(judged, environ), *_links(home, environ)]
    amiss += [*_temporary(judged), *_no_environments(home, strangers)]
    return part


def _judged(home: Home) -> list[tuple[Facts, Verdict]]:
    """Each environment with its verdict. Raises OSError if the home cannot be read."""
    reader, here = facts.Reader(home), facts.machine(sys.executable)
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
    """Temporary ones that nobody may be waiting to remove."""
    found = []
    for each, _ in judged:
        owner = temporary.owner_of(each.record, each.name)
        if owner is None:
            continue
        if not temporary.can_be_seen(owner):
            what = f"{quoted(each.name)} is temporary, and its shell is not on this machine"
            found.append(Finding(what, f"rmvenv {typed(each.name)} if that has ended"))
        elif temporary.has_ended(owner):
            found.append(left(f"{quoted(each.name)} is temporary, and its shell has ended"))
    return found


def _no_environments(home: Home, names: list[str]) -> list[Finding]:
    """Those that are hidden, such as .git, are there for a reason."""
    names = [name for name in names if not name.startswith(".")]
    if not names:
        return []
    one = len(names) == 1
    what = f"{_listed(names)} in {home.path} {'is no environment' if one else 'are none'}"
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
            what = f"{_listed([each.name for each, _ in those])} are {its.status}"
            why = f"lsvenvs --long --status {its.status} tells why"
            found.append(Finding(what, f"{why}, fixvenv NAME repairs one"))
    return found


def _bindings(judged: list[tuple[Facts, Verdict]], environ: Mapping[str, str]) -> list[Finding]:
    """Projects that are gone, and .venv that leads to nothing in those that are there, and here."""
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
            what = f"{quoted(file)} is a link that leads to nothing"
            found.append(Finding(what, f"rm {typed(file)}"))
    return found


def _links(home: Home, environ: Mapping[str, str]) -> list[Finding]:
    """Commands on PATH that are not in their environment any more, or whose environment is gone. Of
    one that is damaged more is told elsewhere.
    """
    place = links.known_folder(environ)
    try:
        listed = links.listed(home, place) if place is not None else []
    except OSError as error:
        return [Finding(f"{place} cannot be read: {error.strerror}", None)]
    dead: dict[tuple[str, str | None], list[str]] = {}
    for (command, name), reason in zip(listed, linking.reasons(home, listed)):
        dead.setdefault((name, reason), []).append(command)
    found = []
    for (name, reason), commands in dead.items():
        if len(commands) == 1:
            what = f"{quoted(f'{place}/{commands[0]}')} leads to"
        else:
            what = f"{links.enumerated(commands)} in {quoted(str(place))} lead to"
        again = f"linkvenv --remove {typed(name)}"
        if reason == linking.ENVIRONMENT_GONE:
            found.append(Finding(f"{what} the environment {quoted(name)}, which is gone", again))
        elif reason == linking.COMMAND_GONE:
            words = " ".join(map(typed, commands))
            gone = "a command" if len(commands) == 1 else "commands"
            what = f"{what} {gone} that {quoted(name)} has not any more"
            found.append(Finding(what, f"{again} {words}"))
    return found


def _cache(folder: str, amiss: list[Finding]) -> Part:
    if not filesystems.is_writable(folder):
        what = f"the cache {folder} cannot be written, so that each mkvenv takes seconds"
        amiss.append(Finding(what, "change its permissions, or set XDG_CACHE_HOME"))
    return {
        "path": folder,
        "size": files.disk_usage(folder),
        "seeds": [{"path": path, "size": files.disk_usage(path)} for path in seeds.all_in(folder)],
        "clear": f"rm -r -- {shlex.quote(folder)}",
    }


def _listed(names: list[str]) -> str:
    text = ", ".join(map(quoted, names[:_SOME]))
    return text if len(names) <= _SOME else f"{text} and {len(names) - _SOME} more"


# ---- showing it ----------------------------------------------------------------------------------


def _as_text(report: Part, user_home: str) -> list[str]:
    def brief(path: str) -> str:
        return short(path, user_home)

    pairs = [
        *_shell_pairs(report, brief),
        ("helper's Python", f"{report['helper']['version']}, {brief(report['helper']['path'])}"),
        *_python_pairs(report, brief),
        *_home_pairs(report["home"], brief),
        *_cache_pairs(report["cache"], brief),
        *(("at work", f"{quoted(one['name'])}: {one['who']}") for one in report["at_work"]),
        ("other tools", ", ".join(report["tools"]) or "none"),
        *(("hidden by ours", f"{brief(file)}") for file in report["hidden"]),
    ]
    lines = [f"{key + ':' if key else '':<17}{shown(text)}\n" for key, text in pairs]
    problems = [f"  {shown(problem)}\n" for problem in report["problems"]]
    return [*lines, "\n", *(["amiss:\n", *problems] if problems else ["nothing is amiss\n"])]


def _shell_pairs(report: Part, brief: Callable[[str], str]) -> list[tuple[str, str]]:
    shell = report["shell"]
    name = " ".join(filter(None, (shell["name"], shell["version"]))) or "unknown"
    settings = [
        f"{each['name']}={brief(each['value'])}{' (exported)' if each['exported'] else ''}"
        for each in report["settings"]
    ]
    variables = [f"{name}={brief(it)}" for name, it in report["variables"].items() if it]
    words = {"off": "off, compinit was not run", "missing": "missing", "loaded": "loaded"}
    return [
        ("multivenv", f"{report['version'] or 'unknown'} in {brief(report['root'] or 'unknown')}"),
        ("shell", f"{name}, {'at a prompt' if shell['interactive'] else 'not at a prompt'}"),
        ("settings", ", ".join(settings) or "none"),
        *([("also set", ", ".join(variables))] if variables else []),
        ("completion", words.get(shell["completion"], "none here")),
        ("MULTIVENV_AUTO", shell["switching"]),
    ]


def _python_pairs(report: Part, brief: Callable[[str], str]) -> list[tuple[str, str]]:
    default = report["default"]
    path = default["path"]
    versions = [
        ("" if each["implementation"] == "CPython" else each["implementation"] + " ")
        + each["version"]
        for each in report["pythons"]
    ]
    return [
        ("default Python", f"{brief(path)}: {default['reason']}" if path else "none"),
        ("Pythons", ", ".join(versions) or "none"),
    ]


def _home_pairs(home: Part, brief: Callable[[str], str]) -> list[tuple[str, str]]:
    count = home["environments"]
    each = ", ".join(f"{number} {status}" for status, number in (home["statuses"] or {}).items())
    text = f"{'an unknown number' if count is None else count} in {brief(home['path'])}"
    case = {True: "ignores case", False: "minds case", None: "case unknown"}[home["ignores_case"]]
    links = "hard links to the cache" if home["hard_links"] else "no hard links to the cache"
    return [
        ("environments", f"{text}: {each}" if each else text),
        ("file system", f"{home['file_system'] or 'unknown'}, {case}, {links}"),
    ]


def _cache_pairs(kept: Part, brief: Callable[[str], str]) -> list[tuple[str, str]]:
    pairs = [("cache", f"{bytes_text(kept['size'])} in {brief(kept['path'])}")]
    pairs += [
        ("", f"{bytes_text(seed['size']):>8}  pip for {os.path.basename(seed['path'])}")
        for seed in kept["seeds"]
    ]
    if kept["size"]:
        pairs.append(("", f"it can be cleared at any time: {kept['clear']}"))
    return pairs
