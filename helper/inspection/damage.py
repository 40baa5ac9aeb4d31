"""What is missing or unusable in an environment whose interpreter is right."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Tuple


class Damage(NamedTuple):
    """What is wrong with the contents of an environment, and what a repair has to install.

    If only the reason is set, no installation helps: the user has to change a file.
    """

    reason: str
    """For the user: which file, which version, what was expected."""
    projects: Tuple[str, ...] = ()
    """Paths of editable projects that are gone."""
    distributions: Tuple[str, ...] = ()
    """Normalized names of distributions that must be installed again."""
    pip: bool = False
    """Whether pip must be installed again."""
    base: bool = False
    """Whether the base interpreter itself is unusable."""
    config: bool = False
    """Whether pyvenv.cfg names another base than bin/python starts: a relink writes it."""
