"""The state of one verb: home, variables, progress, interpreters and installer."""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import cached_property

from helper.base import files
from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import nearest, quoted
from helper.store.home import Home, check_child, why_not_name

if TYPE_CHECKING:
    from typing import Callable, Iterator, Mapping

    from helper.base.processes import Progress
    from helper.inspection.facts import Facts
    from helper.interpreters.choice import Pythons
    from helper.interpreters.query import Interpreter
    from helper.outside.links import Links

_ELSEWHERE = (
    *("MULTIVENV_CACHE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"),
    *("__PYVENV_LAUNCHER__", "PIP_PREFIX", "PIP_PYTHON", "PIP_ROOT", "PIP_TARGET"),
    *("UV_PREFIX", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "UV_VENV_CLEAR", "UV_VENV_SEED"),
)
"""Variables that would lead venv, pip and uv to another place."""


_NO_FOLDER = "/dev/null/multivenv"


class Context:
    """What a verb works with. Its parts are created on first use: a listing needs few of them, and
    start-up time counts.
    """

    def __init__(self, home: Home, environ: Mapping[str, str]) -> None:
        self.home = home
        self.environ = environ
        """The user's variables. multivenv.sh sets MULTIVENV_HOME and MULTIVENV_CACHE in them."""
        self.active = environ.get("VIRTUAL_ENV", "").rstrip("/")
        """$VIRTUAL_ENV: the path of the active environment, empty if none is active."""
        owner = environ.get("MULTIVENV_OWNER", "")
        self.shell = int(owner) if owner.isdecimal() and owner.isascii() else None
        """The process of the shell if it did not start this one itself: fish starts it by a sh."""
        self._locks: list[int] = []

    @cached_property
    def cache(self) -> str:
        """The cache folder: safe to delete at any time. It need not exist. If others can write to
        it, this is a path that cannot exist, so that no verb reads or writes there.
        """
        folder = self.environ["MULTIVENV_CACHE"]
        return folder if files.is_own(folder) or not os.path.lexists(folder) else _NO_FOLDER

    @cached_property
    def progress(self) -> Progress:
        """The progress line."""
        from helper.base.processes import Progress

        return Progress()

    @cached_property
    def pythons(self) -> Pythons:
        """The interpreters of this machine."""
        from helper.interpreters.choice import Pythons

        return Pythons(self.home, self.environ, self.cache)

    @property
    def links(self) -> Links:
        """The commands on PATH; none if the settings name no folder for programs. With the kernels
        for Jupyter, likewise.
        """
        from helper.outside.links import links_of

        return links_of(self.home, self.environ)

    def installer(
        self, name: str, base: Interpreter | None = None, has_arguments: bool = False
    ) -> list[str]:
        """The command of uv, or nothing for pip, to install into the environment of that name.
        base: its interpreter, if known by now. has_arguments: whether the user gave arguments for
        pip. Raises Failure.
        """
        from helper.interpreters.creators import chosen_installer

        folder, version = self.home.environment(name), base.version if base else None
        return chosen_installer(self.environ, folder, version, has_arguments)

    # ---- environments ----------------------------------------------------------------------------

    def find(self, verb: str, name: str) -> Facts:
        """The facts of the environment of that name. Raises Misuse and Failure."""
        from helper.inspection.facts import read_one

        check_child(verb, name)
        name = self.home.spelled(name)
        found = read_one(self.home, name)
        if found is not None:
            return found
        if os.path.lexists(self.home.environment(name)):
            where = f"in {quoted(self.home.path)}"
            raise Failure(f"{quoted(name)} {where} is not an environment", "see lsvenvs")
        lacks = f"no environment named {quoted(name)}"
        if why_not_name(name):
            raise Misuse(f"{lacks}, which is not a valid name", f"see {verb} --help")
        near = nearest(name, [each for each, _ in self.home.environments()])
        raise Failure(lacks, f"did you mean {quoted(near)}?" if near else "see lsvenvs")

    def find_or_active(self, verb: str, names: list[str]) -> Facts:
        """The facts of the named environment, or of the active one. Raises Misuse and Failure."""
        from helper.inspection.facts import read_at

        if len(names) > 1:
            raise Misuse(f"{verb} takes one name", f"see {verb} --help")
        if names:
            return self.find(verb, names[0])
        if not self.active:
            raise Failure("no environment is active", f"name one: {verb} NAME")
        found = read_at(self.active)
        if found is None:
            raise Failure(f"the active environment {quoted(self.active)} is not an environment")
        return found

    # ---- work ------------------------------------------------------------------------------------

    @contextmanager
    def locked(self, name: str, work: str) -> Iterator[int]:
        """Hold the lock of a name; the programs that the verb runs hold it too. work: the verb.
        Deletes what killed verbs left in the environment. Raises Busy if another process holds the
        lock, and OSError.
        """
        from helper.store import partial
        from helper.store.locks import locked

        def wait(text: str) -> None:  # processes, which this needs, takes long to import
            self.progress.show(text)

        with locked(self.home, name, work, report=wait, held=self._locks) as lock:
            path = self.home.environment(name)
            if not os.path.islink(path):
                partial.clear(partial.of_environment(path))
            yield lock

    def answer(self, lines: list[str] | None) -> None:
        """Answer the shell that started this process: it reads these lines from $MULTIVENV_RESULT
        after a verb that succeeded. None removes an old answer. Raises OSError.
        """
        path = self.environ.get("MULTIVENV_RESULT")
        if path and lines is None:
            files.drop(path)
        elif path:
            files.write(path, os.fsencode("".join(f"{line}\n" for line in lines or ())))

    def run(self, words: list[str], doing: str, watch: Callable[[str], str] | None = None) -> None:
        """Run venv, pip or uv; doing: what it does; watch: what to show of its output, see
        processes.run. Raises Failure with the end of its output.
        """
        from helper.base import processes

        environ = {key: value for key, value in self.environ.items() if key not in _ELSEWHERE}
        environ["PIP_USER"] = "0"  # also against pip's own configuration file
        processes.run(words, doing, environ, self._locks, self.progress, watch)

    def run_hook(self, name: str, *words: str) -> None:
        """Run a global hook, such as prermvirtualenv; words: what it gets, such as the name of the
        environment. A relative $MULTIVENV_HOOKS, which the shell reports, counts as none.
        """
        folder = self.environ.get("MULTIVENV_HOOKS") or self.home.path
        path = f"{folder}/{name}"
        if folder.startswith("/") and os.path.exists(path):
            from helper.base.processes import run_hook

            run_hook(path, words, self.home.path)

    def close(self) -> None:
        """Erase the progress line, and save what the interpreters answered."""
        if "progress" in vars(self):
            self.progress.clear()
        if "pythons" in vars(self):
            self.pythons.save()
