"""multivenv pythons: list the interpreters that mkvenv can use."""

from __future__ import annotations

import json
import os

from helper.base import cache
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import shown, write
from helper.base.options import HELP, Option, parse
from helper.interpreters.choice import Choice, Pythons, same_interpreter
from helper.interpreters.creators import maker_for
from helper.interpreters.query import Interpreters
from helper.report.tables import aligned, short
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Any, Iterable, Mapping

    from helper.interpreters.choice import Found
    from helper.interpreters.creators import Maker

OPTIONS = (HELP, Option(("--json",)))


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """List them, the highest version first, with the default and why it is that."""
    given, rest = parse("multivenv pythons", words, OPTIONS)
    if rest:
        raise Misuse("multivenv pythons takes no more words (see multivenv pythons --help)")
    folder = cache.folder(environ)
    interpreters = Interpreters(folder, environ)
    pythons = Pythons(home, environ, interpreters)
    try:
        choice: Choice | None = pythons.choose(None)
        why = choice.why if choice else ""
    except Failure as failure:
        choice, why = None, str(failure)
    found = pythons.all(choice)
    interpreters.save()
    rows = [(each, maker_for(each.interpreter, environ, folder, pythons.others)) for each in found]
    if "--json" in given:
        return write(_as_json(rows, choice, why))
    return write(_as_table(rows, choice, why, environ.get("HOME", "")))


def _as_json(rows: list[tuple[Found, Maker]], choice: Choice | None, why: str) -> Iterable[str]:
    elements = [_element(found, maker, choice) for found, maker in rows]
    default = choice.interpreter.path if choice else None
    top = {"schema": 1, "default": default, "default_reason": why}
    yield f'{json.dumps(top)[:-1]}, "pythons": [\n'
    yield ",\n".join(map(json.dumps, elements))
    yield "\n]}\n"


def _element(found: Found, maker: Maker, choice: Choice | None) -> dict[str, Any]:
    one = found.interpreter
    return {
        "version": one.text,
        "implementation": one.product,
        "free_threaded": "t" in one.flags,
        "path": one.path,
        "sources": list(found.sources),
        "tool": os.path.basename(maker.tool) if maker.tool else None,
        "pip": maker.tool is not None and maker.problem is None,
        "problem": maker.problem,
        "default": _is_default(found, choice),
    }


def _as_table(
    rows: list[tuple[Found, Maker]], choice: Choice | None, why: str, user_home: str
) -> Iterable[str]:
    lines = [["", "PYTHON", "FOUND BY", "ENVIRONMENTS", "PATH"]]
    for found, maker in rows:
        one = found.interpreter
        mark = "*" if _is_default(found, choice) else ""
        lines.append(
            [mark, one.called, ", ".join(found.sources), _means(maker), short(one.path, user_home)]
        )
    if rows:
        yield aligned(lines)
    notes = [
        f"{found.interpreter.called} at {short(found.interpreter.path, user_home)}: {maker.problem}"
        for found, maker in rows
        if maker.problem
    ]
    yield "\n".join(
        ["", *notes, f"* is what mkvenv uses: {shown(why)}" if choice else shown(why), ""]
    )


def _means(maker: Maker) -> str:
    if maker.tool is None:
        return "no"
    if maker.problem:
        return "without pip"
    return "yes" if maker.tool == "venv" else "by virtualenv"


def _is_default(found: Found, choice: Choice | None) -> bool:
    return choice is not None and same_interpreter(found.interpreter, choice.interpreter)
