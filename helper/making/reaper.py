"""The end of temporary environments: when they are left, or when their shell has ended.

A process of its own waits for the latter. A trap of the shell's would not do: no shell comes to it
in each of the ways in which it can end, and it is the user's.
"""

from __future__ import annotations

import os
import select
import signal

from helper.base.compat import TYPE_CHECKING
from helper.base.files import same
from helper.base.messages import quoted, tell
from helper.inspection.facts import read_one
from helper.making.remove import remove_with_hooks
from helper.outside.links import known_folder
from helper.store import temporary
from helper.store.locks import Busy, locked

if TYPE_CHECKING:
    from typing import Mapping

    from helper.store.home import Home
    from helper.store.temporary import Owner

PATIENCE = 5
"""Seconds after which the process that waits looks whether there is still something to wait for."""


def left(home: Home, name: str, environ: Mapping[str, str]) -> int:
    """Remove an environment that was left. Returns the status: 1 if it is not the calling shell's,
    as when a subshell has left what is still active in the shell itself.
    """
    found = _owner(home, name)
    if found is None or not temporary.is_of_caller(found):
        return 1
    return _remove(home, name, found, environ)


def sweep(home: Home, environ: Mapping[str, str]) -> None:
    """Remove those whose shell has ended while nobody was waiting for that."""
    active = environ.get("VIRTUAL_ENV", "")
    for name in temporary.announced(home):
        found = _owner(home, name)
        if found is None:
            _forget(home, name)
        elif temporary.has_ended(found) and not same(home.environment(name), active or "/"):
            tell(f"{quoted(name)} was temporary, and goes now: its shell has ended")
            _remove(home, name, found, environ)


def _forget(home: Home, name: str) -> None:
    """Nothing temporary has that name, unless it is about to be made."""
    try:
        with locked(home, name, "sweeping", patience=0):
            if _owner(home, name) is None:
                temporary.forget(home, name)
    except (Busy, OSError):
        pass


def watch(home: Home, name: str, environ: Mapping[str, str]) -> None:
    """Leave a process behind that removes an environment when its shell has ended. It is nobody's
    child, has no terminal, and holds no file.
    """
    found = _owner(home, name)
    if found is None:
        return
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            _let_go()
            if _outlasts(home, name, found):
                _remove(home, name, found, environ)
    finally:
        os._exit(0)


def _owner(home: Home, name: str) -> Owner | None:
    facts = read_one(home, name)
    return temporary.owner_of(facts.record, name) if facts else None


def _let_go() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.chdir("/")
    os.closerange(0, min(os.sysconf("SC_OPEN_MAX"), 65536))
    for _ in range(3):
        os.open(os.devnull, os.O_RDWR)


def _outlasts(home: Home, name: str, found: Owner) -> bool:
    """Wait until the shell has ended. False if the environment went, or changed, before that."""
    end = select.poll()
    try:
        end.register(os.pidfd_open(found["process"]), select.POLLIN)  # type: ignore[attr-defined]
        seconds = PATIENCE
    except (AttributeError, OSError):  # Linux 5.3 and Python 3.9 have that
        seconds = 1
    while temporary.lives(found):
        if end.poll(seconds * 1000):  # it has ended
            break
        if _owner(home, name) != found:
            return False
    return _owner(home, name) == found


def _remove(home: Home, name: str, found: Owner, environ: Mapping[str, str]) -> int:
    return remove_with_hooks(home, name, known_folder(environ), found)
