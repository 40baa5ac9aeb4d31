"""Work in a process of its own, which outlasts the verb, its shell and its terminal."""

from __future__ import annotations

import os
import signal

from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable


def run_detached(act: Callable[[], None], kept: int | None = None) -> None:
    """Call a function in a process that is no child of the shell, has no terminal, and holds no
    file open but kept. Raises OSError if no process can be started.
    """
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.chdir("/")
            most = min(os.sysconf("SC_OPEN_MAX"), 65536)
            os.closerange(0, most if kept is None else kept)
            if kept is not None:
                os.closerange(kept + 1, most)
            for fd in range(3):
                if fd != kept:
                    os.open(os.devnull, os.O_RDWR)
            act()
    finally:
        os._exit(0)
