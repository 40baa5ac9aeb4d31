"""Usage: detach.py COMMAND [ARGUMENT...]

Replaces itself by COMMAND in a session of its own, without a terminal and with Ctrl-C's
signal as a shell at a prompt has it: a shell started as an interactive one would otherwise
take over the terminal that the tests were started from, or wait for it.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    with contextlib.suppress(PermissionError):  # it leads a process group already
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and so would the command
    os.execvp(sys.argv[1], sys.argv[1:])


main()
