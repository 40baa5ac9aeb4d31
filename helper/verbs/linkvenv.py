"""linkvenv: link commands of environments into a folder on PATH, and environments as kernels for
Jupyter; unlink them, and list them.
"""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.formats import normalized
from helper.base.messages import quoted, report, short, typed, write
from helper.base.options import parse, value_of
from helper.inspection import verdict
from helper.inspection.distributions import HOOKS, declared, installed, is_venvs, runnable
from helper.inspection.facts import Facts, machine, read_one
from helper.outside.links import bin_folder
from helper.store.home import check_child

if TYPE_CHECKING:
    from helper.base.messages import Line
    from helper.base.options import Given
    from helper.making.context import Context
    from helper.outside.kernels import Kernel, Kernels
    from helper.outside.links import Links

_INSTALLERS = frozenset(("pip", "setuptools", "wheel"))
"""Packages that linkvenv links only if the user names them."""

_SEE_LIST = "linkvenv lists the links"


def run(context: Context, words: list[str]) -> int:
    """Link them, unlink them, or list them."""
    given, rest = parse("linkvenv", words)
    if "--json" in given and (rest or {"--remove", "--kernel"}.intersection(given)):
        raise Misuse("linkvenv --json lists all links, and takes no name", "see linkvenv --help")
    if "--remove" in given and not rest:
        raise Misuse("linkvenv --remove needs a name", "see linkvenv --help")
    if "--kernel" in given:
        return _run_kernel(context, given, rest)
    links = context.links
    bin_folder(context.environ)
    if not rest:
        return _list_links(context, links, "--json" in given)
    act = _unlink_commands if "--remove" in given else _link_commands
    return act(context, links, rest[0], rest[1:])


def _link_commands(context: Context, links: Links, name: str, words: list[str]) -> int:
    for word in words:
        if is_venvs(word) or word in HOOKS:
            advice = f"usevenv {typed(name)}"
            raise Misuse(f"linkvenv never links {quoted(word)}; only usevenv offers it", advice)
    found = _usable(context, name)
    name = found.name
    outcome = links.put(
        name, _named_commands(found, words) if words else _requested_commands(found)
    )
    _refuse_if(outcome.failed, Failure("linked nothing"))
    for line in outcome.done:
        report(line)
    _report_if_off_path(context, str(links.place))
    return 0


def _usable(context: Context, name: str) -> Facts:
    """The facts of the environment of that name, with a warning if need be. Raises Failure."""
    found = context.find("linkvenv", name)
    judged = verdict.judge(found, machine(sys.executable))
    if judged.status in verdict.REFUSED:
        raise verdict.failure(found, judged)
    if judged.status in verdict.WARNED:
        report(str(verdict.failure(found, judged)))
    return found


def _requested_commands(found: Facts) -> list[str]:
    """The commands of the requested packages of an environment. Raises Failure."""
    packages, requested = _packages(found)
    wanted = requested - _INSTALLERS
    commands = _linkable(found, {each for name in wanted for each in packages[name]})
    if not commands:
        advice = f"linkvenv {typed(found.name)} PACKAGE links those of a dependency"
        raise Failure(f"no requested package in {quoted(found.name)} has commands", advice)
    return sorted(commands)


def _named_commands(found: Facts, words: list[str]) -> list[str]:
    """The commands of an environment that the words name: packages or commands. Raises Failure."""
    packages, _ = _packages(found)
    commands, problems, name = set(), [], quoted(found.name)
    for word in words:
        of_package = _linkable(found, packages.get(normalized(word), set()))
        if of_package:
            commands |= of_package
        elif runnable(found.path, word):
            commands.add(word)
        elif normalized(word) in packages:
            problems.append(f"package {quoted(word)} in {name} has no commands")
        else:
            problems.append(f"{name} has neither a package nor a command {quoted(word)}")
    _refuse_if(problems, Failure("linked nothing", f"showvenv {typed(found.name)} lists packages"))
    return sorted(commands)


def _packages(found: Facts) -> tuple[dict[str, set[str]], set[str]]:
    """The commands that each package declares, by its normalized name, and the names of the
    requested packages; none if the packages cannot be read.
    """
    packages: dict[str, set[str]] = {}
    requested = set()
    try:
        distributions = installed(found.site_packages) if found.library is not None else []
    except OSError:
        distributions = []
    for each in distributions:
        name = normalized(each.name)
        packages.setdefault(name, set()).update(declared(each))
        if each.requested:
            requested.add(name)
    return packages, requested


def _linkable(found: Facts, commands: set[str]) -> set[str]:
    """The commands of a package that linkvenv may link."""
    return {each for each in commands if runnable(found.path, each) and not is_venvs(each)}


def _refuse_if(problems: list[str], failure: Failure) -> None:
    """Report all problems, if there are any, and raise the failure."""
    for line in problems:
        report(line)
    if problems:
        raise failure


def _report_if_off_path(context: Context, place: str) -> None:
    entries = context.environ.get("PATH", "").split(":")
    if any(each.startswith("/") and same(each, place) for each in entries):
        return
    line = f'export PATH={typed(place)}:"$PATH"'
    if place == os.path.normpath(f"{context.environ.get('HOME', '')}/.local/bin"):
        line = 'export PATH="$HOME/.local/bin:$PATH"'
    report(f"{quoted(place)} is not on PATH; add this line to your shell's startup file: {line}")


def _unlink_commands(context: Context, links: Links, name: str, words: list[str]) -> int:
    check_child("linkvenv", name)
    name = context.home.spelled(name)
    linked = links.of(name)
    if not linked:
        owner = links.environment_of(name)
        advice = f"linkvenv --remove {typed(owner)} {typed(name)}" if owner else _SEE_LIST
        raise Failure(f"no command of {quoted(name)} is linked", advice)
    found = read_one(context.home, name)
    packages = _packages(found)[0] if found is not None and words else {}
    wanted, problems = set() if words else set(linked), []
    for word in words:
        of_package = packages.get(normalized(word), set()).intersection(linked)
        if not of_package and word not in linked:
            problems.append(f"{quoted(word)} of {quoted(name)} is not linked")
        wanted |= of_package or {word}
    _refuse_if(problems, Failure("unlinked nothing", _SEE_LIST))
    outcome = links.take(name, sorted(wanted))
    for line in outcome.messages:
        report(line)
    return 1 if outcome.failed else 0


def _run_kernel(context: Context, given: Given, names: list[str]) -> int:
    """The same for the kernel of an environment."""
    kernels, display = context.links.kernels, value_of(given, "--kernel") or None
    if not names and display is None:
        return _list_kernels(kernels)
    if len(names) != 1:
        raise Misuse("linkvenv --kernel takes one name", "see linkvenv --help")
    if "--remove" in given:
        check_child("linkvenv", names[0])
        name = context.home.spelled(names[0])
        outcome = kernels.take(name)
        if not outcome.messages:
            raise Failure(f"no kernel of {quoted(name)} is linked", _SEE_LIST)
    elif display is not None and not display.isprintable():
        raise Misuse(f"Jupyter cannot display {quoted(display)}", "see linkvenv --help")
    else:
        outcome = kernels.put(_usable(context, names[0]), display)
    for line in outcome.messages:
        report(line)
    return 1 if outcome.failed else 0


def _list_kernels(kernels: Kernels) -> int:
    found = kernels.all()
    rows = [*zip(found, kernels.reasons(found))]
    if sys.stdout.isatty():
        if not found:
            report("no kernels are linked (linkvenv --kernel NAME links that of an environment)")
            return 0
        return write(_kernel_table(rows))
    text = (
        "\t".join([each.kernel, each.environment, *([why] if why else [])]) for each, why in rows
    )
    return write(text, data=True)


def _kernel_table(rows: list[tuple[Kernel, str | None]]) -> list[Line]:
    from helper.report.tables import aligned

    table = [["", "KERNEL", "ENVIRONMENT", "STATUS", "DISPLAYED AS"]]
    for each, why in rows:
        table.append(["", each.kernel, each.environment, why or "ok", each.display_name])
    return aligned(table)


def _list_links(context: Context, links: Links, as_json: bool) -> int:
    found = links.all()
    specs = links.kernels.all() if as_json or sys.stdout.isatty() else []
    kernels = [*zip(specs, links.kernels.reasons(specs))]
    rows = [(link, links.target(*link), why) for link, why in zip(found, links.reasons(found))]
    if as_json:
        from helper.report.documents import document

        elements = [
            dict(link._asdict(), path=f"{links.place}/{link.command}", target=target, reason=why)
            for link, target, why in rows
        ]
        others = [
            dict(each._asdict(), path=links.kernels.file(each.kernel), reason=why)
            for each, why in kernels
        ]
        return write(document(links=elements, kernels=others), data=True)
    if not sys.stdout.isatty():
        text = ("\t".join([*link, *([why] if why else [])]) for link, _, why in rows)
        return write(text, data=True)
    if not found and not kernels:
        report("no commands are linked (linkvenv NAME links those of an environment)")
        return 0
    from helper.report.tables import aligned

    table = [["", "COMMAND", "ENVIRONMENT", "STATUS", "TO"]]
    for link, target, why in rows:
        table.append(["", *link, why or "ok", short(target)])
    lines = aligned(table) if found else []
    between: list[Line] = [""] if found and kernels else []
    return write([*lines, *between, *(_kernel_table(kernels) if kernels else [])])
