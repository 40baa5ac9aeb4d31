"""What the helper lists: environments with every verdict, and interpreters."""

from __future__ import annotations

from functools import lru_cache, partial

from bench import pythons
from bench.shell_rows import SOURCE
from bench.table import Bench, Planned, Row, beside, milliseconds
from bench.timing import Code
from bench.world import environment

_BARE = "\"$MULTIVENV_HELPER_PYTHON\" -I -S -c ''"


def rows(bench: Bench) -> list[Planned]:
    """All of them."""
    rows = [Planned("lsvenvs --long, no environments", partial(start, bench))]
    for size in (0, *bench.sizes):
        rows.append(Planned(f"lsvenvs --json, {size}", partial(json, bench, size)))
        rows.append(Planned(f"lsvenvs --json, {size}, memory", partial(memory, bench, size)))
    for size in (1, 100, 1000):
        what = f"lsvenvs --with, {size} of {_PACKAGES} packages"
        rows.append(Planned(what, partial(containing, bench, size)))
    return [*rows, Planned("multivenv pythons, warm", partial(interpreters, bench))]


def start(bench: Bench) -> Row:
    """A verb that finds nothing to do, beside the bare start of its Python."""
    return _beside_bare(bench, _listing_code(bench, 0, "lsvenvs --long 2>/dev/null"))


def interpreters(bench: Bench) -> Row:
    """All of them, as they were remembered: the check, which comes first, has to ask them."""
    environ = {"MULTIVENV_HOME": bench.world.home(0), **pythons.pyenv()}
    return _beside_bare(bench, helper_code(bench, "multivenv pythons", environ))


def _beside_bare(bench: Bench, ours: Code) -> Row:
    seconds, bare = bench.timer.compare([ours, ours._replace(body=f"{_BARE} || exit", check=":")])
    text = beside("python -I -S", seconds, bare)
    return Row(milliseconds(seconds), "< 40 ms", text, seconds < 0.04)


def json(bench: Bench, size: int) -> Row:
    """The listing with every verdict."""
    seconds = _listing(bench, size)
    if size == 0:
        return Row(milliseconds(seconds), "< 40 ms", "its start alone", seconds < 0.04)
    each = _for_each(bench, size)
    text = f"{each * 1000:.4f} ms each"
    if size < 1000:
        return Row(milliseconds(seconds), "", text)
    if size == 1000:
        return Row(milliseconds(seconds), "< 80 ms", text, seconds < 0.08)
    growth = each / _for_each(bench, 1000)
    text = f"{text}: {growth:.2f} of that at 1000"
    return Row(milliseconds(seconds), "linear", text, growth < 1.2)


def containing(bench: Bench, size: int) -> Row:
    """The search for a version of a package: in one environment, beside the list that uv prints."""
    if size == 1:
        uv = bench.world.peer("uv")
        python = f"{bench.world.home(1, _MORE)}/{environment(0)}/bin/python"
        ours = _containing_code(bench, 1)
        if uv is None:
            return Row(milliseconds(bench.timer.seconds(ours)), "", "uv is not installed")
        words = f'"{uv}" pip list --offline --no-config --python "{python}"'
        theirs = ours._replace(body=f"{words} 2>/dev/null || exit", check=":")
        seconds, uvs = bench.timer.compare([ours, theirs])
        return Row(milliseconds(seconds), "", beside("uv pip list", seconds, uvs))
    seconds, each = _containing(bench, size), _each_containing(bench, size)
    text = f"{each * 1000:.4f} ms each"
    if size == 100:
        return Row(milliseconds(seconds), "< 60 ms", text, seconds < 0.06)
    growth = each / _each_containing(bench, 100)
    text = f"{text}: {growth:.2f} of that at 100"
    return Row(milliseconds(seconds), "linear", text, growth < 1.2)


_PACKAGES = 50
_MORE = 44
"""Those beside the ones of every environment here."""


@lru_cache(maxsize=None)
def _containing(bench: Bench, size: int) -> float:
    return bench.timer.seconds(_containing_code(bench, size))


def _each_containing(bench: Bench, size: int) -> float:
    """Seconds for each environment, without the start."""
    return (_containing(bench, size) - _listing(bench, 0)) / size


def _containing_code(bench: Bench, size: int) -> Code:
    environ = {"MULTIVENV_HOME": bench.world.home(size, _MORE)}
    return helper_code(bench, "lsvenvs --with 'package.7>=1.7,<1.8'", environ)


def memory(bench: Bench, size: int) -> Row:
    """The largest process of the listing."""
    megabytes = bench.timer.peak(_listing_code(bench, size)) / 1e6
    return Row(f"{megabytes:.1f} MB", "< 40 MB", "", megabytes < 40)


@lru_cache(maxsize=None)
def _listing(bench: Bench, size: int) -> float:
    return bench.timer.seconds(_listing_code(bench, size))


def _for_each(bench: Bench, size: int) -> float:
    """Seconds for each environment, without the start."""
    return (_listing(bench, size) - _listing(bench, 0)) / size


def _listing_code(bench: Bench, size: int, body: str = "lsvenvs --json") -> Code:
    return helper_code(bench, body, {"MULTIVENV_HOME": bench.world.home(size)})


def helper_code(bench: Bench, body: str, environ: dict[str, str]) -> Code:
    """Code for the smallest shell, where each turn has to succeed."""
    smallest = [shell for shell in bench.shells if shell.name in ("dash", "busybox")]
    shell = (*smallest, *bench.shells)[0]
    return Code(shell, SOURCE, f"{body} || exit", body, environ=environ)
