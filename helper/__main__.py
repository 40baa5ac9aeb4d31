"""The Python part of multivenv, started by multivenv.sh as `python -I -S __main__.py VERB WORD...`.

Python would take longer to start a folder or a module, and `-I` leaves this folder out. This file
is written for any Python 3, so that one that is too old can say so.
"""

import sys

if sys.version_info < (3, 8):
    sys.stderr.write(
        "multivenv: the helper needs Python 3.8 or newer, and %s is %d.%d"
        " (set MULTIVENV_HELPER_PYTHON to another)\n" % ((sys.executable,) + sys.version_info[:2])
    )
    sys.exit(1)

import os

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from helper.verbs.dispatch import main

status = main(sys.argv[1:])
try:
    sys.stdout.flush()
    sys.stderr.flush()
finally:
    os._exit(status)  # taking the interpreter down in order takes longer than a listing
