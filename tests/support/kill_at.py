"""Usage: kill_at.py STEP LOG WORD..., started by modules.py

Runs a verb of the helper and kills it, as `kill -9` would, right before one of its steps: the
calls that change the disk. 0 lets it come to its end. To open a file for writing is two steps, the
second when the file is there and still empty. Only the helper's own steps count, not those of the
programs that it starts.

It is killed at the first step from STEP on that belongs to the sample: those before and after which
the home differs for other verbs, and each sixteenth of the others. With MULTIVENV_TEST_ALL every
step belongs to it. LOG gets a line for each step, with a `*` at the end if it is sampled.
"""

import builtins
import os
import shutil  # noqa: F401 # before the functions of os are others: it looks at what they can do
import signal
import subprocess  # noqa: F401 # the same
import sys
from typing import Any, Callable

CHANGES = (
    *("rename", "replace", "link", "symlink", "unlink", "remove", "mkdir", "rmdir"),
    *("truncate", "ftruncate", "chmod", "fchmod", "chown", "utime", "write", "pwrite"),
)
FORK = os.fork
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Steps:
    """Counts, and kills in time."""

    def __init__(self, last: int, log: str) -> None:
        self.last, self.count, self.write = last, 0, os.write
        self.all, self.after_turn = bool(os.environ.get("MULTIVENV_TEST_ALL")), False
        self.off = False
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC)

    def forked(self) -> int:
        """As os.fork. What the child does in the background is not a step of the verb."""
        child = FORK()
        self.off = self.off or child == 0
        return child

    def step(self, what: str, where: object) -> None:
        if self.off:
            return
        self.count += 1
        turn = what in ("rename", "replace") or "/journal" in repr(where)
        sampled = self.all or turn or self.after_turn or self.count % 16 == 1
        self.after_turn = turn
        line = f"{self.count} {what} {where!r}{' *' if sampled else ''}\n"
        self.write(self.log, line.encode("utf-8", "replace"))
        if sampled and 0 < self.last <= self.count:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(self, name: str) -> Callable[..., Any]:
        function = getattr(os, name)

        def changes(*words: Any, **options: Any) -> Any:
            if name not in ("write", "pwrite") or words[0] > 2:  # what is said is no change
                self.step(name, words[:2] if "write" not in name else words[0])
            return function(*words, **options)

        for abilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if function in abilities:
                abilities.add(changes)
        return changes

    def wrapped_open(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def opens(file: Any, how: Any = "r", *words: Any, **options: Any) -> Any:
            changing = how & WRITING if isinstance(how, int) else set(how) & set("wxa+")
            if not changing or file == os.devnull:
                return function(file, how, *words, **options)
            self.step("open", file)
            opened = function(file, how, *words, **options)
            self.step("opened", file)
            return opened

        if function in os.supports_dir_fd:
            os.supports_dir_fd.add(opens)
        return opens


def main() -> None:
    steps = Steps(int(sys.argv[1]), sys.argv[2])
    from helper.verbs import dispatch

    for name in CHANGES:
        setattr(os, name, steps.wrapped(name))
    setattr(os, "fork", steps.forked)  # noqa: B010
    setattr(os, "open", steps.wrapped_open(os.open))  # noqa: B010
    setattr(builtins, "open", steps.wrapped_open(open))  # noqa: B010
    status = dispatch.main(sys.argv[3:])
    sys.stdout.flush()
    os._exit(status)


main()
