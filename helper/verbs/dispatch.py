"""Runs a verb for multivenv.sh."""

from __future__ import annotations

import gc
import os
import sys

from helper.base.errors import Failure
from helper.base.messages import reason, report
from helper.making.context import Context
from helper.store.home import Home

_CHANGING = frozenset(
    ("mkvenv", "rmvenv", "cpvenv", "mvvenv", "fixvenv", "upvenv", "bindvenv", "linkvenv", "adopt")
)
"""Verbs that first report a home that looks like something else."""

INTERNAL = ("judge", "missing", "suggest", "drop", "recover", "toggle_system_site")
"""Functions of internal.py. Every other verb is the function `run` of the module of its name."""


def main(words: list[str]) -> int:
    """Run a verb. Returns the exit status: 0 done, 1 failed or declined, 2 misuse."""
    gc.disable()  # the process ends soon, and collecting takes time
    _open_standard_streams()
    environ = dict(os.environ)
    context = Context(Home(environ["MULTIVENV_HOME"]), environ)
    try:
        if words[0] != "doctor":  # it reports interrupted work before it finishes that
            _finish_interrupted(context)
        if words[0] in _CHANGING:
            _report_odd_home(context)
            _sweep_kept(context)
        status = _run(context, words[0], words[1:])
    except Failure as failure:
        status, problem = failure.status, str(failure)
    except OSError as error:
        status, problem = 1, reason(error)
    except KeyboardInterrupt:
        status, problem = 130, "stopped"
    else:
        problem = ""
    context.close()
    if problem:
        report(problem)
    return status


def _run(context: Context, verb: str, words: list[str]) -> int:
    internal = verb in INTERNAL
    module, function = ("internal", verb) if internal else (verb, "run")
    # import only the module of this verb: start-up time
    found = __import__(f"helper.verbs.{module}", fromlist=[function])
    status: int = getattr(found, function)(context, words)
    return status


def _finish_interrupted(context: Context) -> None:
    """Finish or undo the work of interrupted verbs, make the changes that were not possible, and
    remove the temporary environments of shells that have ended.
    """
    home = context.home
    if os.path.exists(home.state("journal")) or os.path.exists(home.state("aside")):
        from helper.making.replacement import recover

        recover(home)
    if os.path.exists(home.state("pending")):
        from helper.outside.pending import retry

        retry(home)
    if os.path.exists(home.state("temporary")):
        from helper.making.remove import remove_orphaned

        remove_orphaned(context)


def _sweep_kept(context: Context) -> None:
    """Delete the old environments that fixvenv has kept long enough."""
    if os.path.exists(context.home.state("kept")):
        from helper.store.kept import sweep

        sweep(context.home, context.environ)


def _report_odd_home(context: Context) -> None:
    from helper.outside.foreign import odd_home

    failure = odd_home(context.home, context.environ)
    if failure is not None:
        report(str(failure))


def _open_standard_streams() -> None:
    """Open the standard streams that the caller closed: no other file may get their numbers."""
    for fd, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
            setattr(sys, name, os.fdopen(fd, mode, closefd=False))
