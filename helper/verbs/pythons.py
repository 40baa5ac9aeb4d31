"""multivenv pythons: list the interpreters that mkvenv can use."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import short, write
from helper.base.options import parse
from helper.interpreters.choice import Choice, same_interpreter

if TYPE_CHECKING:
    from typing import Any, Tuple

    from helper.base.messages import Line
    from helper.interpreters.choice import Found
    from helper.interpreters.creators import Creator
    from helper.making.context import Context

    Row = Tuple[Found, Creator, bool]
    """An interpreter, how to create environments of it, and whether it is the default."""


def run(context: Context, words: list[str]) -> int:
    """List them, the highest version first, with the default and the reason for it."""
    given, rest = parse("multivenv pythons", words)
    if rest:
        raise Misuse("multivenv pythons takes no arguments", "see multivenv pythons --help")
    choice: Choice | None = None
    try:
        choice = context.pythons.choose(None)
        why = choice.why
    except Failure as failure:
        why = str(failure)
    rows: list[Row] = []
    for each in context.pythons.with_chosen(choice) if choice else context.pythons.all():
        default = choice is not None and same_interpreter(each.interpreter, choice.interpreter)
        rows.append((each, context.pythons.creator(each.interpreter), default))
    if "--json" in given:
        from helper.report.documents import lines

        path = choice.interpreter.path if choice else None
        text = lines(map(_python_element, rows), "pythons", default=path, default_reason=why)
        return write(text, data=True)
    return write(_table(rows, f"* is the default of mkvenv: {why}" if choice else why))


def _python_element(row: Row) -> dict[str, Any]:
    (one, sources), creator, default = row
    return {
        "version": one.text,
        "implementation": one.product,
        "free_threaded": "t" in one.flags,
        "path": one.path,
        "sources": list(sources),
        "tool": os.path.basename(creator.tool) if creator.tool else None,
        "pip": creator.tool is not None and creator.problem is None,
        "problem": f"{creator.problem} ({creator.advice})" if creator.problem else None,
        "default": default,
    }


def _table(rows: list[Row], last_note: str) -> list[Line]:
    from helper.report.tables import aligned

    table = [["", "PYTHON", "FOUND BY", "ENVIRONMENTS", "PATH"]]
    notes = [""]
    for (one, sources), creator, default in rows:
        path = short(one.path)
        mark = "*" if default else ""
        table.append([mark, one.called, ", ".join(sources), _created_by(creator), path])
        if creator.problem:
            notes.append(f"{one.called} at {path}: {creator.problem} ({creator.advice})")
    return [*(aligned(table) if rows else []), *notes, last_note]


def _created_by(creator: Creator) -> str:
    if creator.tool is None:
        return "no"
    if creator.problem:
        return "without pip"
    return "yes" if creator.tool == "venv" else "by virtualenv"
