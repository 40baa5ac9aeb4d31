"""mkvenv: create an environment. The shell gets its name as the answer, and activates it."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.files import current_folder, expanded, same
from helper.base.messages import counted, quoted, reason, report, short, shown, typed, write
from helper.base.messages import listed as comma_separated
from helper.base.options import parse, value_of, values_of
from helper.inspection import requirements
from helper.interpreters.query import UNKNOWN
from helper.making import recipes, remove
from helper.making.build import Plan
from helper.making.create import Request, create, record_of, uses_uv
from helper.outside import projects
from helper.store import last, records, temporary, trash
from helper.store.home import check_child, check_new

if TYPE_CHECKING:
    from typing import Callable

    from helper.base.options import Given
    from helper.interpreters.choice import Choice
    from helper.making.context import Context
    from helper.making.sources import Sources
    from helper.outside.moved import Moved
    from helper.store.home import Home
    from helper.store.last import Removed
    from helper.store.records import Record

_SEE = "see mkvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Create an environment, or restore one, and answer with its name unless --no-use."""
    start = time.monotonic()
    given, rest = parse("mkvenv", words)
    context.answer(None)
    restore = "--restore" in given
    if "--last" in given:
        return _restore_last(context, given, rest)
    if restore and not rest and _WITH_RESTORE.issuperset(given):
        return _list_removed(context)
    request = (_restored if restore else _requested)(context, given, words, rest)
    trash.sweep(context.home)
    if restore:
        _restore(context, request)
    else:
        create(context, request)
    _report_made(context, given, request, start)
    if "--temp" in given:
        remove.watch(context, request.name)
    if "--no-use" not in given:
        context.answer([request.name])
    return 0


def _report_made(context: Context, given: Given, request: Request, start: float) -> None:
    """Report a new environment, and what to know of it. start: when the work began."""
    seconds = time.monotonic() - start
    did = f"{'restored' if '--restore' in given else 'made'} {quoted(request.name)}"
    took = f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    note = "; temporary: removed when you leave it" if "--temp" in given else ""
    tools = f"{request.plan.base.called}{' and uv' if uses_uv(request) else ''}"
    context.progress.done(f"{did} with {tools} in {took}{note}")
    _warn_of_worktrees(context, request)
    if request.advice is not None:
        report(request.advice)
    if seconds > 1:
        context.pythons.all(shims=False)  # for completion, which offers the remembered interpreters
    context.run_hook("premkvirtualenv", request.name)


def _warn_of_worktrees(context: Context, request: Request) -> None:
    """Say if it imports the code of another worktree than the one that it is for."""
    plan = request.plan
    if not (plan.editables or plan.files or request.distributions):
        return
    from helper.inspection.distributions import in_other_worktrees, installed
    from helper.inspection.facts import read_one

    facts = read_one(context.home, request.name)
    try:
        here = request.projects or (current_folder(context.environ),)
        found = installed(facts.site_packages) if facts and facts.library else []
    except OSError:
        return
    for root, ours in in_other_worktrees(found, here).items():
        what = f"{quoted(request.name)} has an editable install of {quoted(root)}"
        report(f"{what}, not of the worktree {quoted(ours)}")


def _requested(context: Context, given: Given, words: list[str], rest: list[str]) -> Request:
    """The request for a new environment. Only the choice of its interpreter takes time."""
    temp = "--temp" in given
    if temp and context.environ.get("MULTIVENV_SHELL") == "none":
        raise Misuse("mkvenv --temp needs a shell that has sourced multivenv.sh", _SEE)
    if temp and "--no-use" in given:
        raise Misuse("mkvenv takes only one of --temp and --no-use", _SEE)
    if "--moved" in given:
        raise Misuse("mkvenv --moved needs --restore", _SEE)
    _check_bind(words, rest)
    if rest:
        _check_words(rest[0], rest[1:], "--python" in given)
    found = _sources(context, given, bool(rest) or temp)
    name, *wanted = rest or [found.name if found and not temp else _free_name(context)]
    check_new("mkvenv", name)
    plan = _plan(context, given, name, wanted, found)
    project = found.project if found else None
    bind = value_of(given, "--bind")
    if bind is not None and project is None:
        project = projects.checked(projects.directory(bind, context.environ))
    context.progress.show(f"looking for the Python of {quoted(name)}")
    choice = _choice(context, given, plan, found)
    plan = plan._replace(base=choice.interpreter)
    if plan.installer:
        installer = context.installer(name, choice.interpreter, bool(plan.arguments))
        plan = plan._replace(installer=installer)
        _check_installer(plan)
    if plan.files:
        from helper.making.sources import check_locks

        check_locks(context, plan)
    record = {**record_of(plan, choice.asked), **_record_of_options(context, given)}
    if temp:
        record[temporary.KEY] = temporary.owner(name, context.shell)
    bound = (project,) if project is not None else ()
    return Request(name, plan, record, bound, advice=found.advice if found else None)


_FROM_FILES = frozenset(("--group", "--extra", "--script", "--no-install"))


def _sources(context: Context, given: Given, named: bool) -> Sources | None:
    """What the files of a project or a script say, if they are to be read."""
    if named and _FROM_FILES.isdisjoint(given):
        return None
    from helper.making import sources

    found = sources.find(context, given, named)
    if not named and found.project is not None:
        sources.check_free(context, found.name, found.again, found.project)
    return found


def _choice(context: Context, given: Given, plan: Plan, found: Sources | None) -> Choice:
    """The interpreter. Reports what will be installed with it, if that is in files."""
    asked = value_of(given, "--python")
    if found is None and not plan.editables:
        return context.pythons.choose(asked)
    from helper.making import sources

    if found is None or found.requires is None:
        required = sources.of_editables(plan.editables)
        found = (found or required)._replace(requires=required.requires, of=required.of)
    choice, why = sources.choose(context, found, asked)
    if found.line is not None:
        what = f"installing {found.line}, {choice.interpreter.called} ({why})"
        context.progress.report(what)
    return choice


def _record_of_options(context: Context, given: Given) -> Record:
    """The options for a record, as the user gave them. The requirements that they lead to, and the
    files, are in it already.
    """
    record: Record = {}
    for key, option in (("groups", "--group"), ("extras", "--extra")):
        if option in given:
            record[key] = given[option]
    script = value_of(given, "--script")
    if script is not None:
        record["script"] = os.path.abspath(expanded(script))
    if "--bare" in given:
        record["bare"] = True
    arguments = _arguments(given)
    if arguments:
        from helper.store.seal import sealed

        record["pip_args"] = sealed(context.home, arguments)
    return record


def _arguments(given: Given) -> list[str]:
    """The words of --pip-args."""
    if "--pip-args" not in given:
        return []
    from helper.making.arguments import split

    return split(values_of(given, "--pip-args"))


def _free_name(context: Context) -> str:
    """A name for a temporary environment: temp-PID, where PID is the shell."""
    name = stem = f"temp-{context.environ.get('MULTIVENV_SHELL') or os.getppid()}"
    number = 1
    while os.path.lexists(context.home.environment(name)):
        number += 1
        name = f"{stem}-{number}"
    return name


# ---- the words -----------------------------------------------------------------------------------


def _check_words(name: str, wanted: list[str], chosen: bool) -> None:
    """Refuse a requirement, a version or a file in place of a name, and a version or a file in
    place of a requirement. The advice is the command that the user probably meant. chosen: whether
    the user gave a version with --python, so that another one can be a name.
    """
    more = "".join(f" {typed(word)}" for word in wanted)
    version = requirements.python_in(name)
    if version is not None and not chosen:
        _refuse(name, "is a version of Python", f"mkvenv -p {version} NAME{more}")
    if requirements.is_more_than_name(name):
        _refuse(name, "is a requirement", f"mkvenv NAME {typed(name)}{more}")
    if _is_list(name):
        _refuse(name, "is a file", f"mkvenv NAME -r {typed(name)}{more}")
    for word in wanted:
        version = requirements.python_in(word)
        if version is not None:
            _refuse(word, "is a version of Python", f"mkvenv -p {version} {typed(name)}")
        if _is_list(word):
            _refuse(word, "is a file", f"mkvenv {typed(name)} -r {typed(word)}")


def _is_list(word: str) -> bool:
    """Whether a word is a file of requirements."""
    return word.endswith((".txt", ".toml")) and os.path.isfile(word)


def _refuse(word: str, what: str, meant: str) -> None:
    raise Misuse(f"{quoted(word)} {what}", f"did you mean `{meant}`?")


def _check_bind(words: list[str], rest: list[str]) -> None:
    """Refuse `--bind DIR`: it would bind to the current directory and install the project DIR."""
    for word, following in zip(words, words[1:]):
        may_be_name = rest[:1] == [following] and "/" not in following
        if word == "--bind" and os.path.isdir(following) and not may_be_name:
            raise Misuse(f"mkvenv takes the directory as --bind={shown(following)}", _SEE)


def _plan(
    context: Context, given: Given, name: str, words: list[str], found: Sources | None
) -> Plan:
    """What to create, with an interpreter that is unknown yet."""
    wanted = [_requirement(word) for word in words]
    files = _absolute(values_of(given, "--requirement"), _requirements_file)
    editables = _absolute(values_of(given, "--editable"), _editable)
    if found is not None:
        wanted += found.requirements
        files += found.files
        replaced = found.project is None and found.editables  # -e DIR with --extra
        editables = [*([] if replaced else editables), *found.editables]
    always = [] if "--bare" in given else _always(context)
    files += always
    pip, installs = "--without-pip" not in given, bool(wanted or files or editables)
    arguments = _arguments(given)
    installer = context.installer(name, None, bool(arguments)) if installs else []
    if always and not (pip or installer):
        lacks = "mkvenv cannot install the file of MULTIVENV_REQUIREMENTS --without-pip"
        raise Misuse(lacks, "see mkvenv --bare")
    plan = Plan(
        base=UNKNOWN,
        system_site="--system-site-packages" in given,
        pip=pip,
        requirements=wanted,
        files=files,
        editables=editables,
        installer=installer,
        constraints=_absolute(values_of(given, "--constraint"), _constraints_file),
        arguments=arguments,
        upgrade_deps="--upgrade-deps" in given,
    )
    _check_installer(plan)
    return plan


def _check_installer(plan: Plan) -> None:
    installs = plan.requirements or plan.files or plan.editables
    if installs and not (plan.pip or plan.installer):
        raise Misuse("mkvenv cannot install requirements --without-pip", _SEE)
    if plan.upgrade_deps and not plan.pip:
        raise Misuse("mkvenv takes only one of --upgrade-deps and --without-pip", _SEE)


def _always(context: Context) -> list[str]:
    """The file of MULTIVENV_REQUIREMENTS, which each new environment gets."""
    setting = context.environ.get("MULTIVENV_REQUIREMENTS")
    if not setting:
        return []
    path = expanded(setting)
    if not path.startswith("/") or os.path.isdir(path) or not os.access(path, os.R_OK):
        what = f"MULTIVENV_REQUIREMENTS is {quoted(path)}, which is not a readable file"
        raise Failure(what, "set it to an absolute path, or mkvenv --bare")
    return [path]


def _requirement(word: str) -> str:
    """A requirement for pip: as the user typed it, a path made absolute."""
    if word.startswith("-"):
        raise Misuse(f"{quoted(word)} is not a requirement", _SEE)
    if requirements.is_path(word):
        bare = requirements.without_marker(word)
        whole = path = expanded(bare)
        if not os.path.exists(whole):  # it may contain a bracket of its own
            path = requirements.without_extras(whole)
        if not os.path.exists(path):
            raise Failure(f"cannot install {quoted(path)}: no such file or directory")
        return os.path.abspath(path) + whole[len(path) :] + word[len(bare) :]
    if not requirements.is_requirement(word):
        raise Misuse(f"{quoted(word)} is not a requirement", _SEE)
    return word


def _absolute(values: list[str], check: Callable[[str], str]) -> list[str]:
    """The values of -r or -e, absolute. pip reads URLs itself."""
    return [value if "://" in value else check(expanded(value)) for value in values]


def _requirements_file(value: str) -> str:
    """The file of `-r FILE`."""
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"cannot read requirements file {quoted(value)}")
    return os.path.abspath(value)


def _constraints_file(value: str) -> str:
    """The file of `-c FILE`."""
    if os.path.isdir(value) or not os.access(value, os.R_OK):
        raise Failure(f"cannot read constraints file {quoted(value)}")
    return os.path.abspath(value)


def _editable(value: str) -> str:
    """The directory of `-e DIR` or `-e DIR[extra]`."""
    if os.path.isdir(value):  # it may contain a bracket of its own
        return os.path.abspath(value)
    folder, bracket, extras = value.partition("[")
    if not os.path.isdir(folder):
        raise Failure(f"cannot install {quoted(folder)} as editable: no such directory")
    return os.path.abspath(folder) + bracket + extras


# ---- restoring -----------------------------------------------------------------------------------

_WITH_RESTORE = frozenset(("--restore", "--python", "--no-use", "--moved"))
_WITH_LAST = _WITH_RESTORE | {"--last"}


def _restored(context: Context, given: Given, words: list[str], rest: list[str]) -> Request:
    """The request for a removed environment."""
    if len(rest) != 1 or not _WITH_LAST.issuperset(given):
        raise Misuse("mkvenv --restore takes one name, --python, --moved and --no-use", _SEE)
    name = rest[0]
    check_child("mkvenv", name)
    name = recipes.spelled(context.home, name)
    recipe = recipes.read_recipe(context.home, name)
    file = recipes.recipe_file(context.home, name)
    if recipe is None and os.path.lexists(file):
        raise Failure(f"the recipe of {quoted(name)} is damaged", f"rm {typed(file)}")
    if recipe is None:
        raise Failure(f"no removed environment named {quoted(name)}", "see mkvenv --restore")
    asked = value_of(given, "--python")
    choice = context.pythons.choose(asked) if asked is not None else None
    from helper.making.repair import check_sources
    from helper.outside.moved import parse_moved

    request = recipes.request_of(context, name, recipe, choice)
    where = value_of(given, "--moved")
    if where is not None:
        request = _moved(request, parse_moved("mkvenv", where))
    inside = context.home.environment(name)
    check_sources(name, request.distributions, inside, "mkvenv --restore")
    return request


def _restore(context: Context, request: Request) -> None:
    """Restore a removed environment, and delete its recipe."""
    create(context, request, _check_of(context, request))
    os.unlink(recipes.recipe_file(context.home, request.name))


def _restore_last(context: Context, given: Given, rest: list[str]) -> int:
    """Restore all that the last rmvenv removed, one after the other. None of them is activated."""
    if "--restore" not in given:
        raise Misuse("mkvenv --last needs --restore", _SEE)
    if rest or not _WITH_LAST.issuperset(given):
        raise Misuse("mkvenv --restore --last takes --python and --moved, and no name", _SEE)
    home = context.home
    every = last.read(home)
    if every is None and os.path.lexists(last.path_of(home)):
        file = last.path_of(home)
        raise Failure(f"{quoted(file)} is damaged", "mkvenv --restore lists what rmvenv removed")
    todo = [each for each in every or [] if not _is_restored(home, each)]
    if not todo:
        last.forget(home)
        raise Failure("nothing to restore of the last rmvenv", "see mkvenv --restore")
    trash.sweep(home)
    failed = []
    for number, each in enumerate(todo, 1):
        context.progress.begin(each.name, number, len(todo))
        try:
            _restore_one(context, given, each)
        except Interrupted:
            raise
        except (Failure, OSError) as error:
            context.progress.report(f"did not restore {quoted(each.name)}: {reason(error)}")
            failed.append(each.name)
    context.progress.clear()
    done = f"restored {counted(len(todo) - len(failed), 'environment')}"
    if failed:
        report(f"{done}, failed {len(failed)}: {comma_separated(failed)}")
        return 1
    last.forget(home)
    report(done)
    return 0


def _is_restored(home: Home, removed: Removed) -> bool:
    """Whether it is there: restored meanwhile, or never removed because rmvenv was interrupted."""
    path = home.environment(removed.name)
    if removed.target is not None:
        return os.path.islink(path) and same(path, removed.target)
    return os.path.lexists(path) and not os.path.lexists(recipes.recipe_file(home, removed.name))


def _restore_one(context: Context, given: Given, removed: Removed) -> None:
    """Restore an environment, or the symlink to one. Raises Failure and OSError."""
    start = time.monotonic()
    if removed.target is not None:
        from helper.making.adoption import adopt

        adopt(context, removed.target, removed.name)
        return
    request = _restored(context, given, [], [removed.name])
    _restore(context, request)
    _report_made(context, given, request, start)


def _moved(request: Request, moved: Moved) -> Request:
    """The request with the new path of what the user moved."""
    found = [each._replace(origin=moved.origin(each.origin)) for each in request.distributions]
    traces = {moved.path(each): traces for each, traces in request.traces.items()}
    places = tuple(moved.path(each) for each in request.projects)
    return request._replace(distributions=tuple(found), projects=places, traces=traces)


def _check_of(context: Context, request: Request) -> Callable[[str], None]:
    """The check of a restored environment."""
    from helper.making.check import check

    base = request.plan.base
    return lambda path: check(context, path, base, base.version, ())


def _list_removed(context: Context) -> int:
    from helper.report.tables import ago, aligned

    names = recipes.restorable(context.home)
    if not sys.stdout.isatty():
        return write(names, data=True)
    if not names:
        report("nothing to restore: no environment was removed")
        return 0
    rows = [["", "NAME", "PYTHON", "PACKAGES", "PROJECT", "REMOVED"]]
    for name in names:
        recipe = recipes.read_recipe(context.home, name) or {}
        found, project = recipe.get("distributions"), records.text(recipe, "project")
        removed = records.seconds(recipe.get("removed"))
        cells = [
            str(recipe.get("python") or "unknown"),
            str(len(found)) if isinstance(found, list) else "-",
            short(project) if project else "-",
            ago(time.time() - removed) if removed is not None else "unknown",
        ]
        rows.append(["", name, *cells])
    return write(aligned(rows))
