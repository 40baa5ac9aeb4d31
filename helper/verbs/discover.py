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
from helper.inspection import verdict
from helper.inspection.facts import Reader, machine
from helper.outside import discovery, projects
from helper.report import documents
from helper.report.tables import aligned, bytes_text
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Any, Iterable, Iterator

    from helper.inspection.facts import Machine
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context
    from helper.outside.discovery import Other


class Row(NamedTuple):
    """An environment as it is listed."""

    tool: str
    path: str
    python: dict[str, str | None]
    """As JSON holds it."""
    verdict: Verdict | None
    """None for an environment of conda's, which multivenv does not judge."""
    project: str | None
    size: int | None = None
    """Bytes on disk, None if nobody asked."""


def run(context: Context, words: list[str]) -> int:
    """List them, by tool and path. Returns 1 if the search stopped early."""
    given, rest = parse("multivenv discover", words)
    folders = [_folder(context, word) for word in rest]
    walk = discovery.Walk()
    found = list(discovery.find(context.home, context.environ, folders, walk))
    adopted = _adopted(context.home)
    rows = list(_rows(each for each in found if os.path.realpath(each.path) not in adopted))
    rows.sort(key=lambda row: (row.tool, os.fsencode(row.path)))
    if "--size" in given:
        rows = [row._replace(size=disk_usage(row.path)) for row in rows]
    if "--json" in given:
        status = write(documents.lines(map(_element, rows), "environments"))
    else:
        status = write(_as_text(rows, "--size" in given, context.user_home))
        names = [adopted.get(os.path.realpath(each.path)) for each in found]
        _report_rest(not rows, [name for name in names if name is not None])
    if walk.stopped is not None:
        report(f"too many files: the search stopped in {quoted(walk.stopped)} (name folders in it)")
        return 1
    return status


def _folder(context: Context, word: str) -> str:
    """Raises Misuse and Failure."""
    if not word:
        raise Misuse("the path of a directory cannot be empty", "see multivenv discover --help")
    folder = projects.directory(word, context.environ)
    if not os.path.isdir(folder):
        raise Failure(f"directory {quoted(folder)} does not exist")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise Failure(f"cannot read directory {quoted(folder)}")
    return folder


def _adopted(home: Home) -> dict[str, str]:
    """The names of the symlinked environments of the home, by the real paths of where they are."""
    children = home.children()
    return {os.path.realpath(home.environment(name)): name for name, link in children if link}


def _report_rest(none: bool, adopted: list[str]) -> None:
    """Report what is not in the list."""
    if none and not adopted:
        report("no environments of other tools found (multivenv discover DIR searches DIR too)")
    elif adopted:
        report(f"already adopted, not listed: {comma_separated(adopted)} (see lsvenvs)")


def _rows(found: Iterable[Other]) -> Iterator[Row]:
    here = machine(sys.executable)
    readers: dict[str, Reader] = {}
    for each in found:
        if each.tool == "conda":
            yield _of_conda(each.path)
            continue
        folder, name = os.path.split(each.path)
        reader = readers.get(folder) or readers.setdefault(folder, Reader(Home(folder)))
        row = _judged(each, reader, name, here)
        if row is not None:
            yield row


def _judged(each: Other, reader: Reader, name: str, here: Machine) -> Row | None:
    facts = reader.read(name, False)
    if facts is None:  # it has gone meanwhile
        return None
    creator = "virtualenv" if facts.legacy else facts.config.creator
    tool = each.tool or (creator or "unknown").split()[0]
    project = facts.project or discovery.project_around(each.path)
    return Row(tool, each.path, documents.python(facts), verdict.judge(facts, here), project)


def _of_conda(path: str) -> Row:
    version = discovery.conda_version(path)
    about = {"version": version, "implementation": None, "base": None}
    return Row("conda", path, about, None, discovery.project_around(path))


def _element(row: Row) -> dict[str, Any]:
    return {
        "tool": row.tool,
        "path": row.path,
        "python": row.python,
        "status": row.verdict.status if row.verdict else None,
        "reason": row.verdict.reason if row.verdict else None,
        "project": row.project,
        "size": row.size,
    }


def _as_text(rows: list[Row], sizes: bool, user_home: str) -> Iterator[str]:
    """A table, or into a pipe the paths, one a line."""
    if not (sizes or sys.stdout.isatty()):
        yield from (f"{row.path}\n" for row in rows)
        return
    if not rows:
        return
    size = ["SIZE"] if sizes else []
    lines = [["", "TOOL", "STATUS", "PYTHON", *size, "PATH", "PROJECT"]]
    lines += [_cells(row, sizes, user_home) for row in rows]
    yield aligned(lines)
    notes = [
        f"{short(row.path, user_home)} is {row.verdict.status}: {row.verdict.reason}\n"
        for row in rows
        if row.verdict and row.verdict.reason
    ]
    yield from ["\n", *notes] if notes else []


def _cells(row: Row, sizes: bool, user_home: str) -> list[str]:
    return [
        "",
        row.tool,
        row.verdict.status if row.verdict else "-",
        row.python["version"] or "unknown",
        *([bytes_text(row.size or 0)] if sizes else []),
        short(row.path, user_home),
        short(row.project, user_home) if row.project else "-",
    ]
