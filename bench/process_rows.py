"""How many processes the verbs start that are to start none."""

from __future__ import annotations

import os
from functools import lru_cache, partial

from bench import completing, tracing
from bench.shell_rows import SOURCE, bash_completion
from bench.shells import Shell
from bench.table import Bench, Planned, Row

_VERBS = {
    "source multivenv.sh": SOURCE,
    "usevenv NAME": "usevenv venv",
    "cdvenv NAME": "cdvenv venv",
    "stopvenv": "stopvenv",
    "lsvenvs --names": "lsvenvs --names",
}


def rows(bench: Bench) -> list[Planned]:
    """One for each verb."""
    completers = tuple(shell for shell in bench.shells if shell.name in ("bash", "zsh"))
    return [
        *(
            Planned(f"processes of {verb}", partial(processes, bench, verb, bench.shells))
            for verb in _VERBS
        ),
        Planned("processes of completing", partial(processes, bench, "completing", completers)),
    ]


def processes(bench: Bench, verb: str, shells: tuple[Shell, ...]) -> Row:
    """How many a verb starts, in the shell where it starts the most."""
    if not tracing.available():
        return Row("-", "0", "strace not found, or it may not look")
    count = _completing if verb == "completing" else partial(_in_shell, verb)
    counts = {shell.name: count(bench, shell) for shell in shells}
    most = max(counts.values(), default=0)
    culprits = [f"{number} in {name}" for name, number in counts.items() if number]
    return Row(str(most), "0", ", ".join(culprits or counts), most == 0)


def _in_shell(verb: str, bench: Bench, shell: Shell) -> int:
    return _traced(bench, shell)[_part(verb)]


@lru_cache(maxsize=None)
def _traced(bench: Bench, shell: Shell) -> dict[str, int]:
    """All verbs, one after the other in one shell."""
    parts = {_part(verb): code for verb, code in _VERBS.items()}
    return tracing.run(bench.world, shell, parts, _home(bench))


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
    return verb.partition(" ")[0]
