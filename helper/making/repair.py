"""Repairing an environment: what to do about a verdict, and doing it."""

from __future__ import annotations

import os
import sys

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.formats import changed_config, metadata_of, new_config, normalized, path_of
from helper.base.messages import counted, quoted, reason, shown, typed
from helper.base.messages import listed as comma_separated
from helper.base.processes import commit, interruptible
from helper.inspection.distributions import installed
from helper.inspection.facts import Facts, machine, read_one
from helper.inspection.probe import judge_deep, judge_fully
from helper.interpreters import creators
from helper.interpreters.query import Interpreter
from helper.making import check, create, own_files, relocate, replacement, successors
from helper.making.build import without_seeded
from helper.making.relink import clear, is_copied, relink, touched
from helper.outside import foreign, moved
from helper.store import kept, records, trash
from helper.store.home import RECORD, UNFINISHED

if TYPE_CHECKING:
    from typing import Callable, Iterable, Optional, Tuple

    from helper.base.formats import Version
    from helper.inspection.distributions import Distribution
    from helper.inspection.verdict import Verdict
    from helper.interpreters.choice import Choice
    from helper.making.context import Context
    from helper.outside.moved import Moved

    Decision = Tuple[str, Optional[Interpreter]]
    """The kind of a repair, and the interpreter for it."""


class Wish(NamedTuple):
    """What the user wants of fixvenv."""

    python: Choice | None = None
    """The interpreter of --python."""
    by_name: bool = False
    """Whether they named the environment explicitly."""
    deep: bool = False
    """Whether to start its interpreter too."""
    reinstall: bool = False
    """Whether to install the packages again even if nothing is wrong."""
    requested: bool = False
    """Whether to resolve the dependencies again."""
    moved: Moved | None = None
    """What has another path now."""


KINDS = ("none", "impossible", "note", "relink", "rewrite", "reinstall", "rebuild", "recreate")
"""The kinds of repairs, the cheapest first."""


class Repair(NamedTuple):
    """What to do about an environment."""

    facts: Facts
    verdict: Verdict
    kind: str
    """`none`; `note` the new version; `relink` to an interpreter of the same minor version;
    `rewrite` the paths; `reinstall` the packages with the same Python; `rebuild` with another one;
    `recreate` from the record; `impossible`."""
    base: Interpreter | None
    packages: int
    """How many packages to install; if they are unknown, how many the user requested."""
    wish: Wish
    copied: bool
    """Whether its interpreter is a copy."""
    keeps_tool: bool
    """Whether a new environment is made by the tool that made the old one."""

    @property
    def words(self) -> str:
        """The same in words."""
        called = self.base.called if self.base else ""
        packages = counted(self.packages, "package")
        again = ", resolving the dependencies again" if self.wish.requested else ""
        link = f"copy {called} again" if self.copied else f"relink to {called}"
        link += "" if self.facts.made_here else ", rewrite the paths"
        rewrite = self.wish.moved.words if self.wish.moved else "rewrite the paths"
        return {
            "none": "nothing to do",
            "note": f"note its {called}",
            "relink": f"{link}, keep the packages",
            "rewrite": rewrite,
            "reinstall": f"reinstall {packages} with {called}{again}{self._lost_kind}",
            "rebuild": f"rebuild with {called}{self._instead}, {packages}{again}{self._lost_kind}",
            "recreate": f"recreate with {called}{self._instead}",
            "impossible": "cannot be repaired",
        }[self.kind]

    @property
    def _instead(self) -> str:
        """What the user has to know of the new interpreter: it is of another kind than the old."""
        kind = successors.kind_of(self.facts)
        chosen = self.wish.python is not None
        other = self.base is not None and not chosen and kind.is_other(self.base)
        return f" instead of {kind.called}" if other else ""

    @property
    def _lost_kind(self) -> str:
        """What the user has to know of the tool: the new environment is not made by the old one."""
        if self.keeps_tool or self.base is None or not self.base.has_venv:
            return ""
        return f" (created with venv instead of {shown(self.facts.config.creator or '')})"

    def covers(self, other: Repair) -> bool:
        """Whether the user who agreed to this repair agreed to another one: one that is no more
        expensive, with an interpreter of the same implementation and minor version.
        """
        if self.base and other.base and _what(self.base) != _what(other.base):
            return False
        relinks = self.kind in ("note", "relink")
        moves = relinks and other.kind == "rewrite" and not self.facts.made_here
        return moves or KINDS.index(other.kind) <= KINDS.index(self.kind)


def _maker(context: Context, facts: Facts, base: Interpreter) -> list[str]:
    return creators.maker(facts.config, base, context.environ, facts.path)


def _what(base: Interpreter) -> tuple[object, ...]:
    return base.implementation, "t" in base.flags, base.version[:2]


# ---- planning ------------------------------------------------------------------------------------


def plan(context: Context, name: str, wish: Wish) -> Repair:
    """What to do about an environment. Raises Failure if it does not exist."""
    facts = read_one(context.home, name)
    if facts is None:
        raise Failure("it no longer exists")
    facts, judged = judge_fully(facts, machine(sys.executable))
    if judged.status != "ok" or _wants_more(wish):
        foreign.check_ours(facts.path)
    if judged.status not in ("ok", "incomplete") and facts.target is None:
        _check_readable(facts)
    if wish.deep:
        facts, judged = judge_deep(facts, judged)
    kind, base = _decision(context, facts, judged.status, wish)
    packages, keeps_tool = 0, True
    if kind in ("rebuild", "reinstall") and base:
        found = to_install(facts, base)
        check_sources(facts.name, found, facts.path)
        packages = len(found) or len(_requested_in(facts.record or {}))
        venvs = facts.config.creator in ("venv", None)
        keeps_tool = venvs or bool(_maker(context, facts, base))
    return Repair(facts, judged, kind, base, packages, wish, is_copied(facts), keeps_tool)


def _wants_more(wish: Wish) -> bool:
    """Whether the user wants more than a repair of what is wrong."""
    return wish != Wish(by_name=wish.by_name, deep=wish.deep)


def _requested_in(record: records.Record) -> list[str]:
    """What the user requested, by a record."""
    keys = ("requirements", "requirement_files", "editables")
    return [text for key in keys for text in records.texts(record, key)]


def _check_readable(facts: Facts) -> None:
    """Check that the folders on which the plan depends can be read: a rebuild would lose the rest.
    Raises Failure.
    """
    try:
        for folder in ("", "/bin", "/lib"):
            files.listed_strictly(facts.path + folder)
        for library in files.listed_strictly(f"{facts.path}/lib"):
            files.listed_strictly(f"{facts.path}/lib/{library}/site-packages")
    except OSError as error:
        raise Failure(f"cannot read all of it: {reason(error)}") from error


def check_sources(
    name: str, found: Iterable[Distribution], inside: str, again: str = "fixvenv"
) -> None:
    """Check that the projects and files are there from which packages were installed. inside: the
    environment itself, whose clones come with it. again: the verb with the option --moved. Raises
    Failure.
    """
    gone = []
    for each in found:
        place = each.project or path_of(str((each.origin or {}).get("url", "")))
        known = each.source is not None or place.startswith(f"{inside}/")
        if place.startswith("/") and not (known or os.path.exists(place)):
            gone.append((each, place))
    if gone:
        each, place = gone[0]
        others = f" (and {counted(len(gone) - 1, 'other package')})" if gone[1:] else ""
        what = "project" if each.project else "file"
        text = f"cannot install {quoted(each.name)}{others}: its {what} {quoted(place)} is gone"
        raise Failure(text, f"if it moved: {again} --moved {typed(place)}=NEW {typed(name)}")


def _decision(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    if status == "ok" and not _wants_more(wish):
        return "none", None
    if facts.target is not None or facts.owner or status == "unreadable":
        return "impossible", None  # the target of a link belongs to somebody else
    if wish.moved is not None and moved.concerns(facts, wish.moved):
        return "rewrite", None
    if (wish.reinstall or wish.requested) and status != "incomplete":
        return _reinstall(context, facts, wish)
    if wish.python is not None and wish.by_name and status != "incomplete":
        return _with_chosen(wish.python.interpreter, facts, status)
    return _by_status(context, facts, status, wish)


def _by_status(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    if status == "ok" or (status == "foreign" and not wish.by_name):
        return "none", None
    if status in ("foreign", "incomplete"):
        return "rebuild" if status == "foreign" else "recreate", successor(context, facts, wish)
    decide = {"moved": _for_moved, "damaged": _for_damaged}.get(status, _relink_or_rebuild)
    return decide(context, facts, status, wish)


def _with_chosen(base: Interpreter, facts: Facts, status: str) -> Decision:
    if status == "ok" and facts.base and os.path.realpath(base.path) == facts.base.path:
        return "none", None
    kind = successors.kind_of(facts)
    matches = facts.library is not None and _what(base) == (*kind[:2], facts.minor)
    return "relink" if matches and status != "damaged" else "rebuild", base


def _reinstall(context: Context, facts: Facts, wish: Wish) -> Decision:
    """Install the packages again, with the same Python if possible."""
    base = wish.python.interpreter if wish.python else _same(context, facts, None)
    base = base or successor(context, facts, wish)
    kind = successors.kind_of(facts)
    return "reinstall" if _what(base) == (*kind[:2], facts.minor) else "rebuild", base


def _same(context: Context, facts: Facts, broken: str | None) -> Interpreter | None:
    """Its own interpreter, or one that can take over its packages. broken: a file to leave out."""
    kind, same = successors.kind_of(facts), None
    if facts.base and facts.base.path != broken:
        same = context.pythons.ask(facts.base.path)
    if same is None or _what(same) != (*kind[:2], facts.minor):
        same = successors.same_minor(context.pythons, kind, broken)
    return same


def _relink_or_rebuild(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    # a copy does not start itself, but the interpreter that it was copied from may
    broken = os.path.realpath(f"{facts.path}/bin/python") if status == "broken" else None
    if facts.damage is not None and facts.damage.base and facts.base is not None:
        broken = facts.base.path
    known = facts if status not in ("broken", "hollow") else facts._replace(base=None)
    same = _same(context, known, broken)
    its_own = same and facts.base and os.path.realpath(same.path) == facts.base.path
    if status == "drifted" and its_own and not is_copied(facts):
        return "note", same
    programs = os.path.isdir(f"{facts.path}/bin")  # else the scripts of the packages are gone too
    scripts = facts.damaged in (None, RECORD)  # a damaged one comes with its package
    if same is not None and facts.library is not None and programs and scripts:
        return "relink", same
    if facts.library is None and facts.record is None:
        return "impossible", None
    return "rebuild", successor(context, facts, wish, broken)


def _for_moved(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    if not files.is_utf8(facts.path):  # no Python would start with that in its pyvenv.cfg
        raise Failure("its path is not UTF-8, so its files cannot name it", "mvvenv renames it")
    if relocate.is_tame(facts.path) and relocate.is_tame(facts.made_at or ""):
        return "rewrite", None
    return "rebuild", successor(context, facts, wish)


def _for_damaged(context: Context, facts: Facts, status: str, wish: Wish) -> Decision:
    damage = facts.damage
    if damage is None:
        return "impossible", None
    if damage.base or damage.relink:
        return _relink_or_rebuild(context, facts, status, wish)
    if damage.projects:
        place = damage.projects[0]
        again = f"fixvenv --moved {typed(place)}=NEW {typed(facts.name)}"
        raise Failure(f"{quoted(place)} no longer exists", f"if it moved: {again}")
    if damage.unknown:
        again = f"fixvenv --reinstall {typed(facts.name)} rebuilds it without packages"
        raise Failure("site-packages is empty, and no record names its packages", again)
    if damage.distributions or damage.pip or damage.scripts:
        return _reinstall(context, facts, wish)
    return "impossible", None


def successor(context: Context, facts: Facts, wish: Wish, but: str | None = None) -> Interpreter:
    """The interpreter for the replacement of an environment: the one that the user chose, or its
    successor; but: a file to leave out. Raises Failure.
    """
    if wish.python is not None:
        return wish.python.interpreter
    return successors.successor(context.pythons, successors.kind_of(facts), but)


def to_install(facts: Facts, base: Interpreter) -> list[Distribution]:
    """The packages of an old environment that its replacement needs. Raises Failure."""
    if facts.library is None:
        return []
    try:
        found = installed(facts.site_packages)
    except OSError as error:
        raise Failure(f"cannot read its packages: {reason(error)}") from error
    named = {normalized(each.name): each for each in reversed(found)}  # one of each
    needed = without_seeded(list(named.values()), facts.minor, base.version)
    if base.version >= (3, 12) and any(_needs_setuptools(each) for each in needed):
        needed += [
            each._replace(version="", requested=False)
            for each in found
            if normalized(each.name) == "setuptools" and each not in needed
        ]
    return needed


def _needs_setuptools(each: Distribution) -> bool:
    return any(
        key == "Requires-Dist" and value.startswith("setuptools") and "extra ==" not in value
        for key, value in metadata_of(each.path)
    )


def replacement_for(
    context: Context,
    facts: Facts,
    base: Interpreter,
    found: list[Distribution],
    asked: str | None = None,
) -> create.Request:
    """The request for the replacement of an environment, with these packages. asked: the
    interpreter in the user's words, if it is a new one.
    """
    record = facts.record or {}
    request = create.request_like(
        context,
        record,
        facts.name,
        base,
        system_site=facts.config.system_site or record.get("system_site_packages") is True,
        asked=asked,
        lost=not found and bool(_requested_in(record)),
    )
    built = request.plan._replace(copies=is_copied(facts), maker=_maker(context, facts, base))
    return request._replace(plan=built, projects=facts.projects, distributions=tuple(found))


# ---- repairing -----------------------------------------------------------------------------------


def repair(context: Context, name: str, agreed: Repair) -> Repair:
    """Repair an environment as the user agreed to. Returns its state after that. Raises Failure and
    OSError; then it is as it was, or as the last finished step left it.
    """
    wish = agreed.wish
    with context.locked(name, "fixvenv"):
        todo = plan(context, name, wish)
        if not agreed.covers(todo):
            again = f"fixvenv {typed(name)}"
            raise Failure(f"its state has changed, and the plan is now: {todo.words}", again)
        for _ in range(3):  # a moved environment may be dangling too
            if todo.kind in ("none", "impossible") or not agreed.covers(todo):
                break
            with interruptible(f"stopped: {quoted(name)} is as it was"):
                _do(context, todo)
            wish = Wish(by_name=wish.by_name, deep=wish.deep)  # the rest is done
            todo = plan(context, name, wish)
    return todo


def _do(context: Context, todo: Repair) -> None:
    facts, base, wish = todo.facts, todo.base, todo.wish
    asked = wish.python.asked if wish.python else None
    context.progress.show(f"{quoted(facts.name)}: {todo.words}")
    if base is None:
        _rewrite(context, facts, wish.moved)
    elif todo.kind == "recreate":
        request = replacement_for(context, facts, base, [], asked)
        _replace(context, request, base, set(), None)
    elif todo.kind in ("note", "relink"):
        _in_place(context, todo, base, asked)
    else:
        found = to_install(facts, base)
        request = replacement_for(context, facts, base, found, asked)
        request = request._replace(requested_only=wish.requested)
        again = installed_again(found, wish.requested)
        edited = own_files.edited_files(facts.path)
        days = kept.days(context.environ)
        _replace(context, request, base, check.modules_of(facts, again), days)
        if edited:
            where = quoted(kept.path_of(context.home, facts.name))
            old = f"the edited ones are in {where}" if days else "the edited ones are deleted"
            what = f"{quoted(facts.name)} has the original of {counted(len(edited), 'edited file')}"
            context.progress.report(f"{what}: {comma_separated(edited)} ({old})")


def installed_again(found: list[Distribution], requested: bool = False) -> set[str]:
    """The normalized names of the distributions whose new files have the same names as the old.
    requested: whether only those that the user requested keep their version.
    """
    pinned = [each for each in found if each.version]
    same = [each for each in pinned if each.origin is None or "archive_info" in each.origin]
    return {normalized(each.name) for each in same if each.requested or not requested}


def _replace(
    context: Context,
    request: create.Request,
    base: Interpreter,
    modules: set[str],
    days: float | None,
) -> None:
    """Create the replacement of an environment. days: how long the old one is kept; None if it has
    nothing to carry over.
    """
    name = request.name

    def finish(path: str) -> None:
        _check(context, path, base, base.version, modules)

    with replacement.replacing(context.home, name, "fixvenv", days or 0) as aside:
        predecessor = aside if days is not None else None
        create.create_whole(context, request._replace(predecessor=predecessor), finish)


def _check(
    context: Context, path: str, base: Interpreter | None, version: Version, modules: set[str]
) -> None:
    """Check the result of a repair. Raises Failure, upon which the caller restores the old one."""
    try:
        check.check(context, path, base, version, modules)
    except Failure as failure:
        text = f"restored the old one, as the new one is worse: {failure.text}"
        raise Failure(text, failure.advice) from failure


def _in_place(context: Context, todo: Repair, base: Interpreter, asked: str | None) -> None:
    """Note the interpreter of an environment, or give it another one."""
    facts, links = todo.facts, todo.kind == "relink"
    modules = check.modules_of(facts)
    changed = ["pyvenv.cfg", RECORD, ".multivenv-sound", *(touched(facts, base) if links else [])]
    with replacement.changing(context.home, facts.name, "fixvenv", changed):
        if links:
            relink(facts, base)
        _note(facts, base, asked, None if links else facts.config.home)
        _check(context, facts.path, base, base.version, modules)


def _rewrite(context: Context, facts: Facts, wanted: Moved | None) -> None:
    """Rewrite the old path in all files of a moved environment, in a copy of it; or that of what
    the user moved.
    """
    old, new = (wanted.old, wanted.new) if wanted else (facts.made_at or "", facts.path)
    modules = check.modules_of(facts)
    stage = trash.new_stage(context.home, facts.name)
    try:
        relocate.copy_tree(facts.path, stage, share=True)
        for file in relocate.rewrite(stage, old, new):
            where = f"{quoted(file)} in {quoted(facts.name)}"
            context.progress.report(f"{where} is not text and still contains the old path")
        forget_soundness(stage)
        finish = unfinished(stage, facts.path)
        files.sync_all(stage)
        with replacement.replacing(context.home, facts.name, "fixvenv"):
            commit()
            os.rename(stage, facts.path)
            _check(context, facts.path, None, facts.minor, modules)
            finish()
    finally:
        trash.delete(stage)
    if wanted is not None:
        for line in moved.follow(context.home, context.links, facts, wanted):
            context.progress.report(line)


def unfinished(stage: str, path: str) -> Callable[[], None]:
    """Mark a copy of an environment as unfinished until it is checked at its path. Returns what
    finishes it.
    """
    if os.path.lexists(f"{stage}/{RECORD}"):
        os.rename(f"{stage}/{RECORD}", f"{stage}/{UNFINISHED}")
        return lambda: os.rename(f"{path}/{UNFINISHED}", f"{path}/{RECORD}")
    files.write(f"{stage}/{UNFINISHED}", b"{}")
    return lambda: os.unlink(f"{path}/{UNFINISHED}")


def undo(context: Context, name: str) -> None:
    """Swap an environment with the one that is kept of its name. Raises Failure and OSError."""
    home = context.home
    with context.locked(name, "fixvenv"):
        found = kept.find(home, name)
        if found is None:
            raise Failure(f"nothing is kept of {quoted(name)}", "see multivenv doctor")
        if not os.path.lexists(home.environment(name)):
            os.rename(found.path, home.environment(name))
            return
        if os.path.islink(home.environment(name)):
            raise Failure(f"{quoted(name)} is a link", "mvvenv it first")
        with replacement.replacing(home, name, "fixvenv", kept.days(context.environ) or kept.DAYS):
            os.rename(found.path, home.environment(name))


# ---- the interpreter of an environment -----------------------------------------------------------


def _note(facts: Facts, base: Interpreter, asked: str | None, home: str | None = None) -> None:
    """Write the interpreter of an environment into its pyvenv.cfg and record. asked: it in the
    user's words; home: its folder, if another name leads to it. Idempotent. Raises OSError.
    """
    home = home or os.path.dirname(base.path)
    path = f"{facts.path}/pyvenv.cfg"
    if not facts.legacy or facts.minor >= (3, 3):
        if facts.config.problem is None and facts.config.home and not facts.legacy:
            old = files.read(path).decode("utf-8", "surrogateescape")
            text = changed_config(old, base.path, base.text, home)
        else:
            recorded = bool((facts.record or {}).get("system_site_packages"))
            system = facts.config.system_site or recorded
            text = new_config(facts.path, base.path, base.text, system)
        clear(path)
        files.write(path, text.encode("utf-8", "surrogateescape"), durable=True)
    if facts.record is not None:
        known = records.part(facts.record, "python")
        now = {**known, **create.python_of(base, f"{home}/{os.path.basename(base.path)}")}
        if asked is not None:
            now["asked"] = asked
        records.write(f"{facts.path}/{RECORD}", {**facts.record, "python": now})
    elif facts.damaged == RECORD:
        clear(f"{facts.path}/{RECORD}")
        known = create.python_of(base, f"{home}/{os.path.basename(base.path)}")
        records.write(f"{facts.path}/{RECORD}", {"python": {"asked": asked, **known}})
    forget_soundness(facts.path)


def forget_soundness(path: str) -> None:
    """Delete the mark that tells usevenv that an environment is sound. Raises OSError."""
    if os.path.lexists(f"{path}/.multivenv-sound"):
        os.unlink(f"{path}/.multivenv-sound")
