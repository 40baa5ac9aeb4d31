"""multivenv discover: list the environments of other tools on this machine."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Misuse
from helper.base.files import disk_usage
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, report, short, write
from helper.base.options import parse
from helper.inspection.facts import machine
from helper.outside import discovery, projects
from helper.report import documents
from helper.report.tables import aligned, bytes_text

if TYPE_CHECKING:
    from typing import Iterable, Iterator

    from helper.base.messages import Line
    from helper.making.context import Context
    from helper.outside.discovery import Other


class Row(NamedTuple):
    """An environment with the keys that it has in JSON."""

    tool: str
    path: str
    python: dict[str, str | None]
    status: str | None
    """None for an environment of conda, which multivenv does not judge."""
    reason: str | None
    project: str | None
    size: int | None = None
    """Bytes on disk, None if not requested."""


def run(context: Context, words: list[str]) -> int:
    """List them, by tool and path. Returns 1 if the search stopped early."""
    given, rest = parse("multivenv discover", words)
    folders = [folder_to_search(context, "multivenv discover", word) for word in rest]
    walk = discovery.Walk()
    found = discovery.find_others(context.home, context.environ, folders, walk)
    others, adopted = discovery.read_others(context.home, found, machine(sys.executable))
    rows = [*map(_row, others)]
    if "--size" in given:
        rows = [row._replace(size=disk_usage(row.path).size) for row in rows]
    if "--json" in given:
        text: Iterable[Line] = documents.lines((row._asdict() for row in rows), "environments")
        status = write(text, data=True)
    else:
        paths = not ("--size" in given or sys.stdout.isatty())
        text = (row.path for row in rows) if paths else _table(rows, "--size" in given)
        status = write(text, data=paths)
        if adopted:
            report(f"already adopted, not listed: {comma_separated(adopted)} (see lsvenvs)")
        elif not rows:
            report("no environments of other tools found (multivenv discover DIR searches DIR too)")
    return 1 if stopped(walk) else status


def stopped(walk: discovery.Walk) -> bool:
    """Whether a search stopped early, which is reported."""
    if walk.stopped is not None:
        report(f"too many files: the search stopped in {quoted(walk.stopped)} (name folders in it)")
    return walk.stopped is not None


def folder_to_search(context: Context, verb: str, word: str) -> str:
    """The absolute path of a folder to search. Raises Misuse and Failure."""
    if not word:
        raise Misuse("the path of a directory cannot be empty", f"see {verb} --help")
    folder = projects.directory(word, context.environ)
    if not os.path.isdir(folder):
        raise Failure(f"cannot search {quoted(folder)}: no such directory")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise Failure(f"cannot search {quoted(folder)}: it is not readable")
    return folder


def _row(found: Other) -> Row:
    around = discovery.project_around(found.path)
    if found.facts is None or found.verdict is None:
        version = discovery.conda_version(found.path)
        python = {"version": version, "implementation": None, "base": None}
        return Row(found.tool, found.path, python, None, None, around)
    project = found.facts.project or around
    return Row(found.tool, found.path, documents.python(found.facts), *found.verdict, project)


def _table(rows: list[Row], sizes: bool) -> Iterator[Line]:
    """A table, and below it the reasons for statuses other than `ok`."""
    if not rows:
        return
    size = ["SIZE"] if sizes else []
    lines = [["", "TOOL", "STATUS", "PYTHON", *size, "PATH", "PROJECT"]]
    for row in rows:
        size = [bytes_text(row.size or 0)] if sizes else []
        path, project = short(row.path), short(row.project or "-")
        version = row.python["version"] or "unknown"
        lines.append(["", row.tool, row.status or "-", version, *size, path, project])
    yield from aligned(lines)
    unsound = [row for row in rows if row.reason]
    yield from [""] if unsound else []
    for row in unsound:
        yield f"{short(row.path)} is {row.status}: {row.reason}"
