"""multivenv doctor: what multivenv has found and keeps here, and what is amiss with it."""

from __future__ import annotations

import json
import os
import shlex
import sys

import cache
import seeds
from errors import Failure, Misuse
from files import disk_usage
from home import Home
from interpreters import Interpreters
from messages import shown, write
from options import HELP, Option, parse
from pythons import Pythons
from render import bytes_text, short
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Mapping

OPTIONS = (HELP, Option(("--json",)))


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Report. Returns 1 if something is amiss."""
    given, rest = parse("multivenv", words, OPTIONS)
    if rest:
        raise Misuse("multivenv doctor takes no more words (see multivenv --help)")
    report = _report(home, environ)
    if "--json" in given:
        status = write([json.dumps({"schema": 1, **report}), "\n"])
    else:
        status = write(_as_text(report, environ.get("HOME", "")))
    return 1 if report["problems"] else status


def _report(home: Home, environ: Mapping[str, str]) -> dict[str, Any]:
    folder = cache.folder(environ)
    interpreters = Interpreters(folder, environ)
    problems = []
    try:
        choice = Pythons(home, environ, interpreters).choose(None)
        default, why = choice.interpreter.path, choice.why
    except Failure as failure:
        default, why = None, str(failure)
        problems.append(why)
    interpreters.save()
    if not _is_writable(folder):
        problems.append(
            f"the cache {folder} cannot be written, so that each mkvenv takes seconds"
            " (change its permissions, or set XDG_CACHE_HOME)"
        )
    try:
        count: int | None = sum(1 for _ in home.environments())
    except OSError as error:
        count = None
        problems.append(f"{home.path} cannot be read: {error.strerror}")
    return {
        "helper": {"path": sys.executable, "version": sys.version.split()[0]},
        "home": {"path": home.path, "environments": count},
        "default": {"path": default, "reason": why},
        "cache": {
            "path": folder,
            "size": disk_usage(folder),
            "seeds": [{"path": path, "size": disk_usage(path)} for path in seeds.all_in(folder)],
            "clear": f"rm -r -- {shlex.quote(folder)}",
        },
        "problems": problems,
    }


def _is_writable(folder: str) -> bool:
    """Whether files can be made in a folder, or the folder itself."""
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _as_text(report: dict[str, Any], user_home: str) -> list[str]:
    helper, home, default = report["helper"], report["home"], report["default"]
    kept = report["cache"]
    path = default["path"]
    pairs = [
        ("helper's Python", f"{helper['version']}, {short(helper['path'], user_home)}"),
        ("default Python", f"{short(path, user_home)}: {default['reason']}" if path else "none"),
        ("environments", f"{_unknown(home['environments'])} in {short(home['path'], user_home)}"),
        ("cache", f"{bytes_text(kept['size'])} in {short(kept['path'], user_home)}"),
    ]
    pairs += [
        ("", f"{bytes_text(seed['size']):>8}  pip for {os.path.basename(seed['path'])}")
        for seed in kept["seeds"]
    ]
    if kept["size"]:
        pairs.append(("", f"it can be cleared at any time: {kept['clear']}"))
    lines = [f"{key + ':' if key else '':<17}{shown(text)}\n" for key, text in pairs]
    if report["problems"]:
        lines.append("\n")
    return lines + [f"{shown(problem)}\n" for problem in report["problems"]]


def _unknown(count: int | None) -> str:
    return "an unknown number" if count is None else str(count)
