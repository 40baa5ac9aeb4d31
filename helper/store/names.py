"""The gatekeeper: which names an environment may have."""

from __future__ import annotations

import os

from helper.base.errors import Misuse
from helper.base.files import is_utf8
from helper.base.messages import quoted

LONGEST = 128
"""Bytes in the longest name that a new environment may have."""


def check_child(verb: str, name: str) -> None:
    """Refuse what cannot be the name of a direct child of the home; any other name is data.

    Raises Misuse.
    """
    if not name:
        raise Misuse(f"an environment's name cannot be empty (see {verb} --help)")
    if name in (".", "..", ".multivenv"):  # the last one is multivenv's own folder
        raise Misuse(f"'{name}' is not the name of an environment (see {verb} --help)")
    if "/" in name:
        raise Misuse(f"{quoted(name)} is not a name: it has a '/' (see {verb} --help)")


def check_new(verb: str, name: str) -> None:
    """Refuse what a new environment may not be called. Raises Misuse."""
    check_child(verb, name)
    why = why_not_new(name)
    if why:
        raise Misuse(
            f"{quoted(name)} cannot be the name of an environment: {why} (see {verb} --help)"
        )


def why_not_new(name: str) -> str | None:
    """Why a new environment may not have this name, which check_child passed; None if it may."""
    if name.startswith(("-", ".")):
        return f"it starts with '{name[0]}'"
    if ":" in name:
        return "a ':' would split PATH"
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in name):
        return "it has a control character"
    if not is_utf8(name):  # venv writes it into files as UTF-8
        return "it is not UTF-8"
    if len(os.fsencode(name)) > LONGEST:
        return f"it is longer than {LONGEST} bytes"
    return None
