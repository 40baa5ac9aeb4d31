"""Switching by itself: what the hook of MULTIVENV_AUTO takes at a prompt."""

from __future__ import annotations

import os
from functools import partial

from bench import tracing
from bench.shell_rows import SOURCE
from bench.shells import Shell
from bench.table import Bench, Planned, Row, milliseconds
from bench.timing import Code
from bench.world import environment

BOUND = 100
"""Environments, each bound to a project of its own."""

# bash has the hook in PROMPT_COMMAND, zsh calls it where the directory changes
_HOOK = {"bash": "_multivenv_auto", "zsh": ":"}
_GO = 'cd "$bench_projects/{}"; {}'

_CHANGES = {
    "change, no project": ("../none/a", "../none/b"),
    "change within a project": ("00042/src", "00042/tests"),
    "change to another project": ("00042", "00057"),
}


def rows(bench: Bench) -> list[Planned]:
    """Those of bash and zsh."""
    return [
        row
        for shell in bench.shells
        if shell.name in _HOOK
        for row in (
            Planned(f"hook, directory unchanged, {shell.name}", partial(unchanged, bench, shell)),
            *(
                Planned(f"hook, {what}, {shell.name}", partial(changed, what, bench, shell))
                for what in _CHANGES
            ),
            Planned(f"processes of the hook, {shell.name}", partial(processes, bench, shell)),
        )
    ]


def unchanged(bench: Bench, shell: Shell) -> Row:
    """At each prompt."""
    check = '_multivenv_auto; [ "$_multivenv_auto_at" = "$PWD" ]'
    seconds = bench.timer.seconds(_code(bench, shell, "_multivenv_auto", check))
    return Row(milliseconds(seconds), "< 0.02 ms", "", seconds < 0.00002)


def changed(what: str, bench: Bench, shell: Shell) -> Row:
    """Where the directory has changed, less what `cd` takes."""
    there, back = (_GO.format(each, _HOOK[shell.name]) for each in _CHANGES[what])
    expected = "" if "no project" in what else '"$MULTIVENV_HOME/env00042-api"'
    check = f'{there}; [ "${{VIRTUAL_ENV-}}" = {expected or chr(34) * 2} ]'
    ours = _code(bench, shell, f"{there}; {back}", check)
    plain = "; ".join(_GO.format(each, ":") for each in _CHANGES[what])
    both, alone = bench.timer.compare([ours, _code(bench, shell, plain, auto=False)])
    seconds = (both - alone) / 2
    return Row(milliseconds(seconds), "< 1 ms", f"{BOUND} bound", seconds < 0.001)


def processes(bench: Bench, shell: Shell) -> Row:
    """How many a change to another project starts."""
    if not tracing.available():
        return Row("-", "0", "strace not found, or it may not look")
    there, back = (
        _GO.format(each, _HOOK[shell.name]) for each in _CHANGES["change to another project"]
    )
    code = _code(bench, shell, "")
    parts = {"setup": code.setup, "hook": f"{there}; {back}"}
    count = tracing.run(bench.world, shell, parts, code.environ or {}, interactive=True)["hook"]
    return Row(str(count), "0", "", count == 0)


def _code(bench: Bench, shell: Shell, body: str, check: str = ":", auto: bool = True) -> Code:
    home, projects = _bound(bench)
    environ = {"MULTIVENV_HOME": home, "bench_projects": projects, "MULTIVENV_AUTO_SAY": "0"}
    setup = SOURCE
    if auto:
        environ["MULTIVENV_AUTO"] = "1"
        setup += "\n_multivenv_auto"  # a shell's first prompt reads the bindings
    return Code(shell, setup, body, check, interactive=True, environ=environ)


def _bound(bench: Bench) -> tuple[str, str]:
    """A home with environments, each bound to a project, and the folder of the projects."""
    projects = bench.world.folder("projects")
    home = bench.world.home(BOUND)
    for number in range(BOUND):
        path = f"{projects}/{number:05d}"
        file = f"{home}/{environment(number)}/.project"
        if os.path.isdir(path):
            break
        for part in ("src", "tests"):
            os.makedirs(f"{path}/{part}")
        os.unlink(file)  # it is a link to that of the others
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(f"{path}\n")
    for name in ("a", "b"):
        os.makedirs(f"{bench.world.folder('none')}/{name}", exist_ok=True)
    os.makedirs(f"{home}/.multivenv", exist_ok=True)
    return home, projects
