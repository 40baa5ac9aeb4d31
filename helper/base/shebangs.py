"""The first lines of installed scripts, by which the system finds their interpreter.

As pip writes them (its distlib, class ScriptMaker): `#!/path/python`, or where that would be too
long for the system or has a space, `#!/bin/sh` and a line that sh and Python both understand.
"""

from __future__ import annotations

import sys

_LONGEST = 512 if sys.platform == "darwin" else 127
_SHELL = (b"#!/bin/sh\n'''exec' ", b" \"$0\" \"$@\"\n' '''\n")


def script(interpreter: bytes, body: bytes) -> bytes:
    """A script for an interpreter: its head and its body."""
    # 3: the two characters before it, and the end of the line
    if b" " not in interpreter and len(interpreter) + 3 <= _LONGEST:
        return b"#!" + interpreter + b"\n" + body
    if b" " in interpreter:
        interpreter = b'"' + interpreter + b'"'
    if body.startswith(b"\n"):  # up to pip 18 the short head has an empty line after it
        body = body[1:]
    return interpreter.join(_SHELL) + body


def split(text: bytes) -> tuple[bytes, bytes] | None:
    """The interpreter of a script, and what comes after its head; None if it has no such head."""
    before, after = _SHELL
    if text.startswith(before):
        interpreter, found, body = text[len(before) :].partition(after)
        return (interpreter.strip(b'"'), body) if found else None
    if not text.startswith(b"#!"):
        return None
    interpreter, _, body = text[2:].partition(b"\n")
    return interpreter, body
