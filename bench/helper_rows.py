"""What the helper lists: environments with every verdict, and interpreters."""

from __future__ import annotations

from functools import lru_cache, partial

from bench import pythons
from bench.shell_rows import SOURCE
from bench.table import Bench, Planned, Row, beside, milliseconds
from bench.timing import Code

_BARE = "\"$MULTIVENV_HELPER_PYTHON\" -I -S -c ''"


def rows(bench: Bench) -> list[Planned]:
    """All of them."""
    rows = [Planned("lsvenvs --long, no environments", partial(start, bench))]
    for size in (0, *bench.sizes):
        rows.append(Planned(f"lsvenvs --json, {size}", partial(json, bench, size)))
        rows.append(Planned(f"lsvenvs --json, {size}, memory", partial(memory, bench, size)))
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
