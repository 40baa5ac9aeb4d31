"""Tables and paragraphs of environments, for people."""

from __future__ import annotations

import os
import sys
import time
import unicodedata

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.formats import version_text
from helper.base.messages import Style, short, shown
from helper.inspection.verdict import REFUSED, Verdict
from helper.store import temporary
from helper.store.records import text, timestamp

if TYPE_CHECKING:
    from typing import Iterable, Mapping

    from helper.base.files import Usage
    from helper.base.messages import Line
    from helper.inspection.facts import Facts
    from helper.inspection.matching import Match

MINUTE, HOUR, DAY = 60, 3600, 86400

_GREEN, _YELLOW, _RED, _BOLD = "32", "33", "31", "1"


class Listed(NamedTuple):
    """An environment in a listing."""

    facts: Facts
    verdict: Verdict
    active: bool
    size: Usage | None
    """What it takes on disk, None if the user did not request it."""
    links: tuple[str, ...] = ()
    """Its commands on PATH."""
    kernel: str | None = None
    """The name of its kernel in Jupyter."""
    tool: str | None = None
    """The tool that an environment outside the home belongs to; None for those of the home."""
    matches: tuple[Match, ...] | None = None
    """The distributions that match --with, None without that option."""

    @property
    def called(self) -> str:
        """What the user calls it: its name, or its path if it is not in the home."""
        return self.facts.name if self.tool is None else self.facts.path


def colored(environ: Mapping[str, str]) -> bool:
    """Whether stdout shows colors."""
    return sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def environment_table(listed: list[Listed], color: bool) -> list[Line]:
    """A table of environments, one line each, as wide as the terminal on stdout allows."""
    sizes = any(each.size is not None for each in listed)
    more = ["SIZE", "SHARED"] if sizes else []
    more += ["MATCHES"] if any(each.matches is not None for each in listed) else []
    head = ["", "NAME", "STATUS", "PYTHON", "PACKAGES", *more, "PROJECT", "LAST USED"]
    rows = _cells([head, *(_row(each, sizes) for each in listed)])
    widths = _widths(rows)
    columns = os.get_terminal_size(1).columns if sys.stdout.isatty() else 0
    fitting = _fitting(head, widths, columns)
    lines = []
    for row, each in zip(rows, [None, *listed]):
        cells = [
            _padded(row[i], widths[i], head[i] in ("PACKAGES", "SIZE", "SHARED")) for i in fitting
        ]
        styles = [_style(i, each) if color and each else "" for i in fitting]
        lines.append(_line(cells, styles))
    return lines


def aligned(rows: list[list[str]]) -> list[Line]:
    """A table with columns as wide as their contents; the first column is for a mark."""
    rows = _cells(rows)
    widths = _widths(rows)
    return [_line([*map(_padded, row, widths)]) for row in rows]


def _cells(rows: list[list[str]]) -> list[list[str]]:
    """The cells as a terminal shows them, which decides on their widths."""
    return [[*map(shown, row)] for row in rows]


def _row(each: Listed, sizes: bool) -> list[str]:
    facts = each.facts
    name = facts.name if each.tool is None else short(facts.path)
    if facts.target is not None:
        name = f"{name} -> {short(facts.target)}"
    size = [bytes_text(each.size.size), bytes_text(each.size.shared)] if each.size else ["-", "-"]
    more = size if sizes else []
    more = more if each.matches is None else [*more, ", ".join(map(str, each.matches))]
    return [
        "*" if each.active else "",
        name,
        each.verdict.status or "-",
        version_text(facts.config.version) or "unknown",
        str(facts.packages) if facts.packages is not None else "-",
        *more,
        short(facts.project) + _gone(facts) + _more(facts) if facts.project else "-",
        ago(time.time() - facts.last_used) if facts.last_used is not None else "never",
    ]


def _widths(rows: list[list[str]]) -> list[int]:
    """The width of each column; that of the mark is 1 even if no row has it."""
    return [1, *(max(map(_columns, column)) for column in list(zip(*rows))[1:])]


def _fitting(head: list[str], widths: list[int], columns: int) -> list[int]:
    """The columns of the table that fit on a terminal. The project is shortened first and then
    dropped, then the count of packages and the last use. columns: 0 for no limit.
    """
    kept = list(range(len(head)))
    for title in ("PROJECT", "PACKAGES", "LAST USED", *(["SHARED"] if "SHARED" in head else [])):
        over = sum(widths[i] for i in kept) + 2 * (len(kept) - 1) - 1 - columns
        if not columns or over <= 0:
            break
        index = head.index(title)
        if title == "PROJECT" and widths[index] - over >= len(title):
            widths[index] -= over
        else:
            kept.remove(index)
    return kept


def _line(cells: list[str], styles: Iterable[str] = ()) -> Line:
    """A line of cells; styles: the code of each, or nothing."""
    mark, *others = cells
    plain = f"{mark} {'  '.join(others)}"
    if not any(styles):
        return plain.rstrip()
    line: list[str] = []
    for index, (cell, code) in enumerate(zip(cells, styles)):
        line += ["" if not index else " " if index == 1 else "  ", *_styled(cell, code)]
    return line if code else [*line[:-1], line[-1].rstrip()]


def _styled(text: str, code: str) -> list[str]:
    """A text in a style, as pieces of a line."""
    if not code or not text.strip():
        return [text]
    return [Style(f"\033[{code}m"), text, Style("\033[0m")]


def _padded(text: str, width: int, right: bool = False) -> str:
    if _columns(text) > width:  # the end of a path says more than its start
        while _columns(text) > width - 1:
            text = text[1:]
        text = "…" + text
    fill = " " * (width - _columns(text))
    return fill + text if right else text + fill


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _style(column: int, each: Listed) -> str:
    """The code of a cell in the table of environments, or nothing."""
    status = each.verdict.status
    if column == 2:
        return _GREEN if status == "ok" else _RED if status in REFUSED else _YELLOW
    return _BOLD if column in (0, 1) and each.active else ""


def paragraph(each: Listed, pairs: list[tuple[str, str]], color: bool) -> list[Line]:
    """The name of an environment, and below it labels with values."""
    name = each.facts.name if each.tool is None else short(each.facts.path)
    head = f"{name}{' (active)' if each.active else ''}"
    lines: list[Line] = [_styled(head, _BOLD) if color else head]
    return lines + labeled((f"  {label}" if label else "", value) for label, value in pairs)


def labeled(pairs: Iterable[tuple[str, str]], width: int = 13) -> list[Line]:
    """Lines of `label: value`. An empty label continues the line above."""
    return [f"{label + ':' if label else '':<{width}}{value}" for label, value in pairs]


def details(each: Listed) -> list[tuple[str, str]]:
    """Everything that listings show about an environment, as labels with values."""
    facts, (status, reason) = each.facts, each.verdict
    unknown = "unknown"
    version = version_text(facts.config.version) or unknown
    base = facts.base.path if facts.base else unknown
    owner = temporary.owner_of(facts.record, facts.name) or {}
    process = owner.get("process")
    used = "never"
    if facts.last_used is not None:
        used = f"{timestamp(facts.last_used)} ({ago(time.time() - facts.last_used)})"
    pairs = [
        ("path", facts.path),
        ("tool", each.tool or ""),
        ("link to", facts.target or ""),
        ("status", f"{status}: {reason}" if reason else status),
        ("python", f"{version}, base {base}"),
        ("packages", str(facts.packages) if facts.packages is not None else unknown),
        ("matches", ", ".join(map(str, each.matches or ()))),
        ("installer", "uv" if text(facts.record or {}, "installer") == "uv" else ""),
        ("project", facts.project + _gone(facts) if facts.project else "none"),
        *(("", each + (" (gone)" if each in facts.gone else "")) for each in facts.others),
        ("links", ", ".join(each.links)),
        ("kernel", each.kernel or ""),
        ("created", text(facts.record or {}, "created") or unknown),
        ("temporary", f"removed when its shell, process {process}, leaves it or ends"),
        ("last used", used),
        ("size", _size_text(each.size) if each.size is not None else ""),
    ]
    return [(label, value) for label, value in pairs if value and (owner or label != "temporary")]


def _gone(facts: Facts) -> str:
    return " (gone)" if facts.project_gone else ""


def _more(facts: Facts) -> str:
    return f" +{len(facts.others)}" if facts.others else ""


def ago(seconds: float) -> str:
    """A time in the past in words: `3 days ago`."""
    if seconds < MINUTE:
        return "just now"
    for name, length, limit in (
        ("minute", MINUTE, HOUR),
        ("hour", HOUR, DAY),
        ("day", DAY, 60 * DAY),
        ("month", 30.44 * DAY, 730 * DAY),
    ):
        if seconds < limit:
            count = int(seconds // length)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return f"{int(seconds // (365.25 * DAY))} years ago"


def _size_text(size: Usage) -> str:
    shared = f", of which {bytes_text(size.shared)} shared" if size.shared else ""
    return bytes_text(size.size) + shared


def total_size(listed: list[Listed]) -> str:
    """What all of them take on disk: what several of them share counts once."""
    sizes = [each.size for each in listed if each.size is not None]
    shared: dict[tuple[int, int], int] = {}
    for each in sizes:
        shared.update(each.others)
    part = sum(shared.values())
    text = f"total: {bytes_text(sum(each.own for each in sizes) + part)} on disk"
    return text + (f", of which {bytes_text(part)} shared" if part else "")


def bytes_text(size: int) -> str:
    """A size for people: `17.3 MB`, in powers of 1000."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.95 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
