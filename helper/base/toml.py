"""TOML 1.0, as pyproject.toml, pylock.toml and the metadata of scripts contain it.

tomllib reads it from Python 3.11 on. Older ones get a small reader, which refuses what it does not
know. Both refuse what would take very long.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any, Dict

    Table = Dict[str, Any]

LARGEST = 1 << 19
"""Bytes; larger texts are refused."""
_MOST_DOTS = 300
"""In one line. tomllib needs the square of the number of parts of a key."""
_DEEPEST = 50
"""Levels of arrays and inline tables."""
_LONGEST_NUMBER = 100


class TomlError(ValueError):
    """A text is not TOML, or not TOML that this module reads."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        """Its number; the first one is 1."""
        self.why = why


def parse(data: bytes) -> Table:
    """The table in a text. Raises TomlError."""
    text = _checked(data)
    try:
        import tomllib  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return parse_small(text)
    try:
        found: Table = tomllib.loads(text)
    except RecursionError as error:
        raise TomlError(1, "it is nested too deep") from error
    except ValueError as error:
        raise _from_tomllib(str(error), text) from error
    return found


def _checked(data: bytes) -> str:
    if len(data) > LARGEST:
        raise TomlError(1, f"it is larger than {LARGEST >> 10} KiB")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise TomlError(data.count(b"\n", 0, error.start) + 1, "it is not UTF-8") from error
    if text.count(".") > _MOST_DOTS:
        for number, line in enumerate(text.split("\n"), 1):
            if line.count(".") > _MOST_DOTS:
                raise TomlError(number, "it has too many dots")
    return text


def _from_tomllib(message: str, text: str) -> TomlError:
    """The error with the message of tomllib: `Invalid value (at line 3, column 5)`."""
    why, _, where = message.partition(" (at ")
    match = re.match(r"line (\d+)", where)
    line = int(match[1]) if match else text.count("\n") + 1
    return TomlError(line, why[:1].lower() + why[1:])


def parse_small(text: str) -> Table:
    """The same without tomllib. Raises TomlError."""
    return _Reader(text.replace("\r\n", "\n")).document()


# ---- the small reader ----------------------------------------------------------------------------

_CONTROLS = r"\x00-\x08\x0a-\x1f\x7f"
_SPACE = r"[ \t]*"
_BLANK = rf"(?:[ \t\n]|#[^{_CONTROLS}]*(?=\n|\Z))*"
_END = rf"[ \t]*(?:#[^{_CONTROLS}]*)?(?:\n|\Z)"
_BARE = r"[A-Za-z0-9_-]+"
_BASIC = rf'"((?:[^"\\{_CONTROLS}]|\\[^{_CONTROLS}])*)"'
_LITERAL = rf"'([^'{_CONTROLS}]*)'"
_LONG = r"[^\x00-\x08\x0b-\x1f\x7f{}]"
_LONG_BASIC = r'"""\n?((?:' + _LONG.format(r'"\\') + r'|\\[^\r]|"(?!""))*)"""("{0,2})'
_LONG_LITERAL = r"'''\n?((?:" + _LONG.format("'") + r"|'(?!''))*)'''('{0,2})"
_ESCAPE = r"(?s)\\(?:(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[btnfr\"\\])|([ \t]*\n[ \t\n]*)|.)"
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_WORD = r"[A-Za-z0-9+._:-]+(?: \d\d:[0-9:.+Zz-]+)?"
_INTEGER = r"[+-]?(?:0|[1-9](?:_?\d)*)"
_FLOAT = rf"{_INTEGER}(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?|[+-]?(?:inf|nan)"
_OTHER_BASE = r"0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*"
_TIME = r"\d\d:\d\d:\d\d(?:\.\d+)?"
_DATE = rf"(\d{{4}}-\d\d-\d\d)?(?:(?:(?<=\d)[Tt ])?({_TIME})([Zz]|[+-]\d\d:\d\d)?)?"


class _Reader:
    """Reads a text from its start to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._top: Table = {}
        # By id(): all of them are in the document, so none is freed
        self._defined: set[int] = set()
        """Tables that a header or a dotted key has defined: no header may do it again."""
        self._dotted: set[int] = set()
        """Those of dotted keys below the last header: keys may still add to them."""
        self._closed: set[int] = set()
        """Inline tables: nothing may add to them."""
        self._arrays: set[int] = set()
        """Arrays of tables."""

    def document(self) -> Table:
        """Read all of it."""
        table = self._top
        self._take(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            if self._match(_END) is None:
                raise self._error("a line ends where it should not")
            self._take(_BLANK)
        return self._top

    # ---- tables ----------------------------------------------------------------------------------

    def _header(self) -> Table:
        """`[a.b]` or `[[a.b]]`: the table that the next lines belong to."""
        self._defined |= self._dotted
        self._dotted = set()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *parents, last = self._key()
        if not self._text.startswith("]" * brackets, self._at):
            raise self._error("the name of a table does not end")
        self._at += brackets
        table = self._top
        for name in parents:
            table = self._below(table, name)
        return self._new_in_array(table, last) if brackets == 2 else self._new_table(table, last)

    def _below(self, table: Table, name: str) -> Table:
        found = table.setdefault(name, {})
        if isinstance(found, list) and id(found) in self._arrays:
            found = found[-1]
        if not isinstance(found, dict) or id(found) in self._closed:
            raise self._error(f"{name!r} is not a table to add to")
        return found

    def _new_table(self, table: Table, name: str) -> Table:
        found = table.setdefault(name, {})
        there = id(found) in self._defined or id(found) in self._closed
        if not isinstance(found, dict) or there:
            raise self._error(f"{name!r} is defined twice")
        self._defined.add(id(found))
        return found

    def _new_in_array(self, table: Table, name: str) -> Table:
        if name not in table:
            table[name] = []
            self._arrays.add(id(table[name]))
        if id(table[name]) not in self._arrays:
            raise self._error(f"{name!r} is defined twice")
        found: Table = {}
        self._defined.add(id(found))
        table[name].append(found)
        return found

    def _pair(self, table: Table) -> None:
        """`a.b = value`"""
        *parents, last = self._key()
        if not self._text.startswith("=", self._at):
            raise self._error("a key has no '='")
        self._at += 1
        for name in parents:
            table = table.setdefault(name, {})
            closed = not isinstance(table, dict) or id(table) in self._closed
            if closed or id(table) in self._defined:
                raise self._error(f"{name!r} is defined twice")
            self._dotted.add(id(table))
        if last in table:
            raise self._error(f"{last!r} is defined twice")
        self._take(_SPACE)
        table[last] = self._value(0)

    def _key(self) -> list[str]:
        """The parts of a key, up to what follows it."""
        parts = []
        while True:
            self._take(_SPACE)
            sign = self._text[self._at : self._at + 1]
            if sign in ('"', "'") and sign:
                if self._text.startswith(sign * 3, self._at):
                    raise self._error("a key is no such string")
                parts.append(self._string())
            else:
                bare = self._match(_BARE)
                if bare is None:
                    raise self._error("a key is missing or has other characters")
                parts.append(bare[0])
            self._take(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    # ---- values ----------------------------------------------------------------------------------

    def _value(self, depth: int) -> Any:
        sign = self._text[self._at : self._at + 1]
        if depth > _DEEPEST:
            raise self._error("it is nested too deep")
        if sign in ('"', "'") and sign:
            return self._string()
        if sign == "[":
            return self._array(depth)
        if sign == "{":
            return self._inline_table(depth)
        word = self._match(_WORD)
        if word is None:
            raise self._error("a value is missing")
        return self._plain(word[0])

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self._at += 1
        self._take(_BLANK)
        while not self._text.startswith("]", self._at):
            found.append(self._value(depth + 1))
            self._take(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
                self._take(_BLANK)
            elif not self._text.startswith("]", self._at):
                raise self._error("an array does not end")
        self._at += 1
        return found

    def _inline_table(self, depth: int) -> Table:
        found: Table = {}
        tables = {id(found)}  # with those of its dotted keys
        self._at += 1
        self._take(_SPACE)
        more = not self._text.startswith("}", self._at)
        while more:
            self._inline_pair(found, tables, depth)
            self._take(_SPACE)
            more = self._text.startswith(",", self._at)
            if more:
                self._at += 1
            elif not self._text.startswith("}", self._at):
                raise self._error("an inline table does not end")
        self._at += 1
        self._closed |= tables
        return found

    def _inline_pair(self, table: Table, tables: set[int], depth: int) -> None:
        *parents, last = self._key()
        if not self._text.startswith("=", self._at):
            raise self._error("a key has no '='")
        self._at += 1
        self._take(_SPACE)
        for name in parents:
            table = table.setdefault(name, {})
            if not isinstance(table, dict) or id(table) in self._closed:
                raise self._error(f"{name!r} is defined twice")
            tables.add(id(table))
        if last in table:
            raise self._error(f"{last!r} is defined twice")
        table[last] = self._value(depth + 1)

    def _string(self) -> str:
        """Any of the four kinds."""
        for pattern, escapes in _STRINGS:
            match = self._match(pattern)
            if match is not None:
                text = "".join(match.groups())
                return self._unescaped(text) if escapes else text
        raise self._error("a string does not end, or has a control character")

    def _unescaped(self, text: str) -> str:
        if "\\" not in text:
            return text

        def meaning(match: re.Match[str]) -> str:
            if match[2] is not None:
                return ""
            code = match[1]
            if code is None:
                raise self._error(f"a string has an unknown escape {match[0]!r}")
            if code[0] not in "uU":
                return _ESCAPED[code]
            number = int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number < 0xE000:
                raise self._error(f"a string has no such character as {match[0]!r}")
            return chr(number)

        return re.sub(_ESCAPE, meaning, text)

    def _plain(self, word: str) -> Any:
        """A boolean, a number or a date."""
        if word in ("true", "false"):
            return word == "true"
        if len(word) <= _LONGEST_NUMBER:
            if re.fullmatch(_INTEGER, word, re.ASCII):
                return int(word)
            if re.fullmatch(_OTHER_BASE, word, re.ASCII):
                return int(word, 0)
            if re.fullmatch(_FLOAT, word, re.ASCII):
                return float(word)
            date = re.fullmatch(_DATE, word, re.ASCII)
            if date:
                return self._date(date)
        raise self._error(f"{word[:40]!r} is not a value")

    def _date(self, match: re.Match[str]) -> Any:
        """A date, a time or both."""
        import datetime as dt

        day, hour, zone = match.groups()
        if hour and "." in hour:
            seconds, _, fraction = hour.partition(".")
            hour = f"{seconds}.{fraction[:6]:0<6}"
        zone = "+00:00" if zone in ("Z", "z") else zone or ""
        try:
            if day and hour:
                return dt.datetime.fromisoformat(f"{day}T{hour}{zone}")
            if day:
                return dt.date.fromisoformat(day)
            if not zone:
                return dt.time.fromisoformat(hour)
        except ValueError:
            pass
        raise self._error(f"{match[0]!r} is not a date or time")

    # ---- the text --------------------------------------------------------------------------------

    def _match(self, pattern: str) -> re.Match[str] | None:
        """What matches here, and go on behind it."""
        match = re.compile(pattern).match(self._text, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _take(self, pattern: str) -> None:
        """Go on behind what matches here, perhaps nothing."""
        self._match(pattern)

    def _error(self, why: str) -> TomlError:
        return TomlError(self._text.count("\n", 0, self._at) + 1, why)


_STRINGS = ((_LONG_BASIC, True), (_LONG_LITERAL, False), (_BASIC, True), (_LITERAL, False))
