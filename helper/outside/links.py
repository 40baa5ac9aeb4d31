"""Commands of environments on PATH: symlinks in the user's folder for programs, BIN.

BIN/black leads to $MULTIVENV_HOME/apps/bin/black. That target alone makes a link one of
multivenv's; no other file records it. Other files in BIN are never touched. Links change only under
the lock of the folder.
"""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import counted, quoted, reason, shown, typed
from helper.inspection.distributions import runnable
from helper.store.home import STATE, Home

if TYPE_CHECKING:
    from typing import Callable, ContextManager, Mapping

ENVIRONMENT_GONE = "environment gone"
COMMAND_GONE = "command gone"


class Link(NamedTuple):
    """A link of multivenv's."""

    command: str
    environment: str
    """The name of the environment, which need not exist anymore."""


class Done(NamedTuple):
    """The outcome of an attempt with several commands."""

    commands: list[str]
    """Those that succeeded."""
    failed: list[str]
    """Why the others failed, in words for the user."""


def folder(environ: Mapping[str, str]) -> str:
    """The user's folder for programs, which need not exist: $XDG_BIN_HOME, as uv and others use it,
    or the ~/.local/bin of the XDG Base Directory Specification. Raises Failure.
    """
    setting, user_home = environ.get("XDG_BIN_HOME", ""), environ.get("HOME", "")
    if not setting and not user_home:
        raise Failure("no place for commands: neither XDG_BIN_HOME nor HOME names a directory")
    name, value = ("XDG_BIN_HOME", setting) if setting else ("HOME", user_home)
    if not value.startswith("/"):
        raise Failure(f"{name} is {quoted(value)}, which is not an absolute path")
    if ":" in value:
        advice = "choose another directory"
        raise Failure(f"{name} is {quoted(value)}: a ':' would split PATH", advice)
    return os.path.normpath(setting or f"{user_home}/.local/bin")


def known_folder(environ: Mapping[str, str]) -> str | None:
    """The same; None if the settings name none."""
    try:
        return folder(environ)
    except Failure:
        return None


def enumerated(commands: list[str]) -> str:
    """`black, isort`"""
    return ", ".join(map(shown, commands))


def commands_of(name: str, commands: list[str]) -> str:
    """`2 commands of 'apps'`"""
    return f"{counted(len(commands), 'command')} of {quoted(name)}"


def unlinked(name: str, done: Done) -> list[str]:
    """The messages after the commands of an environment were unlinked."""
    gone = done.commands
    did = [f"unlinked {commands_of(name, gone)}: {enumerated(gone)}"] if gone else []
    return [*did, *done.failed]


class Links:
    """The links in a folder."""

    def __init__(self, home: Home, place: str | None) -> None:
        self.home = home
        self.place = place
        """The folder; None if the settings name none, and then there are no links."""

    # ---- reading ---------------------------------------------------------------------------------

    def all(self) -> list[Link]:
        """All links, sorted by their commands. Raises OSError if the folder cannot be read."""
        try:
            with os.scandir(self.place or os.devnull) as entries:
                names = [entry.name for entry in entries if entry.is_symlink()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        owners = [(name, self.environment_of(name)) for name in sorted(names)]
        return [Link(name, owner) for name, owner in owners if owner is not None]

    def by_environment(self) -> dict[str, tuple[str, ...]]:
        """The linked commands of each environment that has some, sorted; empty if unreadable."""
        found: dict[str, tuple[str, ...]] = {}
        try:
            for command, name in self.all():
                found[name] = (*found.get(name, ()), command)
        except OSError:
            pass
        return found

    def of(self, name: str) -> list[str]:
        """The linked commands of one environment, sorted."""
        return list(self.by_environment().get(name, ()))

    def target(self, command: str, name: str) -> str:
        """The path that the link of a command of an environment leads to."""
        return f"{self.home.environment(name)}/bin/{command}"

    def environment_of(self, command: str) -> str | None:
        """The environment that the link of a command leads to; None if it is no link of
        multivenv's.
        """
        try:
            text = os.readlink(f"{self.place}/{command}")
        except OSError:
            return None
        name = text[len(self.home.path) + 1 : -len(f"/bin/{command}")]
        ours = text == self.target(command, name) and "/" not in name
        return name if ours and name not in ("", ".", "..", STATE) else None

    def reasons(self, found: list[Link]) -> list[str | None]:
        """Why each of the links is dead; None for those that work."""
        import sys

        from helper.inspection import verdict
        from helper.inspection.facts import Reader, machine

        reader, here = Reader(self.home), machine(sys.executable)
        problems: dict[str, str | None] = {}
        for name in {each.environment for each in found}:
            facts = reader.read(name, os.path.islink(self.home.environment(name)))
            if facts is None or not facts.target_exists:
                problems[name] = ENVIRONMENT_GONE
                continue
            status = verdict.judge(facts, here).status
            refused = {"dangling": "interpreter gone"}.get(status, f"environment {status}")
            problems[name] = refused if status in verdict.REFUSED else None
        return [
            problems[name]
            or (None if runnable(self.home.environment(name), command) else COMMAND_GONE)
            for command, name in found
        ]

    # ---- creating --------------------------------------------------------------------------------

    def put(self, name: str, commands: list[str]) -> Done:
        """Link commands of an environment: all of them or, if something is in the way, none.

        Returns those that were not linked yet, and what is in the way. Raises Failure and OSError,
        and then nothing has changed either.
        """
        with self._locked(create=True):
            if not os.path.lexists(self.home.environment(name)):
                raise Failure(f"environment {quoted(name)} no longer exists")
            new = [each for each in commands if self.environment_of(each) != name]
            in_the_way = [self._in_the_way(each) for each in new]
            failed = [each for each in in_the_way if each is not None]
            if not failed:
                self._link(name, new)
        return Done([] if failed else new, failed)

    def put_back(self, name: str, commands: tuple[str, ...]) -> list[str]:
        """Link the commands again that an environment had on PATH, unless something else is there
        now. Returns the messages about it.
        """
        if not commands:
            return []
        try:
            with self._locked(create=True):
                lost = {each: self._why_not(name, each) for each in commands}
                back = [each for each in commands if lost[each] is None]
                self._link(name, back)
        except (Failure, OSError) as error:
            return [f"did not link the commands of {quoted(name)} again: {reason(error)}"]
        did = [f"linked {commands_of(name, back)} again: {enumerated(back)}"] if back else []
        problems = [(each, why) for each, why in lost.items() if why]
        return [*did, *(f"did not link {quoted(each)} again: {why}" for each, why in problems)]

    def _why_not(self, name: str, command: str) -> str | None:
        if not runnable(self.home.environment(name), command):
            return f"{quoted(name)} no longer has that command"
        return self._in_the_way(command)

    def _in_the_way(self, command: str) -> str | None:
        """What stands where the link of a command belongs, with advice; None if nothing does."""
        file = f"{self.place}/{command}"
        if not os.path.lexists(file):
            return None
        other = self.environment_of(command)
        if other is not None:
            advice = f"linkvenv --remove {typed(other)} {typed(command)}"
            return f"{quoted(file)} links to environment {quoted(other)} ({advice})"
        kind = "directory" if os.path.isdir(file) else "file"
        if os.path.islink(file):
            kind = f"link to {quoted(os.readlink(file))}"
        return f"{quoted(file)} is a {kind}, and linkvenv never replaces it (move it elsewhere)"

    def _link(self, name: str, commands: list[str]) -> None:
        made = []
        try:
            for command in commands:
                file = f"{self.place}/{command}"
                os.symlink(self.target(command, name), file)
                made.append(file)
        except BaseException as error:
            for each in made:
                os.unlink(each)
            if isinstance(error, OSError):
                raise Failure(f"cannot create {quoted(file)}: {error.strerror}") from error
            raise

    # ---- changing --------------------------------------------------------------------------------

    def take(self, name: str, commands: list[str] | None = None) -> Done:
        """Unlink commands of an environment, all of them by default. The environment need not
        exist anymore. A failure with one command stops nothing.
        """

        def act(command: str) -> None:
            os.unlink(f"{self.place}/{command}")

        return self._each(name, commands, act)

    def follow(self, old: str, new: str) -> list[str]:
        """Point the links to a renamed environment to its new name. Idempotent. Returns messages
        about what failed.
        """

        def act(command: str) -> None:
            files.replace_link(f"{self.place}/{command}", self.target(command, new))

        return self._each(old, None, act).failed

    def _each(self, name: str, wanted: list[str] | None, act: Callable[[str], None]) -> Done:
        """Act on each link to an environment that is wanted; None stands for all."""
        done = Done([], [])
        if self.place is None or not os.path.isdir(self.place):
            return done
        try:
            with self._locked():
                for command in self.of(name):
                    if wanted is not None and command not in wanted:
                        continue
                    try:
                        act(command)
                        done.commands.append(command)
                    except OSError as error:
                        file = quoted(f"{self.place}/{command}")
                        done.failed.append(f"{file} still links to {quoted(name)}: {reason(error)}")
        except (Failure, OSError) as error:
            if self.of(name):  # else there is nothing to do, and nothing to report
                done.failed.append(f"commands of {quoted(name)} are still linked: {reason(error)}")
        return done

    def _locked(self, create: bool = False) -> ContextManager[None]:
        """Hold the lock of the folder. Raises Failure and OSError."""
        from helper.store.locks import folder_locked

        if self.place is None:
            raise Failure("neither XDG_BIN_HOME nor HOME names a directory for them")
        if create:
            try:
                os.makedirs(self.place, exist_ok=True)
            except FileExistsError:
                advice = "move it elsewhere"
                raise Failure(f"{quoted(self.place)} is not a directory", advice) from None
        return folder_locked(self.place)
