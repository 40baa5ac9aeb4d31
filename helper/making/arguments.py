"""The user's own arguments for pip: --pip-args."""

from __future__ import annotations

import re
import shlex

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.messages import quoted

if TYPE_CHECKING:
    from typing import Sequence

_ELSEWHERE = ("--target", "--prefix", "--root", "--user", "--python", "--system")
"""Options of pip and uv that install into another place."""
_SEE = "see mkvenv --help"


def split(texts: Sequence[str]) -> list[str]:
    """The words in the values of --pip-args, split as in sh. Raises Misuse if they lead to another
    place.
    """
    words = []
    for text in texts:
        try:
            words += shlex.split(text)
        except ValueError as error:
            what = f"mkvenv --pip-args: {quoted(text)} has a quote that does not end"
            raise Misuse(what, _SEE) from error
    for word in words:
        if _leads_elsewhere(word):
            raise Misuse(f"mkvenv --pip-args cannot install elsewhere: {quoted(word)}", _SEE)
    return words


def _leads_elsewhere(word: str) -> bool:
    option = word.partition("=")[0]
    # pip accepts the start of an option too, if that is not another option
    is_start = option.startswith("--") and option not in ("--", "--pre", "--use")
    if is_start and any(each.startswith(option) for each in _ELSEWHERE):
        return True
    return re.match(r"-[qvUI]*[tp]", word) is not None
