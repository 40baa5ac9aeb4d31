"""freezevenv: an environment's packages as requirements, read from disk."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted, reason, write
from helper.base.options import HELP, Option, parse
from helper.inspection import distributions, freeze, lookup
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Mapping

OPTIONS = (HELP, Option(("--requested",)))


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Print them, one a line, sorted by name."""
    given, names = parse("freezevenv", words, OPTIONS)
    facts = lookup.find_or_active(home, "freezevenv", names, environ)
    if facts.library is None:
        raise Failure(f"{quoted(facts.name)} has no site-packages to read")
    try:
        found = distributions.installed(facts.site_packages)
    except OSError as error:
        raise Failure(f"cannot read {quoted(facts.name)}: {reason(error)}") from error
    listed = freeze.frozen(found, facts.minor)
    if "--requested" in given:
        listed = [each for each in listed if each.requested]
    return write(f"{freeze.requirement(each)}\n" for each in listed)
