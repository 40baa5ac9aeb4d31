"""Which project an environment is bound to, and what in the project's directory leads to it.

The binding is a line in the environment's .project, as virtualenvwrapper has it. In the directory
itself nothing is changed but by --dot-venv, which makes .venv a symlink to the environment, and
--python-envs, which lists it in .python-envs. These are the traces of an environment; those that it
has go with it, and get its new name.
"""

from __future__ import annotations

import os
import stat

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, reason, typed
from helper.outside import python_envs
from helper.store.home import OPEN, PROJECT, Home, active_name

if TYPE_CHECKING:
    from typing import Callable, Iterable, Mapping, Tuple

    Step = Tuple[str, Callable[[], bool]]
    """What is to be said if something was done, and the doing, which tells whether it was."""


class Traces(NamedTuple):
    """What in a project's directory leads to an environment, or is to."""

    dot_venv: bool = False
    python_envs: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the files."""
        return [name for name, there in zip((".venv", ".python-envs"), self) if there]

    @property
    def options(self) -> list[str]:
        """The options that are about them."""
        return [name for name, there in zip(("--dot-venv", "--python-envs"), self) if there]


ALL = Traces(True, True)


class Done(NamedTuple):
    """What came of something that is tried with each trace, in words for the user."""

    did: list[str]
    failed: list[str]


def dot_venv(project: str) -> str:
    """Path of the .venv of a project's directory."""
    return os.path.join(project, ".venv")


# ---- the binding ---------------------------------------------------------------------------------


def directory(word: str, environ: Mapping[str, str]) -> str:
    """The absolute path of a directory as the user names it, there or not; symlinks are kept, and
    no word is the current one. Raises OSError if that was deleted.
    """
    word = files.expanded(word)
    here = "" if word.startswith("/") else files.current_folder(environ)
    return os.path.normpath(os.path.join(here, word))


def checked(project: str) -> str:
    """A directory that an environment can be bound to. Raises Failure for any other path."""
    if not os.path.isdir(project):
        raise Failure(f"there is no directory {quoted(project)} to bind to")
    if "\n" in project:
        raise Failure(f"{quoted(project)} has a newline, which the file {PROJECT} cannot hold")
    return project


def bind(path: str, project: str) -> None:
    """Bind the environment at a path to a project. Raises OSError.

    The mark of one that MULTIVENV_AUTO is to leave alone is there before the binding, and goes
    after it.
    """
    mark, left_alone = f"{path}/{OPEN}", why_left_alone(project)
    if left_alone and not os.path.lexists(mark):
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
    line = os.fsencode(project) + b"\n"
    files.write(f"{path}/{PROJECT}", line, f"{path}/.multivenv-project.new")
    if not left_alone:
        _unlink_if_there(mark)


def unbind(path: str) -> None:
    """Bind the environment at a path to nothing. Raises OSError."""
    for name in (PROJECT, OPEN):
        _unlink_if_there(f"{path}/{name}")


def why_left_alone(project: str) -> str | None:
    """Why MULTIVENV_AUTO leaves a project alone, in words: somebody else may put files there. None
    if it does not, or if that cannot be told.
    """
    try:
        found = os.stat(project)
    except OSError:
        return None
    left = "so MULTIVENV_AUTO leaves it alone"
    if found.st_uid != os.geteuid():
        return f"{quoted(project)} belongs to another user, {left}"
    if found.st_mode & stat.S_IWOTH:
        return (
            f"{quoted(project)} can be written to by everybody, {left}"
            " (chmod o-w it, then bindvenv again)"
        )
    return None


def announce(home: Home) -> None:
    """Let go of what shells have noted of the bindings: one has changed."""
    files.drop(home.state("bindings"))


# ---- the traces ----------------------------------------------------------------------------------


def traces(project: str | None, path: str) -> Traces:
    """What in a project's directory leads to the environment at a path."""
    place = _place(project)
    if not place:
        return Traces()
    return Traces(_leads(place, path), python_envs.lists(place, path))


def check(home: Home, project: str, path: str, wanted: Traces) -> None:
    """See that a project's directory can get the traces that are wanted. Nothing is ever replaced.

    Raises Failure and OSError.
    """
    if wanted.dot_venv and not _leads(project, path):
        _check_free(home, project)
        if not os.access(project, os.W_OK | os.X_OK):
            raise Failure(f"{quoted(project)} cannot be written to")
    if wanted.python_envs:
        python_envs.check(project, path)


def _check_free(home: Home, project: str) -> None:
    file = dot_venv(project)
    if os.path.islink(file):
        raise Failure(_link_in_the_way(home, project, os.path.realpath(file)))
    if os.path.lexists(file):
        kind = "directory" if os.path.isdir(file) else "file"
        raise Failure(f"{quoted(file)} is a {kind}, which is never replaced (move it elsewhere)")


def _link_in_the_way(home: Home, project: str, target: str) -> str:
    file = dot_venv(project)
    other = active_name(home, target, list(home.environments()))
    if other is not None:
        bound = files.first_line(f"{home.environment(other)}/{PROJECT}")
        advice = f"bindvenv --remove --dot-venv {typed(other)}"
        if bound is None:
            advice += f" {typed(project)}"
        elif not files.leads_to(bound, project):
            advice = f"rm {typed(file)}"
        return f"{quoted(file)} leads to the environment {quoted(other)} ({advice})"
    gone = "" if os.path.exists(target) else ", which is gone"
    return f"{quoted(file)} is a link to {quoted(target)}{gone} (rm {typed(file)})"


def link(project: str, path: str) -> bool:
    """Make .venv a link to the environment at a path. Returns whether that took a change.

    Raises OSError if something else is there.
    """
    if _leads(project, path):
        return False
    os.symlink(path, dot_venv(project))
    return True


def _put_back(home: Home, project: str, path: str, wanted: Traces) -> Done:
    """Give a project's directory the traces that an environment had; what is there now stays."""
    name, listed = quoted(os.path.basename(path)), python_envs.file_of(project)

    def linked() -> bool:
        check(home, project, path, Traces(dot_venv=True))
        return link(project, path)

    steps = (
        (f"{quoted(dot_venv(project))} leads to {name} again", linked),
        (
            f"{name} is the last line of {quoted(listed)} again",
            lambda: python_envs.add(project, path),
        ),
    )
    return _try(project, steps, wanted, f"does not lead to {name} any more")


def take_away(project: str | None, path: str, unwanted: Traces = ALL) -> Done:
    """Take away what in a project's directory leads to the environment at a path, which need not be
    there any more.
    """
    place, name = _place(project), quoted(os.path.basename(path))
    listed = python_envs.file_of(place)
    steps = (
        (
            f"took {quoted(dot_venv(place))} away, which led to {name}",
            lambda: _unlink(place, path),
        ),
        (
            f"took the line of {name} out of {quoted(listed)}",
            lambda: os.path.lexists(listed) and python_envs.remove(place, path),
        ),
    )
    return _try(place, steps, unwanted, f"still leads to {name}")


def follow(project: str | None, old: str, new: str) -> list[str]:
    """Let what in a project's directory leads to the old path of an environment, where that is not
    any more, lead to its new one. Done again, it comes to the same. Returns what could not be done.
    """
    place = _place(project)
    listed = python_envs.file_of(place)
    steps = (
        ("", lambda: _relink(place, old, new)),
        ("", lambda: os.path.lexists(listed) and python_envs.rename(place, old, new)),
    )
    return _try(place, steps, ALL, f"still leads to {quoted(os.path.basename(old))}").failed


def settle(home: Home, project: str | None, path: str, wanted: Traces) -> list[str]:
    """Give the project of an environment that was made the traces that are wanted. Returns what is
    to be said of the project.
    """
    place = _place(project)
    if not place:
        return []
    if files.is_gone(place):
        return [f"the project of {quoted(os.path.basename(path))}, {quoted(place)}, is gone"]
    left_alone = why_left_alone(place)
    done = _put_back(home, place, path, wanted)
    return [*([left_alone] if left_alone else []), *done.did, *done.failed]


def _try(place: str, steps: Iterable[Step], wanted: Traces, problem: str) -> Done:
    """Try the step of each trace that is wanted; what fails stops nothing."""
    done = Done([], [])
    files_of_both = (dot_venv(place), python_envs.file_of(place))
    for file, (text, act), want in zip(files_of_both, steps, wanted):
        try:
            if place and want and act():
                done.did.append(text)
        except (Failure, OSError) as error:
            done.failed.append(f"{quoted(file)} {problem}: {reason(error)}")
    return done


def _place(project: str | None) -> str:
    """A project's directory. None, and a path that is not absolute, as others may have written it,
    are no place: an empty one.
    """
    return project if project is not None and project.startswith("/") else ""


def _leads(project: str, path: str) -> bool:
    file = dot_venv(project)
    return os.path.islink(file) and files.leads_to(file, path)


def _unlink(project: str, path: str) -> bool:
    if not _leads(project, path):
        return False
    os.unlink(dot_venv(project))
    return True


def _relink(project: str, old: str, new: str) -> bool:
    if not _leads(project, old):
        return False
    files.replace_link(dot_venv(project), new)
    return True


def _unlink_if_there(file: str) -> None:
    try:
        os.unlink(file)
    except FileNotFoundError:
        pass
