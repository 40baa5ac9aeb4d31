"""multivenv pythons: list the interpreters that mkvenv can use."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import short, shown, write
from helper.base.options import parse
from helper.interpreters.choice import Choice, same_interpreter

if TYPE_CHECKING:
    from typing import Any, Iterable, Tuple

    from helper.interpreters.choice import Found
    from helper.interpreters.creators import Creator
    from helper.making.context import Context

    Row = Tuple[Found, Creator]


def run(context: Context, words: list[str]) -> int:
    """List them, the highest version first, with the default and why it is that."""
    given, rest = parse("multivenv pythons", words)
    if rest:
        raise Misuse("multivenv pythons takes no arguments", "see multivenv pythons --help")
    pythons = context.pythons
    choice: Choice | None = None
    try:
        choice = pythons.choose(None)
        why = choice.why
    except Failure as failure:
        why = str(failure)
    found = pythons.all() if choice is None else pythons.with_chosen(choice)
    rows = [(each, pythons.creator(each.interpreter)) for each in found]
    if "--json" in given:
        from helper.report.documents import lines

        elements = [_element(found, creator, choice) for found, creator in rows]
        default = choice.interpreter.path if choice else None
        return write(lines(elements, "pythons", default=default, default_reason=why))
    return write(_table(context, rows, choice, why))


def _element(found: Found, creator: Creator, choice: Choice | None) -> dict[str, Any]:
    one = found.interpreter
    problem = f"{creator.problem} ({creator.advice})" if creator.problem else None
    return {
        "version": one.text,
        "implementation": one.product,
        "free_threaded": "t" in one.flags,
        "path": one.path,
        "sources": list(found.sources),
        "tool": os.path.basename(creator.tool) if creator.tool else None,
        "pip": creator.tool is not None and creator.problem is None,
        "problem": problem,
        "default": _is_default(found, choice),
    }


def _table(context: Context, rows: list[Row], choice: Choice | None, why: str) -> Iterable[str]:
    from helper.report.tables import aligned

    home = context.user_home
    table = [["", "PYTHON", "FOUND BY", "ENVIRONMENTS", "PATH"]]
    notes = [""]
    for found, creator in rows:
        one, path = found.interpreter, short(found.interpreter.path, home)
        mark = "*" if _is_default(found, choice) else ""
        table.append([mark, one.called, ", ".join(found.sources), _created_by(creator), path])
        if creator.problem:
            notes.append(f"{one.called} at {path}: {creator.problem} ({creator.advice})")
    if rows:
        yield aligned(table)
    notes.append(f"* is the default of mkvenv: {shown(why)}" if choice else shown(why))
    yield "\n".join([*notes, ""])


def _created_by(creator: Creator) -> str:
    if creator.tool is None:
        return "no"
    if creator.problem:
        return "without pip"
    return "yes" if creator.tool == "venv" else "by virtualenv"


def _is_default(found: Found, choice: Choice | None) -> bool:
    return choice is not None and same_interpreter(found.interpreter, choice.interpreter)
