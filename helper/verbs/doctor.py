"""multivenv doctor: report the setup and its problems, and fix what can be fixed."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.messages import quoted, short, typed, write
from helper.base.options import parse
from helper.making.remove import remove_orphaned
from helper.report import leftovers
from helper.report.doctor import examine
from helper.report.shell_report import shell_of
from helper.report.tables import ago, bytes_text, labeled
from helper.store.records import seconds

if TYPE_CHECKING:
    from typing import List, Tuple

    from helper.base.messages import Line
    from helper.making.context import Context
    from helper.report.doctor import Part

    Pairs = List[Tuple[str, str]]

FOUND = 3
"""The exit status if there are problems. shell/doctor.sh turns it into 1. It takes any status but
this, 0 and that of a misuse as a sign that the helper failed."""


def run(context: Context, words: list[str]) -> int:
    """Report. words: those of shell/doctor.sh, `--`, and those that the user typed."""
    index = words.index("--")
    given, rest = parse("multivenv doctor", words[index + 1 :])
    if rest:
        raise Misuse("multivenv doctor takes no arguments", "see multivenv doctor --help")
    fixed = []
    if "--fix" in given:
        remove_orphaned(context)
        fixed = leftovers.clear(context.home, context.cache, context.environ)
    report = examine(context, shell_of(words[:index]))
    report["fixed"] = [each.what for each in fixed]
    if "--json" in given:
        from helper.report.documents import document

        status = write(document(**report), data=True)
    else:
        status = write(_text_lines(report))
    return FOUND if report["findings"] or status else 0


def _text_lines(report: Part) -> list[Line]:
    path, why = report["default"]["path"], report["default"]["reason"]
    versions = [f"{each['implementation']} {each['version']}" for each in report["pythons"]]
    pairs = [
        *_shell_pairs(report),
        ("helper's Python", f"{report['helper']['version']}, {short(report['helper']['path'])}"),
        ("default Python", f"{short(path)}: {why}" if path else "none"),
        ("Pythons", ", ".join(versions).replace("CPython ", "") or "none"),
        *_home_pairs(report["home"]),
        *_cache_pairs(report["cache"]),
        *(("in progress", f"{quoted(one['name'])}: {one['who']}") for one in report["at_work"]),
        *(("replaced", _kept_line(one)) for one in report["kept"]),
        ("other tools", ", ".join(report["tools"]) or "none"),
        *(("hidden programs", short(file)) for file in report["hidden"]),
    ]
    problems = [f"  {problem}" for problem in report["problems"]]
    end = ["problems:", *problems] if problems else ["no problems found"]
    return [*labeled(pairs, 17), "", *end]


def _kept_line(one: Part) -> str:
    age = ago(time.time() - (seconds(one["since"]) or 0))
    undo = f"fixvenv --undo {typed(one['name'])}"
    return f"{quoted(one['name'])}: {bytes_text(one['size'])}, {age} (undo: {undo})"


def _shell_pairs(report: Part) -> Pairs:
    shell = report["shell"]
    name = " ".join(filter(None, (shell["name"], shell["version"]))) or "unknown"
    settings = [
        f"{each['name']}={short(each['value'])}{' (exported)' if each['exported'] else ''}"
        for each in report["settings"]
    ]
    variables = [f"{name}={short(value)}" for name, value in report["variables"].items() if value]
    completion = shell["completion"] or "not available"
    return [
        ("multivenv", f"{report['version'] or 'unknown'} in {short(report['root'] or 'unknown')}"),
        ("shell", f"{name}, {'at a prompt' if shell['interactive'] else 'not at a prompt'}"),
        ("settings", ", ".join(settings) or "none"),
        *([("also set", ", ".join(variables))] if variables else []),
        ("completion", "off, compinit was not run" if completion == "off" else completion),
        ("MULTIVENV_AUTO", shell["switching"]),
    ]


def _home_pairs(home: Part) -> Pairs:
    count = "unknown number" if home["environments"] is None else home["environments"]
    each = ", ".join(f"{number} {status}" for status, number in (home["statuses"] or {}).items())
    text = f"{count} in {short(home['path'])}"
    cases = {True: "case-insensitive", False: "case-sensitive", None: "case unknown"}
    links = "hard links to the cache" if home["hard_links"] else "no hard links to the cache"
    links = links if home["symlinks"] else f"no symlinks, {links}"
    system = f"{home['file_system'] or 'unknown'}, {cases[home['ignores_case']]}, {links}"
    return [("environments", f"{text}: {each}" if each else text), ("file system", system)]


def _cache_pairs(cache: Part) -> Pairs:
    pairs = [("cache", f"{bytes_text(cache['size'])} in {short(cache['path'])}")]
    pairs += [
        ("", f"{bytes_text(seed['size']):>8}  pip for {os.path.basename(seed['path'])}")
        for seed in cache["seeds"]
    ]
    if cache["size"]:
        pairs.append(("", f"safe to delete at any time: {cache['clear']}"))
    return pairs
