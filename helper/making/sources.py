"""What mkvenv installs from the files of a project or a script, and which Python these require.

Nothing is made before all of it is read and checked. The files may come from a hostile clone: they
are read as data, and nothing in them becomes an option of an installer.
"""

from __future__ import annotations

import os
import stat

from helper.base import files, toml
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Misuse
from helper.base.files import read_all
from helper.base.formats import is_name, normalized, parse_version
from helper.base.messages import quoted, reason, report, short, shown, typed
from helper.base.options import value_of, values_of
from helper.base.specifiers import allows, minor_for, parse_specifier
from helper.inspection import pyproject
from helper.inspection.requirements import is_lock
from helper.interpreters.choice import Choice
from helper.interpreters.creators import pip_in
from helper.interpreters.search import on_path
from helper.making.build import OLDEST_WITH_LOCKS
from helper.outside import projects
from helper.store.home import UNFINISHED, check_new

if TYPE_CHECKING:
    from typing import Container, Sequence

    from helper.base.options import Given
    from helper.inspection.pyproject import Project
    from helper.interpreters.query import Interpreter
    from helper.making.build import Plan
    from helper.making.context import Context

_SEE = "see mkvenv --help"
_LOCK, _PYPROJECT, _SETUP, _LIST = "pylock.toml", "pyproject.toml", "setup.py", "requirements.txt"
PROJECT_FILES = (_LOCK, _LIST, _PYPROJECT, _SETUP)
_EXPLICIT = ("--requirement", "--editable")
"""Options that replace what a project would install."""
_OF_TOOLS = {"uv.lock": "uv sync", "poetry.lock": "poetry install"}
"""The lock files of tools, and the command that installs from each."""
_OLDEST_WITH_LOCKS = (3, 10)
"""The oldest Python for a pip that installs from a pylock.toml."""


class Sources(NamedTuple):
    """What the files of a project or a script say."""

    name: str = ""
    """The name of the environment if the user gave none."""
    project: str | None = None
    """The directory to bind it to."""
    requirements: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    editables: tuple[str, ...] = ()
    pinned: str | None = None
    """The Python that a .python-version requests."""
    requires: str | None = None
    """The versions of Python that the files require."""
    of: str = ""
    """The file that requires them."""
    chooses: bool = False
    """Whether another interpreter than the default may be chosen to match them."""
    line: str | None = None
    """What will be installed from where, for the user."""
    advice: str | None = None
    """The command that installs the rest."""
    again: str = ""
    """The words that install the same into an environment of another name."""


def find(context: Context, given: Given, named: bool) -> Sources:
    """What the files here say. named: whether the user gave a name, so that only the options count.
    Raises Misuse and Failure.
    """
    groups, extras = values_of(given, "--group"), values_of(given, "--extra")
    script = value_of(given, "--script")
    if "--no-install" in given:
        _check_no_install(given, named)
    if script is not None:
        found = _of_script(script, groups)
    elif named:
        found = _of_groups(context, groups) if groups else Sources()
    else:
        found = _of_project(context, given, groups, extras)
    if extras and found.project is None:
        found = found._replace(editables=(_only_editable(given, extras),))
    return found


def _check_no_install(given: Given, named: bool) -> None:
    if named:
        raise Misuse("mkvenv --no-install is for projects, and takes no name", _SEE)
    for key in ("--group", "--extra", "--script", *_EXPLICIT):
        if key in given:
            raise Misuse(f"mkvenv takes only one of --no-install and {key}", _SEE)


# ---- a project -----------------------------------------------------------------------------------


def _of_project(
    context: Context, given: Given, groups: Sequence[str], extras: Sequence[str]
) -> Sources:
    """What the project of the current directory says, or that of --bind=DIR."""
    folder, root = _folder_of(context, value_of(given, "--bind"))
    name = os.path.basename(folder)
    try:
        check_new("mkvenv", name)
    except Misuse as error:
        raise Misuse(error.text, "name one: mkvenv NAME --bind") from error
    there = {each for each in PROJECT_FILES if os.path.lexists(f"{folder}/{each}")}
    there |= _locks_of_tools(folder, root)
    project = _read_pyproject(folder) if _PYPROJECT in there else None
    source, groups = _decide(there, project, given, groups)
    here = folder == files.current_folder(context.environ)
    requires, of = _requires(folder, project)
    found = Sources(
        name=name,
        project=folder,
        requirements=_of_named_groups(project, folder, groups),
        pinned=_pinned(folder, root),
        requires=requires,
        of=of,
        chooses=True,
    )
    if source == _LOCK:
        found = _with_requires_of_lock(found, f"{folder}/{_LOCK}")
    elif source in _OF_TOOLS:
        found = found._replace(advice=_advice(context, source))
    elif source in (_PYPROJECT, _SETUP):
        _check_extras(project, folder, extras)
    words = _words_of(source, "." if here else folder, extras)
    if words[:1] == ["-e"]:
        found = found._replace(editables=(_with_extras(folder, extras),))
    elif words:
        found = found._replace(files=(f"{folder}/{source}",))
    typed_in = [
        word for key in _EXPLICIT for each in values_of(given, key) for word in (key[1:3], each)
    ]
    shows = [*(words if words[:1] == ["-e"] else []), *typed_in]
    again = ["--bind" if here else f"--bind={folder}", *words, *typed_in]
    again += [word for text in groups for word in ("--group", text)]
    return found._replace(
        line=_line(source, shows, groups, "" if here else f"{short(folder)}/"),
        again=" ".join(map(typed, again)),
    )


def _words_of(source: str | None, folder: str, extras: Sequence[str]) -> list[str]:
    """The words that install from a file of a project."""
    if source in (_PYPROJECT, _SETUP):
        return ["-e", _with_extras(folder, extras)]
    if source in (_LOCK, _LIST):
        return ["-r", str(source) if folder == "." else f"{folder}/{source}"]
    return []


def _with_extras(folder: str, extras: Sequence[str]) -> str:
    return f"{folder}[{','.join(extras)}]" if extras else folder


def _advice(context: Context, source: str) -> str:
    """What the user has to do about the lock file of a tool."""
    command = _OF_TOOLS[source]
    tool = command.partition(" ")[0]
    without = "" if on_path(tool, context.environ) else f" ({tool} is not on PATH)"
    return f"next, install from {source}: {command}, or pip install -e .{without}"


def _decide(
    there: Container[str], project: Project | None, given: Given, groups: Sequence[str]
) -> tuple[str | None, Sequence[str]]:
    """The file to install from, and the dependency groups. No file: nothing but what the options
    name. there: which PROJECT_FILES exist, and the lock file of a tool.
    """
    if "--extra" not in given:
        if any(key in given for key in ("--no-install", *_EXPLICIT)):
            return None, groups
        tools = () if groups else _OF_TOOLS
        for name in (_LOCK, *tools, _LIST):
            if name in there:
                return name, groups
    if project is not None and not groups and "dev" in project.groups:
        groups = ["dev"]
    if project is not None and project.installable:
        return _PYPROJECT, groups
    return (_SETUP if _SETUP in there else None), groups


def _line(source: str | None, shows: Sequence[str], groups: Sequence[str], where: str) -> str:
    """`from pyproject.toml: -e . with group dev`. shows: the words to show; where: the directory of
    the project with a `/`, empty for this one.
    """
    words = " ".join(short(word) if word.startswith("/") else shown(word) for word in shows)
    listed = f"group{'s' if len(groups) > 1 else ''} {', '.join(map(shown, groups))}"
    if source in _OF_TOOLS:
        tool = _OF_TOOLS[source].partition(" ")[0]
        return f"nothing: {where}{source} is left to {tool}"
    if source is None and not words and groups:
        return f"from {where}{_PYPROJECT}: {listed}"
    if source is not None:
        words = f"from {where}{source}{': ' if words else ''}{words}"
    words = words or f"nothing{' for ' if where else ''}{where}"
    return f"{words} with {listed}" if groups else words


def _folder_of(context: Context, bind: str | None) -> tuple[str, str]:
    """The directory of the project, and the root of its repository. Raises Misuse and Failure."""
    home = context.environ.get("HOME", "")
    if bind:
        here = projects.checked(projects.directory(bind, context.environ))
    else:
        here = files.current_folder(context.environ)
    above = _repository(here, home)
    folders = [here] if bind or above is None else _up_to(here, above)
    for folder in folders:
        if _is_never_project(folder, home):
            break
        there = [each for each in PROJECT_FILES if os.path.lexists(f"{folder}/{each}")]
        if there:
            _check_ours(folder, [f"{folder}/{each}" for each in there])
            return folder, above or folder
    raise Misuse(f"mkvenv needs a name, as no project is in {quoted(here)}", _SEE)


def _is_never_project(folder: str, home: str) -> bool:
    return folder == "/" or (bool(home) and files.same(folder, home))


def _repository(folder: str, home: str) -> str | None:
    """The root of the repository that contains a directory, below the home directory and /."""
    while not _is_never_project(folder, home):
        if os.path.lexists(f"{folder}/.git"):
            return folder
        folder = os.path.dirname(folder)
    return None


def _up_to(folder: str, above: str) -> list[str]:
    """A directory and those above it, up to one of them."""
    found = [folder]
    while found[-1] != above:
        found.append(os.path.dirname(found[-1]))
    return found


def _check_ours(folder: str, paths: Sequence[str]) -> None:
    """Check that nobody else can have written what is to be installed. Raises Failure."""
    advice = f"if you trust it: mkvenv NAME -e {typed(folder)}"
    for path in (folder, *paths):
        try:
            found = os.stat(path)
        except OSError as error:
            raise Failure(f"cannot read {quoted(path)}: {error.strerror}") from error
        if found.st_uid != os.geteuid() and not _is_nobodys(found.st_uid):
            raise Failure(f"{quoted(path)} belongs to another user", advice)
        if found.st_mode & stat.S_IWOTH:
            raise Failure(f"everybody can write to {quoted(path)}", f"chmod o-w it; {advice}")


def _is_nobodys(owner: int) -> bool:
    """Whether root may take a file for its own, as no account has its owner: tar leaves that of the
    packager, and a container sees that of its host.
    """
    import pwd

    if os.geteuid() != 0:
        return False
    try:
        pwd.getpwuid(owner)
    except KeyError:
        return True
    return False


def check_free(context: Context, name: str, again: str, project: str) -> None:
    """Check that the name of a project is free. Raises Failure. Its creation checks it again."""
    path = context.home.environment(name)
    if not os.path.lexists(path) or os.path.lexists(f"{path}/{UNFINISHED}"):
        return
    name = context.home.spelled(name)
    bound = files.first_line(f"{path}/.project")
    if bound and files.same(bound, project):
        what = f"environment {quoted(name)} of this project already exists"
        raise Failure(what, f"usevenv {typed(name)}, or mkvenv OTHERNAME {again}")
    raise Failure(f"environment {quoted(name)} already exists", f"mkvenv OTHERNAME {again}")


# ---- its files -----------------------------------------------------------------------------------


def _read(path: str, limit: int = toml.LARGEST) -> bytes:
    try:
        return read_all(path, limit)
    except OSError as error:
        raise Failure(f"cannot read {quoted(path)}: {error.strerror}") from error


def _read_pyproject(folder: str) -> Project:
    path = f"{folder}/{_PYPROJECT}"
    return pyproject.project_in(_read(path), path)


def _locks_of_tools(folder: str, root: str) -> set[str]:
    """The lock files of uv and poetry for a project. That of a uv workspace is above it."""
    above = any(os.path.lexists(f"{each}/uv.lock") for each in _up_to(folder, root))
    own = {each for each in _OF_TOOLS if os.path.lexists(f"{folder}/{each}")}
    return own | ({"uv.lock"} if above else set())


def _pinned(folder: str, root: str) -> str | None:
    """The Python of the nearest .python-version, up to the root of the repository."""
    for each in _up_to(folder, root):
        path = f"{each}/.python-version"
        if os.path.lexists(path):
            try:
                return pyproject.pinned_python(_read(path, 1 << 14))
            except ValueError as error:
                report(f"ignored {quoted(path)}: {quoted(str(error))} is not a version")
                return None
    return None


def _requires(folder: str, project: Project | None) -> tuple[str | None, str]:
    """The versions of Python that a project requires, and the file that says so."""
    found = project.requires_python if project is not None else None
    if project is not None and found is not None:
        return found, project.file
    path = f"{folder}/setup.cfg"
    found = pyproject.requires_of_setup(_read(path), path) if os.path.lexists(path) else None
    return found, path


def _with_requires_of_lock(found: Sources, path: str) -> Sources:
    """With what a pylock.toml requires, if the project itself requires nothing."""
    try:
        data = read_all(path, toml.LARGEST)
    except OSError as error:
        if files.is_lost(path) or not os.path.isfile(path):
            raise Failure(f"cannot read {quoted(path)}: {reason(error)}") from error
        return found  # a large one: the installer reads it
    requires = pyproject.requires_of_lock(data, path)
    return found if found.requires else found._replace(requires=requires, of=path)


def _of_named_groups(
    project: Project | None, folder: str, groups: Sequence[str]
) -> tuple[str, ...]:
    """The requirements of dependency groups. Raises Failure."""
    if groups and project is None:
        raise Failure(f"{quoted(folder)} has no {_PYPROJECT}, so no dependency groups")
    found = [text for name in groups for text in project.group(name)] if project else []
    return tuple(dict.fromkeys(found))


def _check_extras(project: Project | None, folder: str, extras: Sequence[str]) -> None:
    """Check that a project has these extras, as far as its pyproject.toml lists them."""
    for each in extras:
        if not is_name(each):
            raise Misuse(f"{quoted(each)} is not the name of an extra", _SEE)
        if project is None or project.dynamic_extras or normalized(each) in project.extras:
            continue
        known = f"it has {', '.join(project.extras)}" if project.extras else "it has none"
        raise Failure(f"{quoted(project.file)} has no extra {quoted(each)}", known)


# ---- options with a name -------------------------------------------------------------------------


def _of_groups(context: Context, groups: Sequence[str]) -> Sources:
    """The dependency groups of the project here, for `mkvenv NAME --group GROUP`."""
    folder, _ = _folder_of(context, None)
    if not os.path.lexists(f"{folder}/{_PYPROJECT}"):
        raise Failure(f"{quoted(folder)} has no {_PYPROJECT}, so no dependency groups")
    project = _read_pyproject(folder)
    found = _of_named_groups(project, folder, groups)
    return Sources(requirements=found, requires=project.requires_python, of=project.file)


def _only_editable(given: Given, extras: Sequence[str]) -> str:
    """The project of the only -e DIR, with its extras."""
    found = values_of(given, "--editable")
    if len(found) != 1 or "://" in found[0]:
        raise Misuse("mkvenv --extra needs a project: one -e DIR, or no name", _SEE)
    folder = os.path.abspath(files.expanded(found[0]))
    if os.path.lexists(f"{folder}/{_PYPROJECT}"):
        _check_extras(_read_pyproject(folder), folder, extras)
    return _with_extras(folder, extras)


def _of_script(script: str, groups: Sequence[str]) -> Sources:
    """What the metadata of a script say."""
    if groups:
        raise Misuse("mkvenv takes only one of --script and --group", _SEE)
    path = os.path.abspath(files.expanded(script))
    found = pyproject.script_in(_read(path), path)
    count = len(found.requirements)
    what = f"{count or 'no'} requirement{'' if count == 1 else 's'}"
    return Sources(
        name=os.path.splitext(os.path.basename(path))[0],
        requirements=tuple(found.requirements),
        requires=found.requires_python,
        of=path,
        chooses=True,
        line=f"from {quoted(path)}: {what}",
        again=f"--script {typed(script)}",
    )


def of_editables(editables: Sequence[str]) -> Sources:
    """What the projects of `-e DIR` require of the Python, as far as it is readable: the installer
    judges the rest.
    """
    for each in editables:
        folder = each if os.path.isdir(each) else each.rpartition("[")[0]
        try:
            requires = _read_pyproject(folder).requires_python
        except Failure:
            continue
        if requires is not None:
            return Sources(requires=requires, of=f"{folder}/{_PYPROJECT}")
    return Sources()


# ---- the Python ----------------------------------------------------------------------------------


def choose(context: Context, found: Sources, asked: str | None) -> tuple[Choice, str]:
    """The interpreter for these sources, and why it is that. asked: the user's --python. Raises
    Failure, with the --python or the command that helps.
    """
    if asked is not None:
        choice = context.pythons.choose(asked)
        return _checked(context, found, choice, f"-p {asked}"), f"-p {asked}"
    if found.pinned is not None:
        try:
            choice = context.pythons.choose(found.pinned)
        except Failure as failure:
            raise Failure(
                f".python-version: {failure.text}", _how_to_get(context, found.pinned)
            ) from failure
        why = ".python-version"
        return _checked(context, found, choice, f"{why} requests {found.pinned}, which"), why
    if found.requires is None:
        return context.pythons.choose(None), "the default"
    why = f"requires-python {found.requires}"
    if not found.chooses:
        return _checked(context, found, context.pythons.choose(None), "the default"), why
    return _default_or_matching(context, found), why


def _matching(context: Context, found: Sources) -> Choice:
    """The highest version that the files require. Raises Failure."""
    assert found.requires is not None
    try:
        return context.pythons.choose(found.requires)
    except Failure as failure:
        raise Failure(
            f"{quoted(found.of)}: {failure.text}", _how_to_get(context, found.requires)
        ) from failure


def _is_allowed(found: Sources, base: Interpreter) -> bool:
    specifier = parse_specifier(found.requires or "")
    return specifier is None or allows(specifier, base.text.rstrip("+"))


def _checked(context: Context, found: Sources, choice: Choice, what: str) -> Choice:
    """The choice if the files allow it. Raises Failure."""
    if _is_allowed(found, choice.interpreter):
        return choice
    text = f"{quoted(found.of)} requires Python {found.requires}"
    text += f", but {shown(what)} is {choice.interpreter.called}"
    better = _default_or_matching(context, found).interpreter
    prefix = "" if better.implementation == "cpython" else better.implementation
    highest = context.pythons.choose(f"{prefix}{better.minor}").interpreter
    version = better.minor if _is_allowed(found, highest) else better.text
    raise Failure(text, f"use -p {prefix}{version}")


def _default_or_matching(context: Context, found: Sources) -> Choice:
    """The default if the files allow it, else the highest version that they do. Raises Failure."""
    try:
        choice = context.pythons.choose(None)
    except Failure:
        return _matching(context, found)
    return choice if _is_allowed(found, choice.interpreter) else _matching(context, found)


def _how_to_get(context: Context, wanted: str) -> str:
    """The command that installs a Python, or which one to install."""
    specifier = parse_specifier(wanted)
    ranged = wanted[:1] in tuple("<>=~!")
    version = minor_for(specifier) if specifier and ranged else wanted
    if version is None:
        return "see multivenv pythons"
    for tool, words in (("uv", "uv python install"), ("pyenv", "pyenv install")):
        if on_path(tool, context.environ):
            return f"{words} {version}"
    return f"install Python {version}, or choose one with -p"


# ---- locks ---------------------------------------------------------------------------------------


def check_locks(context: Context, plan: Plan) -> None:
    """Check that the installer of a plan can read its pylock.toml. Raises Failure."""
    lock = next(filter(is_lock, plan.files), None)
    if lock is None or plan.installer:
        return
    can_upgrade = plan.base.version >= _OLDEST_WITH_LOCKS
    version = pip_in(context.pythons.creator(plan.base).wheels)
    upgraded = plan.upgrade_deps and can_upgrade
    if not upgraded and parse_version(version or "") < OLDEST_WITH_LOCKS:
        what = f"pip {version}" if version else "this pip"
        upgrade = "or mkvenv --upgrade-deps" if can_upgrade else ""
        uv = "MULTIVENV_INSTALLER=uv" if on_path("uv", context.environ) else "install uv"
        text = f"{what} cannot install {quoted(os.path.basename(lock))}: that needs uv or pip 26.1"
        raise Failure(text, ", ".join(filter(None, (uv, upgrade))))
