"""multivenv doctor: report the setup and its problems, and fix what can be fixed."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.messages import quoted, short, shown, write
from helper.base.options import parse
from helper.making.remove import remove_orphaned
from helper.report import leftovers, shell_report
from helper.report.doctor import examine
from helper.report.tables import bytes_text

if TYPE_CHECKING:
    from typing import Callable

    from helper.making.context import Context
    from helper.report.doctor import Part

FOUND = 3
"""The exit status if there are problems. shell/doctor.sh turns it into 1, and takes any other but 0
and that of a misuse for a helper that did not finish."""


def run(context: Context, words: list[str]) -> int:
    """Report. The words are those of shell/doctor.sh, `--`, and then those that the user typed."""
    index = words.index("--")
    given, rest = parse("multivenv doctor", words[index + 1 :])
    if rest:
        raise Misuse("multivenv doctor takes no arguments", "see multivenv doctor --help")
    fixed = []
    if "--fix" in given:
        remove_orphaned(context)
        fixed = leftovers.clear(context.home, context.cache)
    report = examine(context, shell_report.read(words[:index]))
    report["fixed"] = [each.what for each in fixed]
    if "--json" in given:
        from helper.report.documents import document

        status = write(document(**report))
    else:
        status = write(_as_text(report, context.user_home))
    return FOUND if report["findings"] or status else 0


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
        *(("hidden programs", f"{brief(file)}") for file in report["hidden"]),
    ]
    lines = [f"{key + ':' if key else '':<17}{shown(text)}\n" for key, text in pairs]
    problems = [f"  {shown(problem)}\n" for problem in report["problems"]]
    return [*lines, "\n", *(["problems:\n", *problems] if problems else ["no problems found\n"])]


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
    text = f"{'unknown number' if count is None else count} in {brief(home['path'])}"
    case = {True: "case-insensitive", False: "case-sensitive", None: "case unknown"}[
        home["ignores_case"]
    ]
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
        pairs.append(("", f"safe to delete at any time: {kept['clear']}"))
    return pairs
