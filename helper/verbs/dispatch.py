"""Runs a verb, as multivenv.sh asks for it: words in, text and an exit status out."""

from __future__ import annotations

import gc
import os
import sys

from helper.base.errors import Failure
from helper.base.messages import reason, report
from helper.making.context import Context
from helper.store.home import Home

INTERNAL = ("judge", "missing", "suggest", "drop", "recover")
"""Functions of internal.py; every other verb has a module of its name with the function `run`."""


def main(words: list[str]) -> int:
    """Run a verb. Returns the exit status: 0 done, 1 failed or declined, 2 misuse."""
    gc.disable()  # the process ends soon, and collecting takes time
    _open_standard_streams()
    environ = dict(os.environ)
    context = Context(Home(environ["MULTIVENV_HOME"]), environ)
    try:
        if words[0] != "doctor":  # it reports interrupted work before it finishes that
            _recover(context)
        status = _run(context, words[0], words[1:])
    except Failure as failure:
        context.close()
        report(str(failure))
        return failure.status
    except OSError as error:
        context.close()
        report(reason(error))
        return 1
    except KeyboardInterrupt:
        context.close()
        report("stopped")
        return 130
    context.close()
    return status


def _run(context: Context, verb: str, words: list[str]) -> int:
    # import only the module of this verb: start-up time
    if verb in INTERNAL:
        from helper.verbs import internal

        status: int = getattr(internal, verb)(context, words)
    else:
        status = __import__(f"helper.verbs.{verb}", fromlist=["run"]).run(context, words)
    return status


def _recover(context: Context) -> None:
    """Finish or undo the work of interrupted verbs, and remove the temporary environments of shells
    that have ended.
    """
    home = context.home
    if os.path.exists(home.state("journal")) or os.path.exists(home.state("aside")):
        from helper.making.replacement import recover

        recover(home)
    if os.path.exists(home.state("temporary")):
        from helper.making.remove import remove_orphaned

        remove_orphaned(context)


def _open_standard_streams() -> None:
    """Open the streams that the caller has closed: a file must not get one of their numbers."""
    for fd, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
            setattr(sys, name, os.fdopen(fd, mode, closefd=False))
