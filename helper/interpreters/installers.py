"""What installs packages: pip, or uv if the user says so."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted
from helper.interpreters.search import on_path

if TYPE_CHECKING:
    from typing import Mapping


def chosen(environ: Mapping[str, str]) -> list[str]:
    """The command of uv, if $MULTIVENV_INSTALLER says so; nothing for pip."""
    name = environ.get("MULTIVENV_INSTALLER") or "pip"
    if name not in ("pip", "uv"):
        raise Failure(f"MULTIVENV_INSTALLER is {quoted(name)} (set it to pip or uv)")
    if name == "pip":
        return []
    command = on_path("uv", environ)
    if command is None:
        raise Failure("MULTIVENV_INSTALLER is 'uv', and there is no uv on PATH")
    return [command]
