"""Tables and paragraphs of environments, for people."""

from __future__ import annotations

import os
import sys
import time
import unicodedata

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.formats import version_text
from helper.base.messages import short, shown
from helper.inspection.verdict import REFUSED, Verdict
from helper.store import temporary
from helper.store.records import text, timestamp

if TYPE_CHECKING:
    from typing import Mapping

    from helper.inspection.facts import Facts

MINUTE, HOUR, DAY = 60, 3600, 86400

_GREEN, _YELLOW, _RED, _BOLD = "32", "33", "31", "1"


class Listed(NamedTuple):
    """An environment as it is listed."""

    facts: Facts
    verdict: Verdict
    active: bool
    size: int | None
    """Bytes on disk, None if nobody asked."""
    links: tuple[str, ...] = ()
    """Its commands that are on PATH."""


class Screen(NamedTuple):
    """Where a listing is shown."""

    color: bool
    columns: int
    """Width in columns, 0 if there is no limit."""
    user_home: str
    """$HOME, shown as ~."""
    now: float
    """Seconds since the epoch."""


def screen(environ: Mapping[str, str]) -> Screen:
    """The terminal on stdout; a pipe has no limit and no color."""
    terminal = sys.stdout.isatty()
    return Screen(
        color=terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb",
        columns=os.get_terminal_size(1).columns if terminal else 0,
        user_home=environ.get("HOME", ""),
        now=time.time(),
    )


def table(listed: list[Listed], screen: Screen) -> str:
    """The table that a terminal shows, one line for each environment."""
    sizes = any(each.size is not None for each in listed)
    size = ["SIZE"] if sizes else []
    head = ["", "NAME", "STATUS", "PYTHON", "PACKAGES", *size, "PROJECT", "LAST USED"]
    rows = [_row(each, sizes, screen) for each in listed]
    widths = [max(_columns(row[i]) for row in [head, *rows]) for i in range(len(head))]
    widths[0] = 1  # also if none is active
    shown_columns = _fit(head, widths, screen.columns)
    right = {4, 5} if sizes else {4}
    lines = []
    for row, each in [(head, None), *zip(rows, listed)]:
        cells = [_fitted(row[i], widths[i], i in right) for i in shown_columns]
        if screen.color and each is not None:
            cells = [_colored(cell, i, each) for i, cell in zip(shown_columns, cells)]
        lines.append((cells[0] + " " + "  ".join(cells[1:])).rstrip())
    return "\n".join(lines) + "\n"


def _fit(head: list[str], widths: list[int], columns: int) -> list[int]:
    """Which columns of the table a terminal has room for. A long project gives way, then it goes,
    then the count of packages and the last use. No terminal, 0 columns wide, has room for all.
    """
    kept = list(range(len(head)))
    for title in ("PROJECT", "PACKAGES", "LAST USED"):
        over = sum(widths[i] for i in kept) + 2 * (len(kept) - 1) - 1 - columns
        if not columns or over <= 0:
            break
        index = head.index(title)
        if title == "PROJECT" and widths[index] - over >= len(title):
            widths[index] -= over
        else:
            kept.remove(index)
    return kept


def long(listed: list[Listed], screen: Screen) -> str:
    """All that is listed of each environment, a paragraph each."""
    return "\n".join(paragraph(each, pairs(each, screen), screen) for each in listed)


def paragraph(each: Listed, lines: list[tuple[str, str]], screen: Screen) -> str:
    """The name of an environment, and below it what there is to say of it."""
    head = f"{shown(each.facts.name)}{' (active)' if each.active else ''}"
    if screen.color:
        head = f"\033[1m{head}\033[0m"
    return "\n".join([head, *(f"  {key + ':':<10} {value}" for key, value in lines)]) + "\n"


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


def bytes_text(size: int) -> str:
    """A size as people read it: `17.3 MB`, in powers of 1000."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.95 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"


def _row(each: Listed, sizes: bool, screen: Screen) -> list[str]:
    facts = each.facts
    name = shown(facts.name)
    if facts.target is not None:
        name += f" -> {short(facts.target, screen.user_home)}"
    size = [bytes_text(each.size) if each.size is not None else "-"] if sizes else []
    used = ago(screen.now - facts.last_used) if facts.last_used is not None else "never"
    return [
        "*" if each.active else "",
        name,
        each.verdict.status,
        version_text(facts.config.version) or "unknown",
        str(facts.packages) if facts.packages is not None else "-",
        *size,
        short(facts.project, screen.user_home) + _gone(facts) if facts.project else "-",
        used,
    ]


def pairs(each: Listed, screen: Screen) -> list[tuple[str, str]]:
    """What there is to say of an environment, by what it is called."""
    facts, (status, reason) = each.facts, each.verdict
    unknown = "unknown"
    version = version_text(facts.config.version) or unknown
    base = shown(facts.base.path) if facts.base else unknown
    used = "never"
    if facts.last_used is not None:
        used = f"{timestamp(facts.last_used)} ({ago(screen.now - facts.last_used)})"
    return [
        ("path", shown(facts.path)),
        *([("link to", shown(facts.target))] if facts.target is not None else []),
        ("status", f"{status}: {reason}" if reason else status),
        ("python", f"{version}, base {base}"),
        ("packages", str(facts.packages) if facts.packages is not None else unknown),
        ("project", shown(facts.project) + _gone(facts) if facts.project else "none"),
        *([("links", ", ".join(map(shown, each.links)))] if each.links else []),
        ("created", shown(text(facts.record or {}, "created") or unknown)),
        *_temporary(facts),
        ("last used", used),
        *([("size", bytes_text(each.size))] if each.size is not None else []),
    ]


def _temporary(facts: Facts) -> list[tuple[str, str]]:
    owner = temporary.owner_of(facts.record, facts.name)
    if owner is None:
        return []
    return [("temporary", f"until its shell, process {owner.get('process')}, leaves it or ends")]


def _gone(facts: Facts) -> str:
    """What is said behind a project that is not there any more."""
    return " (gone)" if facts.project_gone else ""


def aligned(rows: list[list[str]]) -> str:
    """A table, its columns as wide as they have to be; the first one is for a mark."""
    widths = [max(map(_columns, column)) for column in zip(*rows)]
    widths[0] = 1
    lines = []
    for row in rows:
        cells = [_fitted(cell, width, False) for cell, width in zip(row, widths)]
        lines.append((cells[0] + " " + "  ".join(cells[1:])).rstrip())
    return "\n".join(lines) + "\n"


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _fitted(text: str, width: int, right: bool) -> str:
    if _columns(text) > width:  # the end of a path tells more than its start
        while _columns(text) > width - 1:
            text = text[1:]
        text = "…" + text
    fill = " " * (width - _columns(text))
    return fill + text if right else text + fill


def _colored(cell: str, column: int, each: Listed) -> str:
    if column == 2:
        status = each.verdict.status
        code = _GREEN if status == "ok" else _RED if status in REFUSED else _YELLOW
    elif column in (0, 1) and each.active:
        code = _BOLD
    else:
        return cell
    return f"\033[{code}m{cell}\033[0m" if cell.strip() else cell
