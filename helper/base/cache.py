"""The cache: what may be deleted at any time, and is made again."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping


def folder(environ: Mapping[str, str]) -> str:
    """Its folder, an absolute path that need not exist. multivenv.sh decides where it is."""
    return environ["MULTIVENV_CACHE"]
