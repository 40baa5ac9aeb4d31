"""NamedTuple without the import of typing, which takes longer than listing fifty environments."""

from __future__ import annotations

__all__ = ["TYPE_CHECKING", "NamedTuple"]

TYPE_CHECKING = False
"""Type checkers take this for true. Imports under it serve annotations only."""

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from collections import namedtuple

    class _Maker(type):
        """Turns a class with annotations for fields into a named tuple with its methods."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = list(body.pop("__annotations__"))
            defaults = [body.pop(field) for field in fields if field in body]
            fields_only = namedtuple(name, fields, defaults=defaults)
            for key, value in body.items():
                setattr(fields_only, key, value)
            return fields_only

    class NamedTuple(metaclass=_Maker):
        """The base class of named tuples."""
