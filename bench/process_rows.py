"""How many processes the verbs start: none, or the helper alone."""

from __future__ import annotations

import os
from functools import lru_cache, partial

from bench import completing, pythons, tracing
from bench.shell_rows import SOURCE, bash_completion
from bench.shells import Shell
from bench.table import Bench, Planned, Row
from bench.timing import Code

_VERBS = {
    "source multivenv.sh": SOURCE,
    "usevenv NAME": "usevenv venv",
    "cdvenv NAME": "cdvenv venv",
    "stopvenv": "stopvenv",
    "lsvenvs --names": "lsvenvs --names",
}

_HELPED = {
    "mkvenv, warm": 'mkvenv --no-use "traced-$$"',
    "multivenv pythons, warm": "multivenv pythons",
}
_WARM_UP = 'mkvenv --no-use "first-$$" && multivenv pythons'


def rows(bench: Bench) -> list[Planned]:
    """One for each verb."""
    completers = tuple(shell for shell in bench.shells if shell.name in ("bash", "zsh"))
    return [
        *(
            Planned(f"processes of {verb}", partial(processes, bench, verb, bench.shells))
            for verb in _VERBS
        ),
        Planned("processes of completing", partial(processes, bench, "completing", completers)),
        *(
            Planned(f"processes of {verb}", partial(processes, bench, verb, bench.shells, goal=1))
            for verb in _HELPED
        ),
    ]


def processes(bench: Bench, verb: str, shells: tuple[Shell, ...], goal: int = 0) -> Row:
    """How many a verb starts, in the shell where it starts the most."""
    if not tracing.available():
        return Row("-", str(goal), "strace not found, or it may not look")
    count = _completing if verb == "completing" else partial(_in_shell, verb)
    counts = {shell.name: count(bench, shell) for shell in shells}
    most = max(counts.values(), default=0)
    culprits = [f"{number} in {name}" for name, number in counts.items() if number > goal]
    return Row(str(most), str(goal), ", ".join(culprits or counts), most <= goal)


def _in_shell(verb: str, bench: Bench, shell: Shell) -> int:
    traced = _helped if verb in _HELPED else _traced
    return traced(bench, shell)[_part(verb)]


@lru_cache(maxsize=None)
def _traced(bench: Bench, shell: Shell) -> dict[str, int]:
    """All verbs that do without the helper, one after the other in one shell."""
    parts = {_part(verb): code for verb, code in _VERBS.items()}
    return tracing.run(bench.world, shell, parts, _home(bench))


@lru_cache(maxsize=None)
def _helped(bench: Bench, shell: Shell) -> dict[str, int]:
    """Those that start it, likewise."""
    parts = {"setup": SOURCE, **{_part(verb): code for verb, code in _HELPED.items()}}
    environ = {"MULTIVENV_HOME": bench.world.folder("traced"), **pythons.pyenv()}
    bench.timer.check(Code(shell, SOURCE, ":", _WARM_UP, environ=environ))  # strace is slow
    return tracing.run(bench.world, shell, parts, environ)


def _completing(bench: Bench, shell: Shell) -> int:
    if shell.name == "zsh":
        return completing.processes(bench.world, shell, "env00421")
    parts = {
        "setup": bash_completion("usevenv "),
        "completing": "_multivenv_complete usevenv '' usevenv",
    }
    return tracing.run(bench.world, shell, parts, _home(bench))["completing"]


def _home(bench: Bench) -> dict[str, str]:
    return {"MULTIVENV_HOME": os.path.dirname(bench.world.real("venv"))}


def _part(verb: str) -> str:
    """A word to mark the verb with in the trace."""
    return verb.split(maxsplit=1)[0].rstrip(",")
