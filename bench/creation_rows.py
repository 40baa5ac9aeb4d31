"""Making environments with pip, beside other tools that make them. All caches are warm."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from functools import partial
from typing import NamedTuple

from bench import pythons
from bench.helper_rows import helper_code
from bench.pythons import Python
from bench.shell_rows import virtualenvwrapper_environ
from bench.shells import Shell
from bench.table import Bench, Planned, Row, beside, milliseconds
from bench.timing import Code
from bench.world import ROOT

_HOME = "created"
"""The folder of the world that is MULTIVENV_HOME here; each row leaves it empty."""

_WHERE = '"$MULTIVENV_HOME/$bench_name"'


class _Peer(NamedTuple):
    called: str
    goal: str = ""
    part: float | None = None
    """What part of its time ours may take."""


_VENV = _Peer("python -m venv", "1/25", 1 / 25)
_OTHERS = {"uv": _Peer("uv venv --seed", "1/2", 1 / 2), "virtualenv": _Peer("virtualenv")}


def rows(bench: Bench) -> list[Planned]:
    """All of them; those with other tools if they are installed."""
    rows = [
        Planned(f"mkvenv --no-use, {python.minor}", partial(beside_venv, bench, python))
        for python in bench.pythons
    ]
    for tool in _OTHERS:
        path = bench.world.peer(tool)
        if path:
            rows += [
                Planned(
                    f"mkvenv --no-use, {tool}, {python.minor}",
                    partial(beside_other, bench, python, tool, path),
                )
                for python in bench.pythons
            ]
    file = bench.world.peer("virtualenvwrapper.sh")
    for shell in bench.shells:
        if file and shell.name == "bash":
            what = "mkvenv --no-use, virtualenvwrapper"
            rows.append(Planned(what, partial(beside_virtualenvwrapper, bench, shell, file)))
    rows += [
        Planned(f"mkvenv --no-use, without sync, {python.minor}", partial(unsynced, bench, python))
        for python in bench.pythons
    ]
    if pythons.pyenv():
        rows.append(Planned("mkvenv --no-use, pyenv's shims on PATH", partial(shims, bench)))
    for python in dict.fromkeys((bench.pythons[0], bench.pythons[-1])):
        what = f"mkvenv --no-use, first pip --version, {python.minor}"
        rows.append(Planned(what, partial(first_pip, bench, python)))
    return rows


def beside_venv(bench: Bench, python: Python) -> Row:
    """Beside the interpreter's own module."""
    theirs = _creation(bench, _venv(python.path))
    return _beside(bench, _creation(bench, _mkvenv(python.path)), theirs, _VENV)


def beside_other(bench: Bench, python: Python, tool: str, path: str) -> Row:
    """Beside another tool."""
    peer = _OTHERS[tool]
    options = peer.called.partition(" ")[2]
    command = f"{shlex.quote(path)} {options} --python {shlex.quote(python.path)} {_WHERE}"
    theirs = _creation(bench, command)
    return _beside(bench, _creation(bench, _mkvenv(python.path)), theirs, peer)


def beside_virtualenvwrapper(bench: Bench, shell: Shell, file: str) -> Row:
    """Beside virtualenvwrapper's verb, which activates too, in a shell that has both."""
    command = f'mkvirtualenv --python {shlex.quote(sys.executable)} "$bench_name"'
    theirs = _creation(bench, command, virtualenvwrapper_environ(bench, file))
    theirs = theirs._replace(shell=shell, setup=f". {shlex.quote(file)}")
    ours = _creation(bench, _mkvenv(sys.executable))._replace(shell=shell)
    return _beside(bench, ours, theirs, _Peer("mkvirtualenv"))


def _beside(bench: Bench, ours: Code, theirs: Code, peer: _Peer) -> Row:
    """Beside a peer, if that works. The checks, which run each once, warm the caches."""
    if not bench.timer.works(theirs):
        (seconds,) = _compare(bench, ours)
        return Row(milliseconds(seconds), peer.goal, f"{peer.called} does not work here")
    seconds, other = _compare(bench, ours, theirs._replace(check=":"))
    good = seconds <= other * peer.part if peer.part else None
    return Row(milliseconds(seconds), peer.goal, beside(peer.called, seconds, other), good)


def unsynced(bench: Bench, python: Python) -> Row:
    """A copy of multivenv that never syncs, beside the real one, which survives a power cut."""
    root = bench.world.folder("unsynced")
    for name in ("multivenv.sh", "shell", "helper", "help"):
        subprocess.run(["cp", "-R", f"{ROOT}/{name}", root], check=True)
    with open(f"{root}/helper/base/files.py", "a", encoding="utf-8") as file:
        file.write("\n\ndef sync(folder): pass\ndef sync_all(folder): pass\ndef _fsync(fd): pass\n")
    command = _mkvenv(python.path)
    ours = _creation(bench, command, {"MULTIVENV_ROOT": root})
    seconds, synced = _compare(bench, ours, _creation(bench, command))
    bench.world.remove("unsynced")
    return Row(milliseconds(seconds), beside=beside("with sync", seconds, synced))


def shims(bench: Bench) -> Row:
    """The default where pyenv's shims stand for it, beside the same Python by its path."""
    pyenv = pythons.pyenv()
    folder = f"{pyenv['PYENV_ROOT']}/shims"
    environ = {**pyenv, "PATH": f"{folder}:{bench.world.environ['PATH']}"}
    path = pythons.behind(f"{folder}/python3", bench.world, environ)
    default = _creation(bench, 'mkvenv --no-use "$bench_name"', environ)
    seconds, direct = _compare(bench, default, _creation(bench, _mkvenv(path), environ))
    return Row(milliseconds(seconds), beside=beside("--python PATH", seconds, direct))


def first_pip(bench: Bench, python: Python) -> Row:
    """The first start of pip in an environment, which shows whether its bytecode is there."""
    commands = (_mkvenv(python.path), _venv(python.path))
    bench.timer.check(_creation(bench, commands[0]))  # from now on the cache is warm
    ours, theirs = bench.timer.first([partial(_new_pip, bench, each) for each in commands])
    bench.world.remove(_HOME)
    text = beside("after python -m venv", ours, theirs)
    return Row(milliseconds(ours), "not slower", text, ours <= theirs * 1.1)


def _new_pip(bench: Bench, command: str) -> list[str]:
    """Make an environment. Returns the words that start its pip."""
    name = os.urandom(8).hex()
    code = _creation(bench, command)
    bench.timer.check(code._replace(check=f"bench_name={name}; {command}"))
    return [f"{bench.world.folder(_HOME)}/{name}/bin/python", "-m", "pip", "--version"]


def _mkvenv(python: str) -> str:
    return f'mkvenv --no-use --python {shlex.quote(python)} "$bench_name"'


def _venv(python: str) -> str:
    return f"{shlex.quote(python)} -m venv {_WHERE}"


def _compare(bench: Bench, *codes: Code) -> list[float]:
    """Seconds of each; then what they have made is removed."""
    seconds = bench.timer.compare(list(codes))
    bench.world.remove(_HOME)
    return seconds


def _creation(bench: Bench, command: str, environ: dict[str, str] | None = None) -> Code:
    """Code that makes an environment of another name each time."""
    variables = {
        "MULTIVENV_HOME": bench.world.folder(_HOME),
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        **_network(),
        **(environ or {}),
    }
    code = helper_code(bench, f"bench_name=$2-$bench_turn; {command}", variables)
    return code._replace(check=f"bench_name=$2-check; {command}")


def _network() -> dict[str, str]:
    """The variables by which uv, which has no pip of its own to seed from, reaches an index."""
    names = ("UV_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    return {key: value for key, value in os.environ.items() if key.upper().startswith(names)}
