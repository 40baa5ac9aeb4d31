"""Options of the verbs, read as POSIX utilities do, and anywhere among the other words."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Misuse
from helper.base.messages import quoted

if TYPE_CHECKING:
    from typing import Dict, List, Union

    Given = Dict[str, Union[str, List[str]]]
    """The options that were given: by key, "" for a flag, the value, or the list of values."""

FLAG, VALUE, VALUES, MAYBE = "flag", "value", "values", "maybe"
"""Kinds of option: no value; one; one each time it is given; one only as `--option=VALUE`."""


class Option(NamedTuple):
    """One option: its spellings (the last one is its key in the answer) and its kind."""

    spellings: tuple[str, ...]
    kind: str = FLAG


HELP = Option(("-h", "--help"))
"""multivenv.sh answers it; it is known here so that it is no unknown option."""


def parse(verb: str, words: list[str], known: tuple[Option, ...]) -> tuple[Given, list[str]]:
    """Split the words of a verb into its options and the rest. `--` ends the options.

    Raises Misuse for an option that the verb has not, and for one whose value is missing.
    """
    by_spelling = {spelling: option for option in known for spelling in option.spellings}
    given: Given = {}
    rest: list[str] = []
    queue = list(reversed(words))
    while queue:
        word = queue.pop()
        if word == "--":
            rest.extend(reversed(queue))
            break
        if word == "-" or not word.startswith("-"):
            rest.append(word)
            continue
        spelling, value = _split(word)
        option = by_spelling.get(spelling)
        if option is None:
            raise Misuse(f"{verb} has no option {quoted(word)} ({_advice(verb, spelling, known)})")
        if option.kind == FLAG and value is not None:
            if word.startswith("--"):
                raise Misuse(f"{verb} {spelling} takes no value (see {verb} --help)")
            queue.append(f"-{value}")  # -yq is -y -q
        elif option.kind in (VALUE, VALUES) and value is None:
            if not queue:
                raise Misuse(f"{verb} {spelling} needs a value (see {verb} --help)")
            value = queue.pop()
        _keep(given, option, value)
    return given, rest


def _advice(verb: str, spelling: str, known: tuple[Option, ...]) -> str:
    from helper.base import suggest

    spellings = [each for option in known for each in option.spellings]
    near = suggest.meant(spelling, spellings) if spelling.startswith("--") else None
    return f"did you mean {near}?" if near else f"see {verb} --help"


def _split(word: str) -> tuple[str, str | None]:
    """The option that a word names, and the value that it brings along."""
    if word.startswith("--"):
        spelling, equals, value = word.partition("=")
        return spelling, value if equals else None
    return word[:2], word[2:] or None


def _keep(given: Given, option: Option, value: str | None) -> None:
    key = option.spellings[-1]
    if option.kind == VALUES:
        given[key] = [*values_of(given, key), value or ""]
    else:
        given[key] = "" if option.kind == FLAG else value or ""


def value_of(given: Given, key: str) -> str | None:
    """The value of a VALUE or MAYBE option, None if it was not given."""
    value = given.get(key)
    return value if isinstance(value, str) else None


def values_of(given: Given, key: str) -> list[str]:
    """The values of a VALUES option, in their order."""
    values = given.get(key, [])
    return values if isinstance(values, list) else [values]
