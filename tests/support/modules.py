"""Usage: modules.py -c CODE [ARGUMENT...]
       modules.py FILE [ARGUMENT...]

Runs Python code of a test that imports modules of the helper: `from helper.base import files`.
No other test knows where these are. The code sees its own arguments from sys.argv[1] on.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def main() -> None:
    if sys.argv[1] == "-c":
        name, code = "-c", sys.argv[2]
        sys.argv = sys.argv[2:]
    else:
        name = sys.argv[1]
        with open(name, encoding="utf-8") as file:
            code = file.read()
        sys.argv = sys.argv[1:]
    sys.argv[0] = name
    exec(compile(code, name, "exec"), {"__name__": "__main__", "__file__": name})


main()
