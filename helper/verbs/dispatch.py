"""The verbs, as multivenv.sh calls them: words in, text and a status out."""

from __future__ import annotations

import gc
import os
import sys

from helper.base.errors import Failure
from helper.base.messages import reason, tell
from helper.store.home import Home

VERBS = (
    *("adopt", "bindvenv", "cpvenv", "discover", "doctor", "drop", "fixvenv", "freezevenv"),
    *("judge", "linkvenv", "lsvenvs", "missing", "mkvenv", "mvvenv", "pythons", "recover"),
    *("rmvenv", "showvenv", "suggest"),
)
"""Each has a module: its OPTIONS, if it takes any, and the function `run`."""


def main(words: list[str]) -> int:
    """Run a verb. Returns the exit status: 0 done, 1 could not or declined, 2 misuse."""
    gc.disable()  # nothing here makes cycles worth finding, and the process ends soon
    _open_standard_streams()
    environ = dict(os.environ)
    home = Home(environ["MULTIVENV_HOME"])
    try:
        if words[0] != "doctor":  # it tells of that before it does something about it
            _put_right(home, environ)
        # read only when it is used: start-up time
        status: int = __import__(f"helper.verbs.{words[0]}", fromlist=["run"]).run(
            home, words[1:], environ
        )
    except Failure as failure:
        tell(str(failure))
        return failure.status
    except OSError as error:
        tell(reason(error))
        return 1
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    return status


def _put_right(home: Home, environ: dict[str, str]) -> None:
    """What a verb that was interrupted, or a shell that has ended, has left."""
    if os.path.exists(home.state("journal")) or os.path.exists(home.state("aside")):
        from helper.making.replacement import recover

        recover(home)
    if os.path.exists(home.state("temporary")):
        from helper.making.reaper import sweep

        sweep(home, environ)


def _open_standard_streams() -> None:
    """Those that the caller has closed: a file opened later must not be taken for one of them."""
    for fd, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, os.fdopen(fd, mode, closefd=False))
