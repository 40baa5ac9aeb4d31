"""Usage: detach.py COMMAND [ARGUMENT...]

Replaces itself by COMMAND in a session of its own, without a terminal and with the signals
as a shell at a prompt has them: a shell started as an interactive one would otherwise
take over the terminal that the tests were started from, or wait for it.
"""

import contextlib
import os
import signal
import sys


def main() -> None:
    with contextlib.suppress(PermissionError):  # it leads a process group already
        os.setsid()
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # nohup ignores the last
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and so would the command
    os.execvp(sys.argv[1], sys.argv[1:])


main()
