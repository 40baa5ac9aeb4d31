"""The Python part of multivenv. multivenv.sh runs `python -I -S __main__.py VERB WORD...`.

Running a folder or a module would take longer, and -I keeps this folder out of sys.path. Any
Python 3 can parse this file, so a Python that is too old reports that.
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
    os._exit(status)  # an orderly exit of the interpreter takes longer than a listing
