"""Upgrading the packages of an environment, in a copy that takes its place if nothing is worse."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import sync_all, write
from helper.base.formats import normalized
from helper.base.messages import quoted, reason, typed
from helper.base.processes import Failed, commit, interruptible
from helper.inspection import dependencies
from helper.inspection.distributions import requested_in
from helper.inspection.facts import machine, read_one
from helper.inspection.probe import judge_fully
from helper.inspection.requirements import frozen, is_recorded, is_recorded_file, operands
from helper.inspection.verdict import failure
from helper.making import build, check, create, own_files, relocate, repair, replacement
from helper.making.installer import Installer
from helper.making.problems import problem_in
from helper.store import kept, records, trash
from helper.store.home import RECORD, UNFINISHED

if TYPE_CHECKING:
    from typing import Dict, Iterable

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts
    from helper.interpreters.query import Interpreter
    from helper.making.context import Context

    There = Dict[str, Distribution]
    """Distributions by normalized names."""


class Wish(NamedTuple):
    """What the user wants to upgrade."""

    packages: tuple[str, ...] = ()
    """Their names; none: all that were requested."""
    hold: tuple[str, ...] = ()
    """The packages to leave alone from now on."""
    release: tuple[str, ...] = ()
    """Those to leave alone no longer."""


class Change(NamedTuple):
    """A package with another version."""

    name: str
    old: str
    """Empty if it is new."""
    new: str
    """Empty if it is gone."""
    within: str = ""
    """The versions that the user requested, such as `<5`, if the new one is not among them."""

    @property
    def words(self) -> str:
        """`3.0.3 -> 3.1.3`, `new, 1.9` or `1.9, gone`."""
        if not self.old:
            return f"new, {self.new}"
        if self.within:
            return f"{self.old} -> {self.within} ({self.new} is available)"
        return f"{self.old} -> {self.new}" if self.new else f"{self.old}, gone"


class Upgrade(NamedTuple):
    """What to upgrade in an environment."""

    facts: Facts
    base: Interpreter
    outdated: tuple[Change, ...]
    """The packages to upgrade: the index has another version."""
    stay: tuple[tuple[Change, str], ...]
    """The packages that stay although it has one, and why."""
    holds: tuple[str, ...]
    """The normalized names of all packages that are held from now on."""
    wish: Wish

    @property
    def changes_holds(self) -> bool:
        """Whether other packages than before are held."""
        return set(self.holds) != set(self.facts.held)


# ---- planning ------------------------------------------------------------------------------------


def plan(context: Context, name: str, wish: Wish) -> Upgrade:
    """What to upgrade in an environment. Asks the index for its packages. Raises Failure."""
    facts = read_one(context.home, name)
    if facts is None:
        raise Failure("it no longer exists")
    facts, judged = judge_fully(facts, machine(sys.executable))
    if judged.status not in ("ok", "drifted"):
        raise failure(facts, judged)
    if facts.target is not None:
        folder, _, linked = facts.target.rpartition("/")
        advice = f"MULTIVENV_HOME={typed(folder)} upvenv {typed(linked)} upgrades it where it is"
        raise Failure(f"{quoted(name)} is a link to {quoted(facts.target)}", advice)
    base = context.pythons.ask(facts.base.path) if facts.base else None
    if base is None:
        raise Failure(f"cannot start the base interpreter of {quoted(name)}")
    there = _installed(facts)
    _check_known(facts, there, (*wish.packages, *wish.hold))
    released = {normalized(each) for each in wish.release}
    holds = [each for each in facts.held if each not in released and each in there]
    holds = list(dict.fromkeys([*holds, *(normalized(each) for each in wish.hold)]))
    names = _chosen(facts, there, wish, holds)
    newer = _newer(context, facts, base) if names or holds else {}
    outdated, stay = [], [(each, "held") for each in _changes(holds, there, newer)]
    allowed = {} if wish.packages else _recorded(facts, there)
    for each in _changes(names, there, newer):
        versions = allowed[each.name].versions if each.name in allowed else ""
        if versions.startswith("==") and not versions.endswith("*"):
            stay.append((each, f"requested as {each.name}{versions}"))
        elif dependencies.includes(versions, each.new):
            outdated.append(each)
        else:
            outdated.append(each._replace(within=versions))
    return Upgrade(facts, base, tuple(outdated), tuple(stay), tuple(holds), wish)


def _changes(names: Iterable[str], there: There, newer: dict[str, str]) -> list[Change]:
    return [Change(each, there[each].version, newer[each]) for each in names if each in newer]


def _installed(facts: Facts) -> There:
    if facts.library is None:
        raise Failure(f"{quoted(facts.name)} has no site-packages")
    try:
        found = build.installed_in(facts.path)
    except OSError as error:
        raise Failure(
            f"cannot read the packages of {quoted(facts.name)}: {reason(error)}"
        ) from error
    every = requested_in(list(found.values()), facts)
    return {normalized(each.name): each for each in every}


def _check_known(facts: Facts, there: There, names: tuple[str, ...]) -> None:
    for each in names:
        if normalized(each) not in there:
            see = f"see showvenv {typed(facts.name)}"
            raise Failure(f"{quoted(facts.name)} has no package {quoted(each)}", see)


def _chosen(facts: Facts, there: There, wish: Wish, holds: list[str]) -> tuple[str, ...]:
    """The names of the packages to upgrade: those that the user named, or else requested."""
    if wish.packages:
        names = list(dict.fromkeys(map(normalized, wish.packages)))
        for name in names:
            if name in holds:
                again = f"upvenv --release {name} {typed(facts.name)}"
                raise Failure(f"{quoted(name)} is held in {quoted(facts.name)}", again)
            if there[name].origin is not None:
                what = f"{quoted(name)} in {quoted(facts.name)} does not come from an index"
                raise Failure(
                    what, f"install it again in the environment: usevenv {typed(facts.name)}"
                )
        return tuple(names)
    found = frozen(there.values(), facts.minor)  # without those that venv installs
    names = [normalized(each.name) for each in found if each.requested and each.origin is None]
    return tuple(name for name in names if name not in holds)


def _newer(context: Context, facts: Facts, base: Interpreter) -> dict[str, str]:
    """The newest versions in the index of the packages that have an older one. Raises Failure."""
    doing = f"looking for upgrades of {quoted(facts.name)}"
    try:
        return _installer(context, facts, base).outdated(doing)
    except Failed as failed:
        raise _explained(failed) from failed


def _explained(failed: Failed) -> Failure:
    """A failure of the installer, with the package and the reason if its output names them."""
    problem = problem_in(failed.output)
    return Failure(problem.text) if problem else failed


def _installer(context: Context, facts: Facts, base: Interpreter) -> Installer:
    """pip or uv, for what is in the environment. Raises Failure if it has no pip, and none is
    needed.
    """
    arguments = create.recorded_arguments(context, facts.record or {}) or []
    uv = context.installer(facts.name, base, bool(arguments))
    if not uv and not build.had_pip(facts.path):
        raise Failure(f"{quoted(facts.name)} has no pip", "put uv on PATH, or install pip into it")
    return Installer(context, facts.path, base, uv, arguments)


# ---- upgrading -----------------------------------------------------------------------------------


def upgrade(context: Context, todo: Upgrade) -> list[Change]:
    """Upgrade an environment as planned. Returns what has changed. Raises Failure and OSError; then
    it is as it was.
    """
    name = todo.facts.name
    with context.locked(name, "upvenv"):
        facts = read_one(context.home, name)
        if facts is None or facts.path != todo.facts.path:
            raise Failure("it no longer exists")
        if not todo.outdated:
            _note_holds(f"{facts.path}/{RECORD}", facts, todo)
            return []
        with interruptible(f"stopped: {quoted(name)} is as it was"):
            try:
                return _upgraded(context, facts, todo)
            except _Unchanged:
                _note_holds(f"{facts.path}/{RECORD}", facts, todo)
                return []


class _Unchanged(Exception):
    """The installer has changed nothing: the old environment stays, and so does what is kept."""


def _upgraded(context: Context, facts: Facts, todo: Upgrade) -> list[Change]:
    path, before = facts.path, _installed(facts)
    modules = check.modules_of(facts, set(before))
    stage = trash.new_stage(context.home, facts.name)
    context.progress.show(f"copying {quoted(facts.name)}")
    try:
        # pip and uv replace the files of packages, and never write into them
        shared = {each for each in own_files.packaged_files(path) if not each.endswith(_IN_PLACE)}
        relocate.copy_tree(path, stage, share=True, shared=shared)
        repair.forget_soundness(stage)
        finish = repair.unfinished(stage, path)
        days = kept.days(context.environ)
        with replacement.replacing(context.home, facts.name, "upvenv", days):
            os.rename(stage, path)
            _install(context, facts, todo, before)
            there = _installed(facts)
            changes = _between(before, there)
            if not changes:
                raise _Unchanged
            _check(context, facts, todo, before, there, modules)
            _note_holds(f"{path}/{UNFINISHED}", facts, todo)
            sync_all(path)
            commit()
            finish()
    finally:
        trash.delete(stage)
    return changes


_IN_PLACE = (".pth", ".egg-link")
"""Endings of files that setuptools changes in place."""


def _between(before: There, there: There) -> list[Change]:
    found = [
        Change(each, _version(before, each), _version(there, each))
        for each in sorted({*before, *there})
    ]
    return [each for each in found if each.old != each.new]


def _version(found: There, name: str) -> str:
    return found[name].version if name in found else ""


def _install(context: Context, facts: Facts, todo: Upgrade, before: There) -> None:
    """Run pip or uv in the copy. Raises Failure, which names the package and the reason."""
    installer = _installer(context, facts, todo.base)
    names = [each.name for each in todo.outdated]
    words = [word for file in _constraints(facts) for word in ("-c", file)]
    holds = f"{facts.path}/{UNFINISHED}-holds"
    fixed = [*todo.holds, *(name for name, each in before.items() if each.origin is not None)]
    lines = [f"{before[name].name}=={before[name].version}\n" for name in fixed]
    write(holds, "".join(lines).encode())
    words += ["-c", holds]
    if installer.name == "uv":
        words += [word for name in names for word in ("--upgrade-package", name)]
    else:
        words += ["--upgrade", "--upgrade-strategy", "only-if-needed"]
    allowed = {} if todo.wish.packages else _recorded(facts, before)
    texts = [
        _text(before[name]) + (allowed[name].versions if name in allowed else "") for name in names
    ]
    try:
        installer.install([*words, *operands(texts)], f"upgrading {quoted(facts.name)}")
    except Failed as failed:
        raise _explained(failed) from failed
    os.unlink(holds)
    for name, each in build.installed_in(facts.path).items():  # uv marks dependencies too
        if each.requested and not (name in before and before[name].requested):
            build.unmark(each.path)


def _constraints(facts: Facts) -> list[str]:
    """The constraints files in the record that still exist."""
    found = records.texts(facts.record or {}, "constraints")
    return [each for each in found if is_recorded_file(each) and os.path.exists(each)]


def _recorded(facts: Facts, there: There) -> dict[str, dependencies.Requirement]:
    """The requirements in the record by normalized names, as far as they are still true."""
    found = {}
    for text in records.texts(facts.record or {}, "requirements"):
        known = dependencies.parse(text) if is_recorded(text) else None
        now = there.get(known.name) if known is not None else None
        if known and now and dependencies.includes(known.versions, now.version):
            found[known.name] = known
    return found


def _text(each: Distribution) -> str:
    return f"{each.name}[{','.join(each.extras)}]" if each.extras else each.name


def _check(
    context: Context, facts: Facts, todo: Upgrade, before: There, there: There, modules: set[str]
) -> None:
    """Check that nothing is worse than before. Raises Failure."""
    system = facts.config.system_site
    old = [line for lines in build.unmet_in(todo.base, system, before) for line in lines]
    new = [line for lines in build.unmet_in(todo.base, system, there) for line in lines]
    known = {_packages_in(line) for line in old}
    worse = [line for line in new if _packages_in(line) not in known]
    lost = sorted({name for name in before if name not in there and before[name].requested})
    if worse or lost:
        why = worse[0] if worse else f"{lost[0]} is gone"
        raise Failure(f"the upgrade was undone: {why}", _how_to_hold(facts, todo))
    try:
        check.check(context, facts.path, todo.base, todo.base.version, modules)
    except Failure as found:
        text = f"the upgrade was undone, as the result is worse: {found.text}"
        raise Failure(text, found.advice or _how_to_hold(facts, todo)) from found


def _packages_in(line: str) -> tuple[str, str]:
    """The two packages in `A 1.0 requires B>=2`."""
    first, _, second = line.partition(" requires ")
    known = dependencies.parse(second.partition(", but ")[0])
    return first.partition(" ")[0], known.name if known else second


def _how_to_hold(facts: Facts, todo: Upgrade) -> str:
    one = todo.outdated[0].name if len(todo.outdated) == 1 else "PACKAGE"
    return f"upvenv --hold {one} {typed(facts.name)} leaves a package alone"


def _note_holds(file: str, facts: Facts, todo: Upgrade) -> None:
    """Write the names of the held packages into the record. Raises OSError."""
    if todo.changes_holds:
        record = {key: value for key, value in (facts.record or {}).items() if key != records.HELD}
        if todo.holds:
            record[records.HELD] = list(todo.holds)
        records.write(file, record)
