"""Usage: quick_pip.py LOG ENV HELPER VERB WORD..., started by modules.py

The helper, but an interpreter's ensurepip takes a twentieth of its time: it links what ENV has,
which is an environment of the same interpreter made by `python -m venv` in a path without spaces.
Each time it is asked for pip, a line is added to LOG.

$TEST_KILL_AT names a place at which the helper gets the signal $TEST_KILL_BY. As it keeps a seed:
models (they are made), file (some are linked), rename (all is there but the name); and drop, as it
deletes a damaged one.
"""

import os
import signal
import sys
from typing import Any

_ENSUREPIP = """\
import base64, hashlib, os, shutil, sys
log, source = {log!r}, {source!r}
with open(log, "a") as file:
    file.write(sys.prefix + "\\n")
library = "/lib/python%d.%d/site-packages/" % sys.version_info[:2]
hashes = {{}}
for name in os.listdir(source + "/bin"):
    script = sys.prefix + "/bin/" + name
    if not os.path.lexists(script):
        with open(source + "/bin/" + name) as file:
            text = file.read().replace(source, sys.prefix)
        with open(script, "w") as file:
            file.write(text)
        os.chmod(script, os.stat(source + "/bin/" + name).st_mode)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
        hashes["../../../bin/" + name] = digest.decode().rstrip("="), str(len(text))
for name in os.listdir(source + library):
    if os.path.isdir(source + library + name):
        shutil.copytree(source + library + name, sys.prefix + library + name, copy_function=os.link)
    else:
        os.link(source + library + name, sys.prefix + library + name)
    record = sys.prefix + library + name + "/RECORD"
    if os.path.exists(record):
        with open(record, newline="") as file:
            lines = file.read().split("\\n")
        for index, line in enumerate(lines):
            where = line.split(",")[0]
            if where in hashes:
                end = "\\r" if line.endswith("\\r") else ""
                lines[index] = where + ",sha256=" + ",".join(hashes[where]) + end
        os.unlink(record)
        with open(record, "w", newline="") as file:
            file.write("\\n".join(lines))
"""


PLACES = {
    "models": ("seeds", "_skeleton", 2, "/"),
    "file": ("copier", "copy", 200, "/"),
    "rename": ("os", "rename", 1, "/seeds/"),
    "drop": ("trash", "delete", 1, "/seeds/"),
}


def main() -> int:
    log, source, _helper, *words = sys.argv[1:]
    from helper.base.files import Copier
    from helper.making import build, seeds
    from helper.store import trash
    from helper.verbs import dispatch

    build._ENSUREPIP = _ENSUREPIP.format(log=log, source=source)
    place = os.environ.get("TEST_KILL_AT", "")
    if place:
        module, name, number, where = PLACES[place]
        modules = {"os": os, "seeds": seeds, "copier": Copier, "trash": trash}
        kill_at(modules[module], name, number, where)
    return dispatch.main(words)


def kill_at(module: Any, name: str, number: int, where: str) -> None:
    """Have this process get the signal as it calls a function with a path so many times."""
    function = getattr(module, name)
    calls = 0

    def counted(*words: Any, **options: Any) -> Any:
        nonlocal calls
        calls += any(where in str(word) for word in words)
        if calls == number:
            os.kill(os.getpid(), getattr(signal, os.environ["TEST_KILL_BY"]))
        return function(*words, **options)

    setattr(module, name, counted)


sys.exit(main())
