"""What the helper does: listing with every verdict, and making environments."""

from __future__ import annotations

import os
import shlex
from functools import lru_cache, partial

from bench.shell_rows import SOURCE
from bench.table import Bench, Planned, Row, beside, milliseconds
from bench.timing import Code

_WHERE = '"$MULTIVENV_HOME/$2-$bench_turn"'
_PYTHON = '"$MULTIVENV_HELPER_PYTHON"'


def rows(bench: Bench) -> list[Planned]:
    """All of them."""
    rows = [Planned("lsvenvs --long, no environments", partial(start, bench))]
    for size in (0, *bench.sizes):
        rows.append(Planned(f"lsvenvs --json, {size}", partial(json, bench, size)))
        rows.append(Planned(f"lsvenvs --json, {size}, memory", partial(memory, bench, size)))
    return [
        *rows,
        _mkvenv_row(bench, "python -m venv", "1/25", 1 / 25),
        _mkvenv_row(bench, "virtualenv", "", None),
        _mkvenv_row(bench, "uv venv --seed", "1/2", 1 / 2),
    ]


def start(bench: Bench) -> Row:
    """A verb that finds nothing to do, beside the bare start of its Python."""
    ours = _code(bench, 0, "lsvenvs --long 2>/dev/null")
    seconds, bare = bench.timer.compare([ours, _code(bench, 0, f"{_PYTHON} -I -S -c ''")])
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
    megabytes = bench.timer.peak(_code(bench, size, "lsvenvs --json")) / 1e6
    return Row(f"{megabytes:.1f} MB", "< 40 MB", "", megabytes < 40)


@lru_cache(maxsize=None)
def _listing(bench: Bench, size: int) -> float:
    return bench.timer.seconds(_code(bench, size, "lsvenvs --json"))


def _for_each(bench: Bench, size: int) -> float:
    """Seconds for each environment, without the start."""
    return (_listing(bench, size) - _listing(bench, 0)) / size


def _code(bench: Bench, size: int, body: str) -> Code:
    """Code for the smallest shell."""
    smallest = [shell for shell in bench.shells if shell.name in ("dash", "busybox")]
    shell = (*smallest, *bench.shells)[0]
    environ = {"MULTIVENV_HOME": bench.world.home(size)}
    return Code(shell, SOURCE, f"{body} || exit", body, environ=environ)


def _mkvenv_row(bench: Bench, peer: str, goal: str, ratio: float | None) -> Planned:
    what = f"mkvenv --no-use NAME, {peer.split(maxsplit=1)[0]}"
    return Planned(what, partial(mkvenv, bench, peer, goal, ratio))


def mkvenv(bench: Bench, peer: str, goal: str, ratio: float | None) -> Row:
    """An environment with pip, beside another tool that makes one. All caches are warm."""
    ours = _creation(bench, 'mkvenv --no-use "$2-$bench_turn"')
    command = _peer_command(bench, peer)
    if command is None:
        return Row(milliseconds(ours), goal, f"{peer} not found (make bench-peers)")
    theirs = _creation(bench, command)
    good = ours <= theirs * ratio if ratio else None
    return Row(milliseconds(ours), goal, beside(peer, ours, theirs), good)


def _peer_command(bench: Bench, peer: str) -> str | None:
    """None if it is not installed."""
    tool, _, options = peer.partition(" ")
    if tool == "python":
        return f"{_PYTHON} {options} {_WHERE}"
    path = bench.world.peer(tool)
    return path and f"{shlex.quote(path)} {options} --python {_PYTHON} {_WHERE}"


@lru_cache(maxsize=None)
def _creation(bench: Bench, command: str) -> float:
    """Seconds of a command. The check, which runs it once, warms the caches."""
    code = _code(bench, 0, command)
    environ = {
        "MULTIVENV_HOME": bench.world.folder("created"),
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        **_network(),
    }
    check = f"bench_turn=check; {command}"
    return bench.timer.seconds(code._replace(check=check, environ=environ))


def _network() -> dict[str, str]:
    """The variables by which uv, which has no pip of its own to seed from, reaches an index."""
    names = ("UV_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    return {key: value for key, value in os.environ.items() if key.upper().startswith(names)}
